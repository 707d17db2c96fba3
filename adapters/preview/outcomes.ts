import type { Policy } from "../../engine/sign-up/policy";
import type { Step } from "../../engine/sign-up/sign-up";
import { leftOpen, listedAs, notReplayed, type VerdictChange, verdictChange } from "./compare";
import { type Against, type Replayable, replayAll } from "./replay";

/** What a draft makes of a recorded decision. */
export interface ReplayOutcome {
  readonly change: VerdictChange;
  /** Rules that could not be replayed. */
  readonly unasked: readonly string[];
  /** Those of them on which the answer may rest once the list says something else. */
  readonly leftOpen: readonly string[];
  /** What the list says, to set beside what it says after an edit. */
  readonly listed: string;
}

/** In the order of the records. */
export async function outcomesOf(
  policy: readonly { readonly step: Step; readonly policy: Policy }[],
  records: readonly Replayable[],
  against: Against,
): Promise<ReadonlyMap<Replayable, ReplayOutcome>> {
  const outcomes = new Map<Replayable, ReplayOutcome>(
    records.map((record) => [
      record,
      { change: { kind: "cannot tell", open: `the draft has no ${record.step}.ts` }, unasked: [], leftOpen: [], listed: "" },
    ]),
  );
  for (const { step, policy: draft } of policy) {
    const own = records.filter((record) => record.step === step);
    const replayed = await replayAll(draft, own, against);
    for (const [index, record] of own.entries()) {
      const said = replayed[index] ?? [];
      outcomes.set(record, {
        change: verdictChange(record, said),
        unasked: notReplayed(draft, record, said),
        leftOpen: leftOpen(draft, record, said),
        listed: listedAs(said),
      });
    }
  }
  return outcomes;
}
