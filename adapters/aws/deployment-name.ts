import { DEFAULT_GATE } from "../../engine/sign-up/gate";

/** @param name a Gatehouse's name: the stack's name alone ("Gatehouse"), or followed by the construct's path ("Portal/SignUp") */
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

/** If a metadata key in the template ends with this text, its value is a `DeployedCommit`. */
export const COMMIT_METADATA = "GatehouseCommit";

export interface DeployedCommit {
  /** "3f2a1c0…", "3f2a1c0… and uncommitted changes" */
  readonly commit: string;
  readonly policyVersions: readonly string[];
}

/**
 * Returns the commit of a policy version; undefined if the latest deployment did not deploy the version, or noted no commit.
 * @param metadata the template's
 */
export function commitBehind(policyVersion: string, metadata: unknown): string | undefined {
  const notes = Object.entries(metadata ?? {}) as readonly [string, Partial<DeployedCommit>][];
  const [, note] = notes.find(([name, each]) => name.endsWith(COMMIT_METADATA) && each?.policyVersions?.includes(policyVersion)) ?? [];
  return note?.commit;
}

/** Metadata key in the template: the value is JSON with the members that a secret must contain, each with an example. */
export const SECRET_SHAPE = "gatehouse:shape";

/** Metadata key in the template: it marks a secret that functions can do without. Its value is "true". */
export const SECRET_OPTIONAL = "gatehouse:optional";

/**
 * Metadata key in the template: the value is a secret's place in the Gatehouse. Another region's stack finds the secret's copy by this
 * place.
 */
export const SECRET_PLACE = "gatehouse:place";

/** Prefix in names of constructs and outputs: "B2cPartners" for b2c-partners, empty for the gate `default`. */
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

export function formatGateSuffix(gate: string): string {
  return gate === DEFAULT_GATE ? "" : ` of the gate ${gate}`;
}

export function gateOption(gate: string): string {
  return gate === DEFAULT_GATE ? "" : ` --gate ${gate}`;
}
