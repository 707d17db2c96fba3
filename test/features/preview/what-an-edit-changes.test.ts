import fc from "fast-check";
import { type Item, toRow } from "../../../adapters/tables/item";
import { unwrapRule } from "../../../engine/sign-up/policy";
import { waitsForApproval } from "../../../engine/sign-up/recording";
import type { Row } from "../../../engine/sign-up/rule";
import type { EditedList, FlippedPerson, Flips } from "../../../features/access-list/flips";
import { findKeyAndProblems } from "../../../features/access-list/hygiene";
import { decisionStore } from "../../../features/decisions/store/decisions";
import { computeOutcomes } from "../../../features/preview/store/compare";
import { wouldFlip } from "../../../features/preview/store/flips";
import { putList } from "../../proof/real";
import type { TableRow } from "../../proof/scenario";
import { answerAgain, namesNoAccount, onlyReading, type Played, play, type Recorded, sourcesOn } from "./beside-the-gate";
import { listDraftFrom } from "./drafts";
import { rulesWithoutExcuse } from "./missing-input";

// For generated policies, lists, sign-ups and edits of the list: what the edit dialogue says of a person's next try is what the gate
// answers before and after the edit.

const RUNS = 150;
const SEED = 20_261_129;

interface Edited extends Played {
  readonly after: readonly TableRow[];
  readonly flips: Flips;
  /** All requests for approval. */
  readonly requests: readonly Row[];
}

type Outcome = FlippedPerson["with"];

async function edit(seed: number): Promise<Edited | undefined> {
  const played = await play(seed);
  if (played === undefined) return undefined;
  const { scenario, gate, served, now } = played;
  const after = listDraftFrom(seed, scenario).filter(namesNoAccount);
  const edited = editBetween(scenario.rows.accessList, after);
  if (edited.size === 0) return undefined;
  const flips = await onlyReading(gate, async (tables) => {
    const { hashes, ...sources } = sourcesOn(tables, now);
    const decisions = decisionStore(tables, "decisions");
    return await wouldFlip(edited, {
      ...sources,
      decisions,
      policiesAt: () => served.map(({ policy }) => policy),
      hashes: async () => hashes,
    });
  });
  const { rows } = await gate.state();
  return { ...played, after, flips, requests: (rows.approvals ?? []).map((item) => toRow(item as Item)) };
}

function editBetween(before: readonly TableRow[], after: readonly TableRow[]): EditedList {
  const byKey = (list: readonly TableRow[]) =>
    new Map(list.map((row) => [findKeyAndProblems(row).key, { ...row, entry: findKeyAndProblems(row).key } as Row]));
  const [were, are] = [byKey(before), byKey(after)];
  const keys = [...new Set([...were.keys(), ...are.keys()])];
  const differing = keys.filter((key) => JSON.stringify(were.get(key)) !== JSON.stringify(are.get(key)));
  return new Map(differing.map((key) => [key, are.get(key)]));
}

/** The outcomes of a person's next try, without the edit and with it. */
async function outcomesOfTry(edited: Edited, recorded: Recorded): Promise<readonly [Outcome, Outcome] | undefined> {
  const { scenario, after } = edited;
  const outcomeWith = async (list: readonly TableRow[]): Promise<Outcome | undefined> => {
    const { outcome, record } = await answerAgain(edited, recorded, { policy: scenario.policy, list });
    if (outcome.reasons.includes("age.too-young")) return undefined;
    // At the next step, an approver decides.
    const trace = (record?.trace ?? []) as Recorded["record"]["trace"];
    if (outcome.kind === "continue" && trace.some(({ findings }) => findings?.listed === "approval")) return "waiting";
    if (outcome.kind === "continue" && recorded.record.step === "after-sign-in" && hasNext(edited)) return "wentOn";
    return outcome.kind === "block" && outcome.reasons.some(waitsForApproval) ? "waiting" : outcome.kind;
  };
  const [without, withIt] = [await outcomeWith(scenario.rows.accessList), await outcomeWith(after)];
  return without === undefined || withIt === undefined ? undefined : [without, withIt];
}

