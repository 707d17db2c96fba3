import fc from "fast-check";
import type { TableName } from "../../../engine/sign-up/verdict";
import { askPolicy, type Side } from "../../../local/workbench/ask";
import { type AskedCall, readRecordedCalls } from "../../../local/workbench/recorded";
import { type Answered, bodyOf } from "../../proof/real";
import type { Outcome, SignUpCall } from "../../proof/scenario";
import { onlyReading, play, scenarioAndDraft, sourcesOn } from "./beside-the-gate";

// For generated policies, drafts, lists and sign-ups: what the simulator's comparison of two policies says of a sign-up is what the gate
// answers under each.

const RUNS = 80;
const SEED = 20_261_130;

const names = Object.fromEntries(
  (["accessList", "decisions", "profiles", "referenceData", "ledger", "approvals"] as const).map((name) => [name, name]),
) as Readonly<Record<TableName, string>>;

function findFault(side: Side | undefined, { kind, reasons, attributes }: Outcome): string | undefined {
  if (side === undefined || !side.ok) return `there is no answer: ${side?.problem}`;
  const { answer } = side;
  const said = [answer.verdict, answer.reasons, sorted(answer.attributes)];
  const is = [kind, reasons, sorted(attributes)];
  return JSON.stringify(said) === JSON.stringify(is) ? undefined : `says ${JSON.stringify(said)}; the gate answers ${JSON.stringify(is)}`;
}

function sorted(attributes: object): readonly unknown[] {
  return Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1));
}

function questionOf(call: SignUpCall, { reads }: Answered): AskedCall {
  const { step, gate, at } = call;
  return { step, gate, now: new Date(at).toISOString(), body: bodyOf(call) as AskedCall["body"], ...readRecordedCalls(reads, names) };
}

it("compare predicts the gate's answer under each of two policies", { timeout: 900_000 }, async () => {
  const counts: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), async (seed) => {
      const given = scenarioAndDraft(seed);
      if (given === undefined) return;
      const { draft, served, drafted } = given;
      await play(seed, async (gate, call, answer) => {
        // A table that refuses is no part of a comparison.
        if (call.unread?.length || call.unwritten?.length || draft.policy.rules[call.step].length === 0) return await answer();
        const expected = await gate.aside(() => gate.happen(call, draft.policy));
        const answered = await answer();
        if (answered === undefined || expected === undefined) throw new Error("A call has an answer.");
        const questions = [questionOf(call, answered)];
        const [own, other] = await onlyReading(gate, async (tables) => {
          const { read, hashes } = sourcesOn(tables, new Date(call.at));
          const live = { read, hashes: async () => hashes };
          return [await askPolicy(served, { questions }, live), await askPolicy(drafted, { questions }, live)] as const;
        });
        const faults = [findFault(own[0], answered.outcome), findFault(other[0], expected.outcome)];
        const kind = `${answered.outcome.kind} ${expected.outcome.kind}`;
        counts[kind] = (counts[kind] ?? 0) + 1;
        const fault = faults.findIndex((each) => each !== undefined);
        if (fault >= 0) throw new Error(`scenario ${seed}, ${call.email} at ${call.step}, policy ${fault}: ${faults[fault]}`);
        return answered;
      });
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(Object.keys(counts)).toEqual(expect.arrayContaining(["block block", "block continue", "continue continue", "invalid invalid"]));
});
