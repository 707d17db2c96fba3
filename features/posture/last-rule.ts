import { keepGiven } from "../../engine/json";
import { decidesOnReferrals } from "../../engine/sign-up/admits";
import { REFERRED } from "../../engine/sign-up/checks";
import type { ActiveLastRule, LastRule, StepRules } from "../../engine/sign-up/ports";
import type { AnyRule } from "../../engine/sign-up/rule";
import type { Step } from "../../engine/sign-up/sign-up";
import type { Findings } from "../../engine/sign-up/verdict";
import { type ActivePosture, activePosture, postureKey } from "./posture";

export const POSTURE_RULE = "posture";

/** @param gate undefined for the default one */
export function gatePosture(gate: string | undefined): LastRule {
  return { key: postureKey(gate), activate: (row, policy, now) => lastRuleFor(activePosture(row, now), policy) };
}

/**
 * Returns the last rule for a gate's posture. At the step `after-sign-in`, the posture `approval` has none, because no rule asks for
 * approval there.
 */
export function lastRuleFor(active: ActivePosture | undefined, { rules, step }: StepRules): ActiveLastRule | undefined {
  if (active === undefined || step === "before-sending-token") return undefined;
  if (active.state !== "approval") return { ...toRecorded(active), ...stopping(active.state, active, step) };
  if (step === "after-sign-in") return undefined;
  return { ...toRecorded(active), ...(rules.some(decidesOnReferrals) ? referring : stopping("listed", active, step)) };
}

function toRecorded({ state: posture }: ActivePosture): Pick<ActiveLastRule, "name" | "recorded"> {
  return { name: POSTURE_RULE, recorded: { posture } };
}

type Acts = Omit<ActiveLastRule, "name" | "recorded">;

/** Refers people whom no entry allows, and stops no one itself. */
const referring: Acts = {
  decide: () => ({ kind: "continue" }),
  isCertain: () => false,
  adjustFindings: (rule: AnyRule, findings: Findings) =>
    decidesOnReferrals(rule) && !isListed(findings) ? { ...findings, [REFERRED]: true } : findings,
};

function stopping(as: "listed" | "closed", active: ActivePosture, step: Step): Acts {
  const { state: posture, reason: because, by, since, until, unreadable } = active;
  const evidence = keepGiven({ posture, because, by, since, until, row: unreadable ? "unreadable" : undefined }) as Record<string, string>;
  return {
    decide(findings) {
      // If the step `after-sign-in` has no access list, `listed` stops nobody here: the next step has the list's finding.
      const isLeftToNextStep = step === "after-sign-in" && findings.listed === undefined;
      if (as === "listed" && (isLeftToNextStep || isListed(findings))) return { kind: "continue" };
      return { kind: "block", reason: `posture.${as}`, evidence };
    },
    // True if the block is certain. Then the rules make no paid calls to vendors about the person.
    isCertain: (findings) => as === "closed" || (findings.listed !== undefined && !isListed(findings)),
    adjustFindings: (_, findings) => findings,
  };
}

function isListed({ listed }: Findings): boolean {
  return listed === "allow";
}
