import type { Stance } from "../posture/posture";
import type { Prepared } from "./prepare";
import { type AnyRule, REFERRED, type ShadowRule } from "./rule";
import type { Step } from "./sign-up";
import { after, type State } from "./state";
import type { Block, Findings, RuleResult } from "./verdict";

// Everything that a gate's posture does to a step: before, between and after its rules.

/** What stops people, or sends them to an approver, at a gate that is not open. */
export interface Guard {
  readonly stance: Stance;
  /** What the stance comes to with this step's rules. */
  readonly as: Stance["state"];
  readonly step: Step;
}

/** The name under which the posture appears in traces, like a rule's. */
export const POSTURE_RULE = "posture";

const asRule: Prepared = { rule: { name: POSTURE_RULE }, set: {}, needs: [] };

/**
 * The guard of a step; undefined where the stance changes nothing. `approval` needs a rule that hears of people who are referred:
 * without one it is `listed`. After sign-in nobody asks for approval yet.
 */
export function guardFor(stance: Stance | undefined, rules: readonly (AnyRule | ShadowRule)[], step: Step): Guard | undefined {
  if (stance === undefined || step === "before-sending-token") return undefined;
  if (stance.state !== "approval") return { stance, as: stance.state, step };
  if (step === "after-sign-in") return undefined;
  return { stance, as: rules.some(decidesOnReferred) ? "approval" : "listed", step };
}

/** Whether a rule of a policy lets an approver decide on those who are referred. */
export function decidesOnReferred(entry: AnyRule | ShadowRule): boolean {
  return !("shadow" in entry) && (entry.consumes?.includes(REFERRED) ?? false);
}

/** The findings that a rule sees: under `approval`, people without an entry that allows them are referred. */
export function findingsFor(rule: AnyRule, findings: Findings, guard: Guard | undefined): Findings {
  return guard?.as === "approval" && decidesOnReferred(rule) && !isListed(findings) ? { ...findings, [REFERRED]: true } : findings;
}

/** Whether somebody is stopped before the next rule is asked: a bot costs no call of a vendor. */
export function stopsEarly(guard: Guard | undefined, { findings }: Pick<State, "findings">): boolean {
  return guard?.as === "closed" || (guard?.as === "listed" && findings.listed !== undefined && !isListed(findings));
}

/** The state after all rules: the guard can still keep the person out, whatever the rules said. @param isDeferred a rule left the decision to an approver */
export function underGuard(
  state: State,
  guard: Guard | undefined,
  isDeferred: boolean,
): { readonly state: State; readonly said?: RuleResult } {
  const isOut = state.verdict.kind === "block" && !isDeferred;
  if (guard === undefined || isOut || !keepsOut(guard, state.findings)) return { state };
  const verdict = blockBy(guard);
  const { reason, evidence } = verdict;
  return {
    state: after(state, asRule, verdict),
    said: { rule: POSTURE_RULE, said: "block", reasons: [reason], ...(evidence && { evidence }) },
  };
}

function keepsOut({ as, step }: Guard, findings: Findings): boolean {
  if (as === "approval") return false;
  // Without the access list at this step, the next one knows who is listed.
  if (as === "listed" && step === "after-sign-in" && findings.listed === undefined) return false;
  return as === "closed" || !isListed(findings);
}

function isListed({ listed }: Findings): boolean {
  return listed === "allow";
}

function blockBy({ as, stance }: Guard): Block {
  const reason = as === "closed" ? "posture.closed" : "posture.listed";
  const { state: posture, reason: because, by, since, until } = stance;
  const row = stance.unreadable ? "unreadable" : undefined;
  const evidence = Object.entries({ posture, because, by, since, until, row }).filter(([, text]) => text !== undefined);
  return { kind: "block", reason, evidence: Object.fromEntries(evidence) as Record<string, string> };
}
