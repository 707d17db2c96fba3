import type { Deployment } from "../../../cli/deployment";
import type { Output } from "../../../cli/output";
import { createPoliciesAt } from "../../../cli/policy-folders";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { Policy } from "../../../engine/sign-up/policy";
import type { ApprovalRequest } from "../request";
import { findLongestDays, limitInvitation } from "../state-at";

/** Returns the longest validity of invitations at a gate, in days. Undefined: no limit, or the policy is not known here. */
export type LongestDays = (gate: string | undefined) => number | undefined;

/** Reads each gate's policy from the checkout once. Warns if it cannot be read: a gate may then end invitations earlier. */
export function createPolicies(
  deployment: Pick<Deployment, "policy">,
  output: Pick<Output, "warn">,
): (gate: string) => readonly Policy[] | undefined {
  return createPoliciesAt(deployment, (gate) =>
    output.warn(
      `The policy of the gate ${gate} cannot be read here: it may end invitations earlier than these dates say (invited: lasts).`,
    ),
  );
}

export function createLongestDays(deployment: Pick<Deployment, "policy">, output: Pick<Output, "warn">): LongestDays {
  const policiesAt = createPolicies(deployment, output);
  return (gate = DEFAULT_GATE) => findLongestDays(policiesAt(gate) ?? []);
}

export function limitTo(longestDays: LongestDays): (request: ApprovalRequest) => ApprovalRequest {
  return (request) => (request.invitation === undefined ? request : limitInvitation(request, longestDays(request.gate)));
}
