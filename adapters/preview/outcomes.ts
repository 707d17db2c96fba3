import type { Policy } from "../../engine/sign-up/policy";
import type { Step } from "../../engine/sign-up/sign-up";
import { notReplayed, type VerdictChange, verdictChange } from "./compare";
import { type Against, type Replayable, replayAll } from "./replay";

/** What a draft makes of a recorded decision. */
export interface ReplayOutcome {
  readonly change: VerdictChange;
  /** Rules that could not be replayed. */
  readonly unasked: readonly string[];
}

/** In the order of the records. */
export async function outcomesOf(
  policy: readonly { readonly step: Step; readonly policy: Policy }[],
  records: readonly Replayable[],
  against: Against,
): Promise<ReadonlyMap<Replayable, ReplayOutcome>> {
  const outcomes = new Map<Replayable, ReplayOutcome>(
    records.map((record) => [record, { change: { kind: "cannot tell", open: `the draft has no ${record.step}.ts` }, unasked: [] }]),
  );
  for (const { step, policy: draft } of policy) {
    const own = records.filter((record) => record.step === step);
    const replayed = await replayAll(draft, own, against);
    for (const [index, record] of own.entries()) {
      const said = replayed[index] ?? [];
      outcomes.set(record, { change: verdictChange(record, said), unasked: notReplayed(draft, record, said) });
    }
  }
  return outcomes;
}
