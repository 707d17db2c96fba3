import fc from "fast-check";
import { rulesAt } from "../../proof/admit";
import { type BesideTheGate, besideTheGate } from "./beside-the-gate";

// For generated policies, lists and sign-ups, and for drafts of both: what a preview says of a person is what the gate answers now.
// The engine answers through its handlers, on tables in memory; the preview may only read.

const RUNS = 250;
const SEED = 20_261_128;

/** Rules that judge by facts that every record has. */
const told: readonly string[] = ["onlyProviders", "notDomains"];

/** The fault in what a preview says; undefined if there is none. */
function fault({ record, says: { kind, open, rules = [] }, answer, draft }: BesideTheGate): string | undefined {
  const [was, is] = [record.verdict === "continue", answer.kind === "continue"];
  const said = `${kind}${open === undefined ? "" : ` (${open})`}: the gate answers ${answer.kind} ${answer.reasons}, as it did ${record.verdict} ${record.reasons}`;
  // A rule that judges by the date may answer otherwise on another day: no record holds a date of birth.
  if (record.reasons.includes("age.too-young") || answer.reasons.includes("age.too-young")) return undefined;
  switch (kind) {
    case "goes on":
      return (is || rules.length > 0) && record.step === "after-sign-in" ? undefined : said;
    case "now let in":
      return is ? undefined : said;
    case "now refused":
      return is ? said : undefined;
    case "unchanged":
      return was === is ? undefined : said;
    case "let in unless":
      return is || rules.length > 0 ? undefined : said;
    default: {
      const names = rulesAt(draft.policy, record.step as "after-sign-in").map(({ rule }) => rule);
      return names.every((name) => told.includes(name)) && record.failure === undefined ? `${said}; its rules are ${names}` : undefined;
    }
  }
}

const known = [80, 171, 177, 186, 203, 441, 717, 1150];

it("says what the gate answers, or that it cannot tell", { timeout: 900_000 }, async () => {
  const counts: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), async (seed) => {
      for (const each of (await besideTheGate(seed)) ?? []) {
        counts[each.says.kind] = (counts[each.says.kind] ?? 0) + 1;
        const wrong = fault(each);
        if (wrong !== undefined) throw new Error(`scenario ${seed}, ${each.record.email} at ${each.record.step}: ${wrong}`);
      }
    }),
    { numRuns: RUNS, seed: SEED, examples: known.map((seed): [number] => [seed]) },
  );
  // Each kind of word has been put to the test.
  expect(Object.keys(counts).sort()).toEqual(["cannot tell", "goes on", "let in unless", "now let in", "now refused", "unchanged"]);
});
