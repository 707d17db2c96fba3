import { groupBy } from "../../engine/collections";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { Work } from "../../engine/work";

/** What a decision of a gate's step says about the step. */
export interface StepOutcome {
  readonly work: Work;
  /** A step, after its gate's name unless the gate is the default one: "partners/before-create-user". */
  readonly part: string;
  readonly at: string;
  /** Absent if the step works. */
  readonly why?: string;
}

/** What the decisions of a delivery say about a step. */
export interface StepOutcomes extends StepOutcome {
  readonly share: { readonly failed: number; readonly of: number };
  /** True if the newest of them went through. */
  readonly passed: boolean;
}

/** The name of the rule `limit` in traces. */
const LIMIT = "limit";

/** Leaves out decisions that do not tell: a failed system outside has its outage, and not every sign-up reaches a limit. */
export function findStepOutcomes(records: readonly DecisionRecord[]): readonly StepOutcomes[] {
  const telling = records.flatMap((record) => [...signUpOutcome(record), ...limitOutcome(record)]);
  const groups = groupBy(telling, ({ work, part }) => `${work} ${part}`).values();
  return [...groups].flatMap((outcomes) => {
    const sorted = outcomes.toSorted((one, other) => (one.at < other.at ? -1 : 1));
    const failures = sorted.filter(({ why }) => why !== undefined);
    const newest = sorted.at(-1);
    const telling = failures.at(-1) ?? newest;
    if (telling === undefined) return [];
    return [{ ...telling, share: { failed: failures.length, of: sorted.length }, passed: newest?.why === undefined }];
  });
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

export function stepName({ gate, step }: Pick<DecisionRecord, "gate" | "step">): string {
  return gate === undefined ? step : `${gate}/${step}`;
}
