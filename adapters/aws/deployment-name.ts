import { DEFAULT_GATE } from "../../engine/sign-up/gate";

/**
 * Returns the stack's name.
 * @param name the name of a Gatehouse: the stack's name, such as "Gatehouse", or, if the stack holds more than the Gatehouse, the stack's
 * name and the construct's path, such as "Portal/SignUp". Metrics, logs, outputs and the command line's --stack use it to tell deployments
 * apart
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

/** End of a key in the template's metadata. Under such a key is the deployed commit: a `DeployedCommit`. */
export const COMMIT_METADATA = "GatehouseCommit";

export interface DeployedCommit {
  /** "3f2a1c0…", "3f2a1c0… and uncommitted changes" */
  readonly commit: string;
  /** The policy version of each step of each gate. */
  readonly policyVersions: readonly string[];
}

/**
 * Returns the commit from which a policy version was built. Undefined if the version is not from the latest deployment, or if that
 * deployment noted no commit.
 * @param metadata the metadata of the deployed template
 */
export function commitBehind(policyVersion: string, metadata: unknown): string | undefined {
  const notes = Object.entries(metadata ?? {}) as readonly [string, Partial<DeployedCommit>][];
  const [, note] = notes.find(([name, each]) => name.endsWith(COMMIT_METADATA) && each?.policyVersions?.includes(policyVersion)) ?? [];
  return note?.commit;
}

/**
 * Metadata key in the template. The value describes the JSON object that a secret must contain: it has the members of this object, each
 * with an example, as one JSON text.
 */
export const SECRET_SHAPE = "gatehouse:shape";

/** Metadata key in the template, for a secret without which functions work. The value is "true". */
export const SECRET_OPTIONAL = "gatehouse:optional";

/**
 * Metadata key in the template. The value is a secret's place in the Gatehouse. By this place, another region's stack uses the secret's
 * copy.
 */
export const SECRET_PLACE = "gatehouse:place";

/**
 * Returns the prefix that names a gate in names of constructs and outputs: "B2cPartners" for b2c-partners, empty for the gate `default`.
 */
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

/** Returns " of the gate NAME", for the end of a description; empty for the gate `default`. */
export function ofGate(gate: string): string {
  return gate === DEFAULT_GATE ? "" : ` of the gate ${gate}`;
}

/** Returns " --gate NAME", for the end of a command line; empty for the gate `default`. */
export function gateOption(gate: string): string {
  return gate === DEFAULT_GATE ? "" : ` --gate ${gate}`;
}
