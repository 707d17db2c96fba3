import { type Item, toItem } from "../../../../adapters/tables/item";
import type { ChangeSet } from "../../../../features/access-list/change-set";
import { accessListStore } from "../../../../features/access-list/store/access-list";
import { changeSetStore, packedRows } from "../../../../features/access-list/store/change-sets";
import { writeOrRecordEdit } from "../../../../features/access-list/store/edits";
import { makeSetParts } from "../../../../features/access-list/store/parts";
import { buildRevertDraft, planRevert, rowReader } from "../../../../features/access-list/store/revert";
import { type RowChange, rowPhases } from "../../../../features/access-list/store/row-changes";
import { type EditPorts, resumeEdit } from "../../../../features/access-list/store/run";
import { auditStore } from "../../../../features/audit/store/trail";
import { hashOf } from "../../../engine/sign-up/people";
import { chanceOf } from "../../../lives/chance";
import { startDynamoDb, type TestDynamoDb } from "../../../support/dynamodb";
import { createKeyTable } from "../../../support/key-table";

let database: TestDynamoDb;
let ports: EditPorts;
beforeAll(async () => {
  database = await startDynamoDb();
  await createKeyTable(database.client, "changes", "listChanges");
  await createKeyTable(database.client, "audit", "audit");
  const { client, tableName: list } = database;
  ports = { client, list, changes: changeSetStore(client, "changes"), trail: auditStore(client, "audit", async () => ({ hashOf })) };
});
afterAll(() => database.close());

/** So that little of a text is compressed away. */
const letters = { ascii: [0x21, 94], hangul: [0xac00, 11_172] } as const;
const chance = chanceOf(7);
function noise(length: number, [first, count]: readonly [number, number] = letters.ascii): string {
  return Array.from({ length }, () => String.fromCharCode(first + chance.below(count))).join("");
}

let runs = 0;
function denies(count: number, noteOf: () => string): readonly RowChange[] {
  const run = runs++;
  return Array.from({ length: count }, (_, index) => {
    const entry = `company${index}-${run}.example`;
    return { entry, after: toItem({ entry, effect: "deny", note: noteOf() }) };
  });
}
const draft = (rows: readonly RowChange[]) => ({ by: "kim", added: rows.length, changed: 0, removed: 0, writes: rows.length });

/** Makes an edit. @returns by what way */
async function edited(rows: readonly RowChange[]) {
  const begun = await writeOrRecordEdit(ports, { ...draft(rows), means: "console" }, rows, new Date());
  const isDone = begun?.set.state === "done";
  const ran = begun === undefined || isDone ? begun : await resumeEdit(ports, begun.set);
  const { many } = accessListStore(database.client, database.tableName);
  return { way: isDone ? "at once" : "as a job", ran, found: await many(rows.map(({ entry }) => entry)) };
}

const KB = 1_024;
it.each([
  { what: "97 rows but for their record, of short notes", rows: () => denies(96, () => "known"), by: "at once" },
  { what: "97 rows and their record", rows: () => denies(97, () => "known"), by: "as a job" },
  { what: "few rows of long notes", rows: () => denies(3, () => noise(90 * KB)), by: "at once" },
  { what: "rows that are longer than a part of a record", rows: () => denies(4, () => noise(90 * KB)), by: "as a job" },
  { what: "rows whose notes make more than 4 MB", rows: () => denies(90, () => noise(50 * KB)), by: "as a job" },
  { what: "few rows in letters of three bytes", rows: () => denies(3, () => noise(40 * KB, letters.hangul)), by: "as a job" },
])("an edit writes $what, at once or as a job: $by", async ({ rows: make, by }) => {
  const rows = make();
  const { way, ran, found } = await edited(rows);
  expect(way).toBe(by);
  expect(ran).toMatchObject({ writes: rows.length, keptCount: 0, set: { state: "done" } });
  expect([...found.values()]).toEqual(rows.map(({ after }) => after as Item));
});

it.each([
  { what: "a deny that goes", effect: "deny", isRemoved: true, phase: "denies out" },
  { what: "an allow that goes", effect: "allow", isRemoved: true, phase: "allows" },
  { what: "a deny that comes", effect: "deny", isRemoved: false, phase: "denies in" },
  { what: "an allow that comes", effect: "allow", isRemoved: false, phase: "allows" },
])("in a change of many rows, $what is written in the phase $phase", ({ effect, isRemoved, phase }) => {
  const row = toItem({ entry: "phased.example", effect });
  expect(rowPhases(isRemoved ? { before: row } : { after: row })).toBe(phase);
});

it("an edit of long notes is reverted as a job", async () => {
  const rows = denies(60, () => noise(40 * KB));
  const { ran } = await edited(rows);
  const set = await ports.changes.get(ran?.set.id ?? "");
  if (set === undefined) throw new Error("There is no change set.");
  const plan = await planRevert(ports.changes, set, rowReader(database.client, database.tableName), 10);
  const undo = await writeOrRecordEdit(
    ports,
    { ...buildRevertDraft(set, plan), by: "kim", means: "incident undo" },
    plan.rows,
    new Date(),
    {
      revertedSet: set,
    },
  );
  expect(undo?.set.state).toBe("begun");
  await resumeEdit(ports, undo?.set as ChangeSet);
  expect((await accessListStore(database.client, database.tableName).many(rows.map(({ entry }) => entry))).size).toBe(0);
});

it.each(Object.entries(letters))("each part of a change's record fits into one item if the notes have letters of %s", async (_, kind) => {
  for await (const { writes } of makeSetParts(denies(1_000, () => noise(900, kind))))
    expect((await packedRows(writes)).length * 0.75).toBeLessThan(390 * KB);
});
