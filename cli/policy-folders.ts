import { DEFAULT_GATE } from "../engine/sign-up/gate";
import type { Policy } from "../engine/sign-up/policy";
import { appRoot } from "../lib/app-root";
import { PolicyError, SetupError } from "../lib/errors";
import { assertGateOptions } from "../lib/policy-folder/gates";
import { loadPolicyFolder, type PolicyStep } from "../lib/policy-folder/policy-folder";
import { settingsIn } from "../lib/settings";
import type { GateOption } from "./command";
import type { Deployment } from "./deployment";
import { CommandError } from "./failure";

// These functions are not in gates.ts, because policy-folders.ts loads all code of policies, which most verbs do not need.

/** The unnamed gate comes first. Throws SetupError if a gate's settings are wrong: synth refuses them too. */
export function policyFolders({ policy = "policy", gates = {} } = settingsIn(appRoot)): ReadonlyMap<string, string> {
  for (const [name, gate] of Object.entries(gates)) assertGateOptions(name, gate);
  const folders = [[DEFAULT_GATE, policy] as const, ...Object.entries(gates).map(([name, gate]) => [name, gate.policy] as const)];
  return new Map(folders.flatMap(([name, folder]) => (typeof folder === "string" ? [[name, folder]] : [])));
}

/** @param running the folder that the unnamed gate uses, if known */
export function policyFolderFor({ gate, policy }: GateOption & { readonly policy?: string }, running: string | undefined): string {
  if (policy !== undefined) return policy;
  if (gate === undefined || gate === DEFAULT_GATE) return running ?? policyFolders().get(DEFAULT_GATE) ?? "policy";
  const folder = policyFolders().get(gate);
  if (folder === undefined) throw new CommandError(`settings.ts names no policy folder of the gate ${gate}: name it with --policy.`);
  return folder;
}

/** Leaves out the unnamed gate's folder. */
export function gateFolders(gates: readonly string[]): readonly string[] {
  if (gates.length === 1) return [];
  const folders = policyFolders();
  return gates.flatMap((gate) => (gate === DEFAULT_GATE ? [] : (folders.get(gate) ?? [])));
}

/** Reads the steps of a gate's policy from the checkout. Undefined if they cannot be read. */
export function readPolicySteps(gate: string | undefined, running: string | undefined): readonly PolicyStep[] | undefined {
  try {
    return loadPolicyFolder(policyFolderFor({ gate: gate ?? DEFAULT_GATE }, running));
  } catch (error) {
    if (!(error instanceof PolicyError || error instanceof CommandError || error instanceof SetupError)) throw error;
    return undefined;
  }
}

/** Returns a function that reads each gate's policies once, and calls `onUnreadable` for a gate whose policies cannot be read. */
export function createPoliciesAt(
  { policy: running }: Pick<Deployment, "policy">,
  onUnreadable?: (gate: string) => void,
): (gate: string) => readonly Policy[] | undefined {
  const policiesByGate = new Map<string, readonly Policy[] | undefined>();
  return (gate) => {
    if (!policiesByGate.has(gate)) {
      const policies = readPolicySteps(gate, running)?.map(({ policy }) => policy);
      if (policies === undefined) onUnreadable?.(gate);
      policiesByGate.set(gate, policies);
    }
    return policiesByGate.get(gate);
  };
}
