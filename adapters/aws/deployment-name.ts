import { DEFAULT_GATE } from "../../engine/sign-up/gate";

/**
 * Returns the stack's name. A Gatehouse is named after its stack and, if the stack holds more than the Gatehouse, the construct's path:
 * "Gatehouse", "Portal/SignUp". Metrics, logs, outputs and the command line's --stack use that name to tell deployments apart.
 */
export function parseStackName(name: string): string {
  return name.split("/", 1)[0] as string;
}

/** The output that lists the named gates, separated by commas. A stack without named gates does not have it. */
export const GATES_OUTPUT = "Gates";
/** The output that contains, as JSON, how each gate's policy asks the access list. */
export const ASKED_LISTS_OUTPUT = "AskedLists";

/** Returns every gate of a stack, `default` first. @param output the value of GATES_OUTPUT; undefined if the stack has no such output */
export function gatesOfStack(output: string | undefined): readonly string[] {
  return [DEFAULT_GATE, ...(output?.split(",") ?? [])];
}

/** The output that holds a gate's policy versions, by step. Older stacks do not have it. */
export const POLICY_VERSIONS_OUTPUT = "PolicyVersions";

/** Key of the template's metadata that names the deployed commit. */
export const COMMIT_METADATA = "GatehouseCommit";

export interface DeployedCommit {
  /** "3f2a1c0…", "3f2a1c0… and uncommitted changes" */
  readonly commit: string;
  /** The build of each step of each gate. */
  readonly policyVersions: readonly string[];
}

/**
 * Returns the commit behind a policy version; undefined if an earlier deployment made that version, or if no commit is noted.
 * @param metadata the metadata of the deployed template
 */
export function commitBehind(policyVersion: string, metadata: unknown): string | undefined {
  const notes = Object.entries(metadata ?? {}) as readonly [string, Partial<DeployedCommit>][];
  const [, note] = notes.find(([name, each]) => name.endsWith(COMMIT_METADATA) && each?.policyVersions?.includes(policyVersion)) ?? [];
  return note?.commit;
}

/**
 * Metadata of a secret in the template. It has the members of the JSON object that the secret must contain, each with an example, as one
 * JSON text.
 */
export const SECRET_SHAPE = "gatehouse:shape";

/** Metadata of a secret that nothing waits for. The value is "true". */
export const SECRET_OPTIONAL = "gatehouse:optional";

/** Metadata of a secret: its place in the Gatehouse, by which another region's stack uses the secret's copy. */
export const SECRET_PLACE = "gatehouse:place";

/** Returns a gate's prefix in names of constructs and outputs: empty for the unnamed gate, "B2cPartners" for b2c-partners. */
export function gatePrefix(gate: string): string {
  return gate === DEFAULT_GATE ? "" : pascalCase(gate);
}

/** "before-create-user" -> "BeforeCreateUser" */
export function pascalCase(text: string): string {
  return text.replace(/(^|[^a-z0-9]+)([a-z0-9])/gi, (_, __, letter: string) => letter.toUpperCase());
}

/** "ApprovalMail" -> "approval-mail" */
export function kebabCase(text: string): string {
  return text.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();
}

/** CloudFormation's limit for an output's name. */
const LONGEST_KEY = 255;

/** Builds the name that CloudFormation gives to an output: "AccessListTable", "SignUpAccessListTable". */
export function buildOutputKey(name: string, output: string): string {
  const path = name
    .split("/")
    .slice(1)
    .join("")
    .replace(/[^A-Za-z0-9]/g, "");
  return `${path.slice(0, LONGEST_KEY - output.length)}${output}`;
}

/** Returns the part of a description that names the gate; empty for the unnamed gate. */
export function ofGate(gate: string): string {
  return gate === DEFAULT_GATE ? "" : ` of the gate ${gate}`;
}

/** Returns the option that selects a gate on a command line; empty for the unnamed gate. */
export function gateOption(gate: string): string {
  return gate === DEFAULT_GATE ? "" : ` --gate ${gate}`;
}
