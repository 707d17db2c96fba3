import type { Deployment } from "../../../cli/deployment";
import { policyFolders } from "../../../cli/policy-folders";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { Policy } from "../../../engine/sign-up/policy";
import { PolicyError } from "../../../lib/errors";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { gatesThatDeny } from "../asked-lists";
import { concernWords } from "../entry-words";
import type { ListRow } from "../row";
import { createPolicyFacts } from "../world";

// This module is separate, because loading a policy takes long.

/** Returns a function that reads a gate's policies from the checkout, once. Undefined if one cannot be loaded. */
export function createPoliciesAt({ policy = "policy", gates }: Pick<Deployment, "policy" | "gates">) {
  const read = new Map<string, readonly Policy[] | undefined>();
  return (gate: string): readonly Policy[] | undefined => {
    if (!read.has(gate))
      read.set(gate, loadPolicies(new Map([...(gates.length === 1 ? [] : policyFolders()), [DEFAULT_GATE, policy]]).get(gate)));
    return read.get(gate);
  };
}

/** Returns the gates where no rule asks for approval. Undefined if a policy cannot be loaded. */
export function silentGates(deployment: Pick<Deployment, "policy" | "gates">): readonly string[] | undefined {
  return createPolicyFacts(deployment.gates, createPoliciesAt(deployment)).silentGates();
}

function loadPolicies(folder: string | undefined): readonly Policy[] | undefined {
  try {
    return folder === undefined ? [] : loadPolicyFolder(folder).map(({ policy }) => policy);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return undefined;
  }
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
  if (silent === undefined) return concernWords.en.askingUnknown("");
  const denying = gatesThatDeny(row, silent, now);
  return denying.length === 0 ? undefined : concernWords.en.asksNobody(gates.length === 1 ? "" : denying.join(", "));
}
