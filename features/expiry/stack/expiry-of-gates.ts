import { PolicyError } from "../../../lib/errors";
import type { Gate } from "../../../lib/policy-folder/gates";
import { listStepUses } from "../../../lib/policy-folder/policy-folder";
import type { ExpiryOfGates, GateExpiry } from "../expiry";

/** Throws PolicyError if a policy has two expiries. */
export function expiryOfGates(gates: readonly Pick<Gate, "name" | "policy">[]): ExpiryOfGates {
  const all: Record<string, GateExpiry> = {};
  for (const { name, policy } of gates) {
    const expiriesByFile = policy.flatMap((step) =>
      listStepUses(step).flatMap((use) =>
        "worker" in use && use.worker === "access" ? [{ file: step.file, expiry: use.settings as GateExpiry }] : [],
      ),
    );
    const [first, second] = expiriesByFile;
    if (second !== undefined) throw new PolicyError(`${second.file}: expiry is there twice, and an account has one end: keep one of them.`);
    if (first !== undefined) all[name] = first.expiry;
  }
  return all;
}
