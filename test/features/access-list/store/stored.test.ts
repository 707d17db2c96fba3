import { type Item, toItem } from "../../../../adapters/tables/item";
import type { ChangeSet } from "../../../../features/access-list/change-set";
import { accessListStore } from "../../../../features/access-list/store/access-list";
import { changeSetStore, packedRows } from "../../../../features/access-list/store/change-sets";
import { applyEdit, editedRow } from "../../../../features/access-list/store/edits";
import { proposalStore } from "../../../../features/access-list/store/proposals";
import { buildRevertDraft, planRevert, rowReader } from "../../../../features/access-list/store/revert";
import { canContinue, resumeEdit } from "../../../../features/access-list/store/run";
import { startDynamoDb, type TestDynamoDb } from "../../../support/dynamodb";
import { createKeyTable } from "../../../support/key-table";

// Rows as earlier versions stored them: a part held writes, and a change that took two stood in two parts.

const CHANGES = "list-changes-test";
let database: TestDynamoDb;
beforeAll(async () => {
  database = await startDynamoDb();
  await createKeyTable(database.client, CHANGES, "listChanges");
});
afterAll(() => database.close());

const row = (entry: string, more: object) => toItem({ entry, ...more });
const added = { entry: "new.example", after: row("new.example", { effect: "allow" }) };
const wasGoogle = row("cross.example", { effect: "allow", issuer: "google.com" });
const isUntil = row("cross.example", { effect: "allow", expiresAt: "2099-01-01" });
const both = row("cross.example", { effect: "allow", issuer: "google.com", expiresAt: "2099-01-01" });
const wasAt = row("gates.example", { effect: "allow", gates: "suppliers" });
const isAt = row("gates.example", { effect: "allow", gates: "partners" });
const denied = row("deny.example", { effect: "deny", issuer: "google.com" });
const deniedUntil = row("deny.example", { effect: "deny", expiresAt: "2099-01-01" });
const deniedAll = row("deny.example", { effect: "deny" });
const removed = { entry: "gone.example", before: row("gone.example", { effect: "deny" }) };

const parts: Readonly<Record<string, readonly object[]>> = {
  "1-127-000000": [{ entry: "deny.example", before: denied, after: deniedAll, final: deniedUntil }],
  "2-127-000001": [
    { entry: "cross.example", before: wasGoogle, after: both, final: isUntil },
    { entry: "gates.example", before: wasAt, final: isAt },
  ],
  "3-127-000002": [
    added,
    { entry: "cross.example", before: both, after: isUntil, first: wasGoogle },
    { entry: "gates.example", after: isAt, first: wasAt },
  ],
  "4-127-000003": [removed, { entry: "deny.example", before: deniedAll, after: deniedUntil, first: denied }],
};
const before = [wasGoogle, wasAt, denied, removed.before];
const after = [added.after, isUntil, isAt, deniedUntil];
const entries = ["cross.example", "deny.example", "gates.example", "gone.example", "new.example"];

let sets = 0;
/** A set of an earlier version, and the list as that left it. */
async function stored(facts: object, standing: readonly Item[]): Promise<ChangeSet> {
  const { client, tableName } = database;
  const id = `20261101-02030512${sets++}-k7qd`;
  const expires = Math.floor(Date.now() / 1_000) + 86_400;
  const counts = { added: 1, changed: 3, removed: 1, writes: 8 };
  const head = { set: "sets", part: id, run: id, at: "2026-11-01T02:03:05.123Z", by: "kim", means: "list import", recorded: 4, expires };
  await client.call("PutItem", { TableName: CHANGES, Item: toItem({ ...head, ...counts, ...facts }) });
  for (const [part, rows] of Object.entries(parts)) {
    const packed = { rows: { B: await packedRows(rows as never) } };
    await client.call("PutItem", { TableName: CHANGES, Item: { ...toItem({ set: id, part, from: 0, expires }), ...packed } });
  }
  for (const entry of entries) await client.call("DeleteItem", { TableName: tableName, Key: toItem({ entry }) });
  for (const item of standing) await client.call("PutItem", { TableName: tableName, Item: item });
  return (await changeSetStore(client, CHANGES).get(id)) as ChangeSet;
}