function hasNext({ served }: Played): boolean {
  return served.some(({ step }) => step === "before-create-user");
}

/** True if the word for an outcome is that outcome, or if a rule that the dialogue names reads what the record lacks. */
function isTrue(said: Outcome, is: Outcome, edited: Edited, recorded: Recorded): boolean {
  if (said === is || (said === "approval" && is === "waiting")) return true;
  const { record } = recorded;
  if (said === "failure") return record.failure !== undefined;
  if (said === "used" && !record.trace.some((word) => word.rule === record.rule && word.said === record.verdict)) return true;
  const named = edited.flips.unclear.kinds.flatMap((each) => (each.kind === said ? each.rules : []));
  const all = edited.served.flatMap(({ step, policy }) => (step === record.step ? policy.rules.map((rule) => unwrapRule(rule).name) : []));
  const unexcused = rulesWithoutExcuse(all, edited.scenario.policy, { ...recorded, requests: edited.requests, now: edited.now });
  return (named.length > 0 ? named : all).some((name) => !unexcused.includes(name));
}

/** True if the same rules leave the answer open without the edit and with it. */
async function isOpenBothWays({ gate, scenario, served, after, now }: Edited, { record }: Recorded): Promise<boolean> {
  for (const list of [scenario.rows.accessList, after]) {
    const outcomes = await gate.aside(async () => {
      await putList(gate.tables, list);
      return await computeOutcomes(served, [record], sourcesOn(gate.tables, now));
    });
    if (outcomes.get(record)?.change.kind !== "cannot tell") return false;
  }
  return true;
}

/** The dialogue counts people who are refused together with those who are asked to correct the form. */
function asStopped(outcome: Outcome): Outcome {
  return outcome === "invalid" ? "block" : outcome;
}

async function findFault(edited: Edited): Promise<string | undefined> {
  const { flips, newest } = edited;
  const groups = { refused: flips.refused, admitted: flips.admitted, goesOn: flips.goesOn, unclear: flips.unclear } as const;
  const named = new Map<string, FlippedPerson & { readonly group: string }>();
  for (const [group, { named: people }] of Object.entries(groups)) for (const each of people) named.set(each.reference, { ...each, group });
  const emails = new Set([...named.values()].map(({ email }) => email));
  const isAll = !flips.cut && Object.values(groups).every(({ count, named: people }) => count === people.length);
  for (const recorded of new Map(newest.map((each) => [`${each.record.step} ${each.record.email}`, each])).values()) {
    const { record } = recorded;
    const said = named.get(record.reference);
    const outcomes = await outcomesOfTry(edited, recorded);
    if (outcomes === undefined || record.reasons.includes("age.too-young")) continue;
    const [without, withIt] = outcomes;
    const who = `${record.email} at ${record.step} (${record.verdict} ${record.reasons}): the gate answers ${without} without the edit and ${withIt} with it`;
    if (said === undefined) {
      const differs = asStopped(without) !== asStopped(withIt);
      if (isAll && !emails.has(record.email) && differs && !(await isOpenBothWays(edited, recorded)))
        return `${who}; the dialogue says nothing`;
      continue;
    }
    if (!isTrue(said.without, without, edited, recorded) || !isTrue(said.with, withIt, edited, recorded))
      return `${who}; the dialogue says ${said.group}, ${said.without} and ${said.with}: ${JSON.stringify(flips.unclear.kinds)}`;
  }
  return undefined;
}

it("the edit dialogue predicts the gate's answer", { timeout: 900_000 }, async () => {
  const counts: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1_000_000 }), async (seed) => {
      const edited = await edit(seed);
      if (edited === undefined) return;
      const { refused, admitted, goesOn, unclear, unchanged } = edited.flips;
      for (const [kind, { count }] of Object.entries({ refused, admitted, goesOn, unclear, unchanged }))
        counts[kind] = (counts[kind] ?? 0) + count;
      const fault = await findFault(edited);
      if (fault !== undefined) throw new Error(`scenario ${seed}: ${fault}`);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(Object.values(counts).every((count) => count > 0)).toBe(true);
});
