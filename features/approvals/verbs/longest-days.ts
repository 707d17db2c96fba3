import type { Deployment } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import type { Output } from "../../../cli/output";
import { policyFolderFor } from "../../../cli/policy-folders";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { type Policy, unwrapRule } from "../../../engine/sign-up/policy";
import { PolicyError, SetupError } from "../../../lib/errors";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import type { ApprovalRequest } from "../request";
import { limitInvitation, readLongestDays } from "../state-at";

/** Returns the longest validity of invitations at a gate, in days. Undefined: no limit, or the policy is not known here. */
export type LongestDays = (gate: string | undefined) => number | undefined;

/** Reads each gate's policy from the checkout once. Warns if it cannot be read: a gate may then end invitations earlier. */
export function createPolicies(
  { policy: running }: Pick<Deployment, "policy">,
  output: Pick<Output, "warn">,
): (gate: string) => readonly Policy[] | undefined {
  const policiesByGate = new Map<string, readonly Policy[] | undefined>();
  return (gate) => {
    if (!policiesByGate.has(gate)) policiesByGate.set(gate, readPolicies(gate, running, output));
    return policiesByGate.get(gate);
  };
}

export function createLongestDays(deployment: Pick<Deployment, "policy">, output: Pick<Output, "warn">): LongestDays {
  const policiesAt = createPolicies(deployment, output);
  return (gate = DEFAULT_GATE) => readLongestDays((policiesAt(gate) ?? []).flatMap(({ rules }) => rules.map(unwrapRule)));
}

function readPolicies(gate: string, running: string | undefined, output: Pick<Output, "warn">): readonly Policy[] | undefined {
  try {
    return loadPolicyFolder(policyFolderFor({ gate }, running)).map(({ policy }) => policy);
  } catch (error) {
    if (!(error instanceof PolicyError || error instanceof CommandError || error instanceof SetupError)) throw error;
    output.warn(
      `The policy of the gate ${gate} cannot be read here: it may end invitations earlier than these dates say (invited: lasts).`,
    );
    return undefined;
  }
}

export function limitTo(longestDays: LongestDays): (request: ApprovalRequest) => ApprovalRequest {
  return (request) => (request.invitation === undefined ? request : limitInvitation(request, longestDays(request.gate)));
}
