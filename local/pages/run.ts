import type { Tone } from "../../console/parts/badge";
import type { IconName } from "../../console/parts/icon";
import type { Person } from "../../simulator/client/person";
import { type SignUpResult, signUpResult } from "../../simulator/client/sign-up";
import type { StepVisit } from "../../simulator/client/visit";
import { type CardOutcome, cardOutcome } from "../workbench/cards";
import type { View } from "./layout";
import type { FlowState } from "./state";

export type RunOutcome = CardOutcome | "error" | "no-token";

export const outcomeLooks = {
  "let-in": { tone: "good", icon: "allow" },
  "has-account": { tone: "good", icon: "account" },
  approval: { tone: "asked", icon: "waits" },
  refused: { tone: "bad", icon: "deny" },
  correction: { tone: "warn", icon: "edit" },
  error: { tone: "bad", icon: "failing" },
  "no-token": { tone: "bad", icon: "failing" },
} as const satisfies Record<RunOutcome, { readonly tone: Tone; readonly icon: IconName }>;

export interface SignUpRun {
  readonly state: FlowState;
  readonly result: SignUpResult;
  readonly outcome: RunOutcome;
}

export function buildSignUpRun(state: FlowState, view: Pick<View, "behind">): SignUpRun {
  const result = signUpResult(state, state.visits);
  return { state, result, outcome: outcomeIn(result, view.behind.get(result.visits.at(-1) as StepVisit)?.trace.at(-1)?.reasons) };
}

function outcomeIn({ outcome }: SignUpResult, reasons: readonly string[] = []): RunOutcome {
  if (outcome === "created") return "let-in";
  if (outcome === "invalid") return "correction";
  if (outcome === "blocked") return cardOutcome({ verdict: "block", reasons });
  return outcome;
}

export function callsMs(visits: readonly Pick<StepVisit, "attempts">[]): number {
  return visits.flatMap(({ attempts }) => attempts).reduce((sum, attempt) => sum + attempt.durationMs, 0);
}

export function isSamePerson(one: Person, other: Person | undefined): boolean {
  return other !== undefined && JSON.stringify(sortPersonMembers(one)) === JSON.stringify(sortPersonMembers(other));
}

function sortPersonMembers({ claims, form, collects, ...rest }: Person): object {
  const pairs = (values: object) => Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return [pairs(rest), pairs(claims), pairs(form), collects.map(({ name }) => name).sort()];
}
