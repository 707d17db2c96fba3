import { DEFAULT_GATE } from "../engine/sign-up/gate";
import type { Policy } from "../engine/sign-up/policy";
import { PolicyError, SetupError } from "../lib/errors";
import { loadPolicyFolder, type PolicyStep } from "../lib/policy-folder/policy-folder";
import type { Deployment } from "./deployment";
import { CommandError } from "./failure";
import { policyFolderFor } from "./policy-folders";

// These functions are separate, because loading a policy takes long.

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
