import { PolicyError } from "../../../lib/errors";
import { listStepUses, type PolicyFeature, type PolicyStep } from "../../../lib/policy-folder/policy-step";
import { type GateExpiry, restsOnTokens } from "../expiry";

export const policyChecks: PolicyFeature = { check: checkEvidence };

/** Without evidence, `idle` would end nobody, and nobody would learn of it. */
function checkEvidence(steps: readonly PolicyStep[]): void {
  const countsTokens = steps.some(({ step }) => step === "before-sending-token");
  for (const step of steps) {
    for (const use of listStepUses(step)) {
      if (!("worker" in use) || use.worker !== "access") continue;
      if (restsOnTokens(use.settings as GateExpiry) && !countsTokens)
        throw new PolicyError(
          `${step.file}: expiry has idle, and nothing tells of sign-ins: write askGraph: true, so that Entra is asked (AuditLog.Read.All, Entra ID P1), or add before-sending-token.ts (external tenants).`,
        );
    }
  }
}