const ports = () => ({ client: database.client, list: database.tableName, changes: changeSetStore(database.client, CHANGES) });
const list = async () => [...(await accessListStore(database.client, database.tableName).many(entries)).values()].map(sorted).sort();
const sorted = (item: Item) => JSON.stringify(Object.entries(item).sort());
const items = (rows: readonly Item[]) => rows.map(sorted).sort();

it("a stored change set shows each of its changes once, with the row before and after", async () => {
  const { id } = await stored({ state: "done" }, after);
  const changes = [];
  for await (const { writes } of ports().changes.parts(id)) changes.push(...writes.map(editedRow));
  expect(changes).toHaveLength(5);
  expect(changes).toContainEqual({
    before: { entry: "cross.example", effect: "allow", issuer: "google.com" },
    after: { entry: "cross.example", effect: "allow", expiresAt: "2099-01-01" },
  });
});

const halfway = [both, deniedAll, removed.before];
it.each<{ given: string; facts: object; standing: readonly Item[] }>([
  { given: "a set that is done", facts: { state: "done" }, standing: after },
  { given: "a set that was interrupted between two writes", facts: { state: "begun", upTo: "2-127-000001" }, standing: halfway },
  { given: "a set that was stopped there", facts: { state: "stopped", upTo: "2-127-000001" }, standing: halfway },
  { given: "a set of which nothing was written", facts: { state: "begun" }, standing: before },
])("a revert undoes $given", async ({ facts, standing }) => {
  const set = await stored(facts, standing);
  const plan = await planRevert(ports().changes, set, rowReader(database.client, database.tableName), 10);
  expect(plan.keptCount).toBe(0);
  const draft = { ...buildRevertDraft(set, plan), by: "lee", means: "list revert" } as const;
  await applyEdit(ports(), draft, plan.rows, new Date(), { revertedSet: set });
  expect(await list()).toEqual(items(before));
});

it.each<{ given: string; facts: object; standing: readonly Item[] }>([
  { given: "between two writes", facts: { upTo: "2-127-000001" }, standing: halfway },
  { given: "before its first", facts: {}, standing: before },
])("a change set that was interrupted $given is continued", async ({ facts, standing }) => {
  const set = await stored({ state: "begun", ...facts }, standing);
  expect(canContinue(set)).toBe(true);
  expect(await resumeEdit(ports(), set)).toMatchObject({ keptCount: 0 });
  expect(await list()).toEqual(items(after));
});

it("a revert leaves a row that somebody has edited since, and names the row", async () => {
  const theirs = row("cross.example", { effect: "deny" });
  const set = await stored({ state: "done" }, [added.after, theirs, isAt, deniedUntil]);
  expect(await planRevert(ports().changes, set, rowReader(database.client, database.tableName), 10)).toMatchObject({
    keptCount: 1,
    kept: ["cross.example"],
  });
});

it("a change set counts as unwritten if the write of its record was interrupted", async () => {
  const set = await stored({ state: "begun", recorded: undefined }, before);
  expect(canContinue(set)).toBe(false);
});

it("the rows of a stored proposal are read back", async () => {
  const rows = Object.values(parts)
    .flat()
    .map((each) => ({ ...each, phase: "allows in" }));
  const facts = {
    set: "proposals",
    part: "20261101-020305123-aaaa",
    at: "2026-11-01T02:03:05.123Z",
    by: "oid-1",
    name: "Kim",
    state: "open",
  };
  const counts = { means: "console import", added: 1, changed: 3, removed: 1, writes: 8, expires: 4_102_444_800 };
  const packed = { rows: { B: await packedRows(rows as never) } };
  await database.client.call("PutItem", { TableName: CHANGES, Item: { ...toItem({ ...facts, ...counts }), ...packed } });
  const found = await proposalStore(database.client, CHANGES).get(facts.part);
  expect(found?.rows?.map(({ entry }) => entry)).toEqual(["deny.example", "cross.example", "gates.example", "new.example", "gone.example"]);
});
