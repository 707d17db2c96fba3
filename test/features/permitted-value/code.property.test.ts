import fc from "fast-check";
import { decide } from "../../../engine/sign-up/engine";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { makeRule } from "../../../engine/sign-up/rule";
import { permittedValue } from "../../../features/permitted-value/rule";
import { codeRow, holderOf, listed, memory } from "../../engine/rules/memory-world";
import { person } from "../../engine/sign-up/people";
import { runs } from "../../support/runs";

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: runs(60, 1_000) });

const CODE = "extension_Code";

/** One call of Entra's. */
interface Call {
  readonly who: number;
  readonly typed: string;
  /** Whether another rule refuses the person this time. */
  readonly refused: boolean;
}

const call: fc.Arbitrary<Call> = fc.record({
  who: fc.nat({ max: 5 }),
  typed: fc.constantFrom("abc", "ABC", " aBC ", "xyz", "wrong", "other", "third"),
  refused: fc.boolean(),
});

const signUpOf = ({ who, typed, refused }: Call) =>
  person({ email: `person-${who}@contoso.com`, attributes: { [CODE]: typed, ...(refused && { jobTitle: "refused" }) } });
const holder = (each: Call) => holderOf(signUpOf(each));
const codeOf = ({ typed }: Call) => typed.trim().toLowerCase();

/** Runs the calls side by side, their reads and writes in an order that fast-check chooses. */
async function runAll(scheduler: fc.Scheduler, calls: readonly Call[], uses: number, guessesPerDay: number) {
  const tables = memory(
    [
      [listed(CODE, "abc"), {}],
      [listed(CODE, "xyz"), {}],
    ],
    () => scheduler.schedule(Promise.resolve()),
  );
  const refusing = makeRule({
    name: "refusing",
    sets: [],
    decide: ({ attributes }) => (attributes.jobTitle === "refused" ? { kind: "block", reason: "no" } : { kind: "continue" }),
  });
  const policy = beforeCreateUser([permittedValue(CODE, { maxUses: uses, guessesPerDay }), refusing]);
  const deciding = Promise.all(calls.map(async (each) => ({ ...each, decision: await decide(policy, signUpOf(each), tables.world) })));
  const decided = await scheduler.waitFor(deciding);
  const holders = (code: string) => (tables.row(codeRow(CODE, code))?.people ?? []) as readonly string[];
  return { decided, holders };
}

const admittedTo = (code: string, decided: Awaited<ReturnType<typeof runAll>>["decided"]) =>
  new Set(decided.filter((each) => codeOf(each) === code && each.decision.answer.kind === "continue").map(holder));

it("a code admits exactly as many people as it allows, not counting people whom another rule refuses", () =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(call, { maxLength: 12 }), fc.integer({ min: 1, max: 3 }), async (scheduler, calls, uses) => {
      const { decided, holders } = await runAll(scheduler, calls, uses, 100);
      for (const code of ["abc", "xyz"]) {
        const legitimate = new Set(calls.filter((each) => codeOf(each) === code && !each.refused).map(holder));
        const admitted = admittedTo(code, decided);
        expect(new Set(holders(code))).toEqual(admitted);
        expect(admitted.size).toBe(Math.min(uses, legitimate.size));
        for (const each of admitted) expect(legitimate).toContain(each);
      }
      for (const { decision } of decided) expect(decision.failure).toBeUndefined();
    }),
  ));

it("a person who was admitted is admitted again", () =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(call, { minLength: 1, maxLength: 8 }), async (scheduler, calls) => {
      const twice = calls.map((each) => ({ ...each, refused: false }));
      const { decided } = await runAll(scheduler, [...twice, ...twice], 2, 100);
      for (const [index, { decision }] of decided.slice(0, twice.length).entries()) {
        expect(decided[index + twice.length]?.decision.answer.kind === "continue").toBe(decision.answer.kind === "continue");
      }
    }),
  ));

it("a person gets answers to the allowed number of guesses only, with any timing", () =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(call, { maxLength: 14 }), fc.integer({ min: 1, max: 3 }), async (scheduler, calls, limit) => {
      const { decided } = await runAll(scheduler, calls, 6, limit);
      for (const who of new Set(calls.map((each) => each.who))) {
        const answered = decided.filter(({ decision, ...each }) => {
          const told = decision.answer.kind !== "block" || decision.answer.reason === "code.used-up";
          return each.who === who && told;
        });
        expect(new Set(answered.map(codeOf)).size).toBeLessThanOrEqual(limit);
      }
    }),
  ));
