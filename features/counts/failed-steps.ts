import { groupBy } from "../../engine/collections";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { Work } from "../../engine/work";

/** What the newest decision of a gate's step says about the step. */
export interface StepOutcome {
  readonly work: Work;
  /** A step, after its gate's name unless the gate is the default one: "partners/before-create-user". */
  readonly part: string;
  readonly at: string;
  /** Absent if the step works. */
  readonly why?: string;
}

/** The name of the rule `limit` in traces. */
const LIMIT = "limit";

/** Leaves out decisions that do not tell: a failed system outside has its outage, and not every sign-up reaches a limit. */
export function findStepOutcomes(records: readonly DecisionRecord[]): readonly StepOutcome[] {
  const telling = records.flatMap((record) => [...signUpOutcome(record), ...limitOutcome(record)]);
  const groups = groupBy(telling, ({ work, part }) => `${work} ${part}`).values();
  return [...groups].map((outcomes) => outcomes.reduce((one, other) => (other.at >= one.at ? other : one)));
}

function signUpOutcome(record: DecisionRecord): readonly StepOutcome[] {
  const { at, failure, thrown, trace = [] } = record;
  const outcome = { work: "sign-ups", part: stepName(record), at } as const;
  if (failure === undefined) return [outcome];
  if (trace.some(({ upstreamFailure }) => upstreamFailure !== undefined)) return [];
  const rule = trace.find(({ said, shadow }) => said === "failed" && !shadow)?.rule;
  return [{ ...outcome, why: [failure, rule, thrown?.error].filter((part) => part !== undefined).join(" ") }];
}

function limitOutcome(record: DecisionRecord): readonly StepOutcome[] {
  const results = (record.trace ?? []).filter(({ rule, shadow }) => rule === LIMIT && !shadow);
  if (results.length === 0) return [];
  const outcome = { work: "limits", part: stepName(record), at: record.at } as const;
  return results.some(({ evidence }) => evidence?.count === "unread") ? [{ ...outcome, why: "count unread" }] : [outcome];
}

function stepName({ gate, step }: Pick<DecisionRecord, "gate" | "step">): string {
  return gate === undefined ? step : `${gate}/${step}`;
}
