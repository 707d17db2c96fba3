import { DEFAULT_GATE } from "../engine/sign-up/gate";
import { appRoot } from "../lib/app-root";
import { assertGateOptions } from "../lib/policy-folder/gates";
import { settingsIn } from "../lib/settings";
import type { GateOption } from "./command";
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
