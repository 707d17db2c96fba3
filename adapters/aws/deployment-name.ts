import { DEFAULT_GATE } from "../../engine/sign-up/gate";

/**
 * A Gatehouse's name: that of its stack and, where the stack holds more than it, the construct's path in there:
 * "Gatehouse", "Portal/SignUp". Metrics, logs, outputs and the command line's --stack tell deployments apart by it.
 */
export function parseStackName(name: string): string {
  return name.split("/", 1)[0] as string;
}

/** The output that lists the gates that have a name, commas between them. A stack without any has none. */
export const GATES_OUTPUT = "Gates";
/** The output that says how each gate's policy asks the access list: JSON. */
export const ASKED_LISTS_OUTPUT = "AskedLists";

/** Every gate of a stack, `default` first. @param output the one above; undefined where the stack has none */
export function gatesOfStack(output: string | undefined): readonly string[] {
  return [DEFAULT_GATE, ...(output?.split(",") ?? [])];
}

/** The output that holds a gate's policy versions, by step. Stacks of before there was one have none. */
export const POLICY_VERSIONS_OUTPUT = "PolicyVersions";

/** The member of the template's metadata that tells the commit behind what is deployed. */
export const COMMIT_METADATA = "GatehouseCommit";

export interface DeployedCommit {
  /** "3f2a1c0…", "3f2a1c0… and uncommitted changes" */
  readonly commit: string;
  /** The build of each step of each gate. */
  readonly policyVersions: readonly string[];
}

/**
 * The commit behind a policy version; undefined if an earlier deployment made that version, or nothing is noted.
 * @param metadata the deployed template's
 */
export function commitBehind(policyVersion: string, metadata: unknown): string | undefined {
  const notes = Object.entries(metadata ?? {}) as readonly [string, Partial<DeployedCommit>][];
  const [, note] = notes.find(([name, each]) => name.endsWith(COMMIT_METADATA) && each?.policyVersions?.includes(policyVersion)) ?? [];
  return note?.commit;
}

/** A gate's prefix in names of constructs and outputs: empty for the unnamed gate, "B2cPartners" for b2c-partners. */
export function gatePrefix(gate: string): string {
  return gate === DEFAULT_GATE ? "" : pascalCase(gate);
}

/** "before-create-user" -> "BeforeCreateUser" */
export function pascalCase(text: string): string {
  return text.replace(/(^|[^a-z0-9]+)([a-z0-9])/gi, (_, __, letter: string) => letter.toUpperCase());
}

/** CloudFormation's limit. */
const LONGEST_KEY = 255;

/** A stack's output as CloudFormation calls it: "AccessListTable", "SignUpAccessListTable". */
export function buildOutputKey(name: string, output: string): string {
  const path = name
    .split("/")
    .slice(1)
    .join("")
    .replace(/[^A-Za-z0-9]/g, "");
  return `${path.slice(0, LONGEST_KEY - output.length)}${output}`;
}

/** In a description: whose it is, unless it is the unnamed gate's. */
export function ofGate(gate: string): string {
  return gate === DEFAULT_GATE ? "" : ` of the gate ${gate}`;
}

/** The option that selects a gate on a command line. */
export function gateOption(gate: string): string {
  return gate === DEFAULT_GATE ? "" : ` --gate ${gate}`;
}
