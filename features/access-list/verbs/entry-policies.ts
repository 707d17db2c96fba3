import type { Deployment } from "../../../cli/deployment";
import { policyFolders } from "../../../cli/policy-folders";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { Policy } from "../../../engine/sign-up/policy";
import { PolicyError } from "../../../lib/errors";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { findSilentGates, gatesThatDeny } from "../asked-lists";
import type { Entry } from "../entry";
import { concernWords } from "../entry-words";
import type { ListRow } from "../row";
import { classesListed } from "../stack/policy";

// This module is separate from entries.ts, because loading a policy takes long.

/** Explains why a class's row does not count, or that a policy could not be loaded. Undefined if a policy asks for the class. */
export function unusedClass(entry: Entry, policyFolders: readonly string[]): string | undefined {
  if (entry.kind !== "class") return undefined;
  try {
    if (classesListed(policyFolders.flatMap((folder) => loadPolicyFolder(folder))).includes(entry.name)) return undefined;
    return concernWords.en.unusedClass(entry.name);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return `The row counts only if the policy, which could not be loaded, asks for the class: accessList({ classes: ["${entry.name}"] }).`;
  }
}

/** Returns the gates where no rule asks for approval. Undefined if a policy cannot be loaded. */
export function silentGates({ policy = "policy", gates }: Pick<Deployment, "policy" | "gates">): readonly string[] | undefined {
  const folders = new Map([...(gates.length === 1 ? [] : policyFolders()), [DEFAULT_GATE, policy]]);
  try {
    return findSilentGates(gates, (gate) => loadPolicies(folders.get(gate)));
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return undefined;
  }
}

function loadPolicies(folder: string | undefined): readonly Policy[] {
  return folder === undefined ? [] : loadPolicyFolder(folder).map(({ policy }) => policy);
}

/**
 * Returns a warning if an entry for approval denies people at gates where no rule asks for approval. If a policy could not be loaded, the
 * warning says so.
 * @param silent the result of `silentGates`
 */
export function unaskedApproval(
  row: ListRow,
  { gates, silent }: Pick<Deployment, "gates"> & { readonly silent: readonly string[] | undefined },
  now: Date,
): string | undefined {
  if (row.effect !== "approval") return undefined;
  if (silent === undefined) return "The entry denies where no rule asks for approval, and the policy could not be loaded.";
  const denying = gatesThatDeny(row, silent, now);
  return denying.length === 0 ? undefined : concernWords.en.asksNobody(gates.length === 1 ? "" : denying.join(", "));
}
