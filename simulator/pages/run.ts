import { html } from "hono/html";
import { alreadyHasAccount, waitsForApproval } from "../../engine/sign-up/outcome";
import type { Person } from "../client/person";
import { type SignUpResult, signUpResult } from "../client/sign-up";
import type { StepVisit } from "../client/visit";
import type { CardOutcome, SideAnswer } from "./bench";
import type { Html, View } from "./layout";
import { type FlowState, writeState } from "./state";

/** A sign-up's outcome, for cards and headings. */
export type RunOutcome = CardOutcome | "error" | "no-token";

/** A finished sign-up. */
export interface SignUpRun {
  readonly state: FlowState;
  readonly result: SignUpResult;
  readonly outcome: RunOutcome;
}

/** The outcome of a sign-up's calls. */
export function runOf(state: FlowState, view: Pick<View, "behind">): SignUpRun {
  const result = signUpResult(state, state.visits);
  return { state, result, outcome: outcomeIn(result, view.behind.get(result.visits.at(-1) as StepVisit)?.trace.at(-1)?.reasons) };
}

function outcomeIn({ outcome }: SignUpResult, reasons: readonly string[] = []): RunOutcome {
  if (outcome === "created") return "let-in";
  if (outcome === "invalid") return "correction";
  if (outcome === "blocked") return cardOutcome({ verdict: "block", reasons });
  return outcome;
}

/** The outcome of a policy's answer for the person. */
export function cardOutcome({ verdict, reasons }: Pick<SideAnswer, "verdict" | "reasons">): CardOutcome {
  if (verdict === "continue") return "let-in";
  if (verdict === "invalid") return "correction";
  if (alreadyHasAccount(reasons)) return "has-account";
  return reasons.some(waitsForApproval) ? "approval" : "refused";
}

/** The duration of all calls together. */
export function msOf(visits: readonly Pick<StepVisit, "attempts">[]): number {
  return visits.flatMap(({ attempts }) => attempts).reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/** A hidden field with a sign-up's state. */
export function carriedState(state: FlowState): Html {
  return html`<input type="hidden" name="state" value="${writeState(state)}">`;
}

/** True if the descriptions of both people are equal. */
export function isSamePerson(one: Person, other: Person | undefined): boolean {
  return other !== undefined && JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted({ claims, form, collects, ...rest }: Person): object {
  const pairs = (values: object) => Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return [pairs(rest), pairs(claims), pairs(form), collects.map(({ name }) => name).sort()];
}
