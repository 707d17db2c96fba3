import type { Deployment } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import type { Output } from "../../../cli/output";
import { policyFolderFor } from "../../../cli/policy-folders";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { unwrapRule } from "../../../engine/sign-up/policy";
import { PolicyError, SetupError } from "../../../lib/errors";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import type { ApprovalRequest } from "../request";
import { limitInvitation, readLongestDays } from "../state-at";

/** Returns the longest validity of invitations at a gate, in days. Undefined: no limit, or the policy is not known here. */
export type LongestDays = (gate: string | undefined) => number | undefined;

/** Reads each gate's policy from the checkout once. Warns if it cannot be read: a gate may then end invitations earlier. */
export function createLongestDays({ policy: running }: Pick<Deployment, "policy">, output: Pick<Output, "warn">): LongestDays {
  const daysByGate = new Map<string, number | undefined>();
  return (gate = DEFAULT_GATE) => {
    if (!daysByGate.has(gate)) daysByGate.set(gate, readLongest(gate, running, output));
    return daysByGate.get(gate);
  };
}

function readLongest(gate: string, running: string | undefined, output: Pick<Output, "warn">): number | undefined {
  try {
    const steps = loadPolicyFolder(policyFolderFor({ gate }, running));
    return readLongestDays(steps.flatMap(({ policy }) => policy.rules.map(unwrapRule)));
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
