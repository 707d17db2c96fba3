import type { Deployment } from "../../../cli/deployment";
import { createPoliciesAt, policyFolders } from "../../../cli/policy-folders";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { gatesThatDeny } from "../asked-lists";
import { concernWords } from "../entry-words";
import type { ListRow } from "../row";
import { createPolicyFacts } from "../world";

/** As `createPoliciesAt`. A gate that settings.ts does not name has no policy. */
export function createNamedPolicies(deployment: Pick<Deployment, "policy">) {
  const policiesAt = createPoliciesAt(deployment);
  return (gate: string) => (gate === DEFAULT_GATE || policyFolders().has(gate) ? policiesAt(gate) : []);
}

/** Returns the gates where no rule asks for approval. Undefined if a policy cannot be loaded. */
export function silentGates(deployment: Pick<Deployment, "policy" | "gates">): readonly string[] | undefined {
  return createPolicyFacts(deployment.gates, createNamedPolicies(deployment)).silentGates();
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
