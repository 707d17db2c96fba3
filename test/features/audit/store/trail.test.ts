import { createHash } from "node:crypto";
import { type Item, toItem, toRow } from "../../../../adapters/tables/item";
import { getPage } from "../../../../adapters/tables/search";
import { tables } from "../../../../adapters/tables/tables";
import { invalidMember } from "../../../../engine/fields";
import { ChainVerifier } from "../../../../features/audit/chain";
import { auditRow, numberText } from "../../../../features/audit/entry";
import { type AuditStore, auditStore } from "../../../../features/audit/store/trail";
import { hashOf } from "../../../engine/sign-up/people";
import { startDynamoDb, type TestDynamoDb } from "../../../support/dynamodb";
import { createKeyTable } from "../../../support/key-table";

const entry = {
  by: "oid-1",
  name: "Kim",
  action: "access-list.changed",
  subject: "kim@contoso.com",
  after: { entry: "kim@contoso.com", tags: ["a"], many: 2 ** 70, half: "\ud800", long: "x".repeat(3_000) },
};
const now = new Date("2026-06-15T12:00:00.000Z");

let database: TestDynamoDb;
let count = 0;
beforeAll(async () => {
  database = await startDynamoDb();
});
afterAll(() => database.close());

/** A trail of one test's own. */
async function newTrail() {
  const name = `audit-${count++}`;
  await createKeyTable(database.client, name, "audit");
  const store = () => auditStore(database.client, name, async () => ({ hashOf }));
  const table = { client: database.client, name, key: tables.audit.key };
  const items = async () => (await getPage(table, {})).items;
  const put = (item: Item) => database.client.call("PutItem", { TableName: name, Item: item });
  const remove = (number: number) =>
    database.client.call("DeleteItem", { TableName: name, Key: toItem({ trail: "entries", number: numberText(number) }) });
  return { store, items, put, remove };
}

async function verified(trail: AuditStore) {
  const verifier = new ChainVerifier();
  for await (const rows of trail.rows()) for (const row of rows) if (!verifier.check(row)) return verifier.end();
  return verifier.end();
}

it("the trail stores entries as their schema says, and returns them newest first, each with its outcome", async () => {
  const { store, items } = await newTrail();
  const audit = store();
  expect(await audit.audited(entry, now, async () => true)).toBe(true);
  expect(await audit.audited({ ...entry, before: { entry: "x" } }, new Date(now.getTime() + 1), async () => false)).toBe(false);
  await expect(audit.audited(entry, now, () => Promise.reject(new Error("down")))).rejects.toThrow("down");
  expect((await items()).map((item) => invalidMember(auditRow, toRow(item)))).toEqual(Array(6).fill(undefined));
  const { entries } = await audit.page({ day: "2026-06-15" });
  const after = { ...entry.after, many: "1.1805916207174113e+21", long: `${"x".repeat(2_000)}…` };
  expect(entries).toEqual(
    [
      { before: undefined, outcome: "failed" },
      { before: { entry: "x" }, outcome: "conflict" },
      { before: undefined, outcome: "done" },
    ].map((each) => expect.objectContaining({ ...entry, after, ...JSON.parse(JSON.stringify(each)) })),
  );
  expect(entries.map(({ number }) => Number(number))).toEqual([5, 3, 1]);
  // A clock that is behind puts nothing before what stands.
  expect(entries[0]?.at).toBe("2026-06-15T12:00:00.001Z");
  expect(entries.map(({ flaw }) => flaw)).toEqual([undefined, undefined, undefined]);
});

it("the position of a moment in the trail is found even if entries are missing", async () => {
  const { store, remove } = await newTrail();
  const audit = store();
  expect(await audit.numberAt(now)).toBe(numberText(1));
  const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
  for (const minutes of [0, 0, 1, 2, 2, 5, 9]) await audit.tell({ ...entry, via: "console", outcome: "done" }, at(minutes));
  await remove(4);
  const found = await Promise.all([-1, 0, 1, 2, 3, 9, 10].map(async (minutes) => Number(await audit.numberAt(at(minutes)))));
  expect(found).toEqual([1, 1, 3, 5, 6, 7, 8]);
});

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

it.each([
  ["details that are no JSON", { details: { S: "{" }, digest: { S: sha256("{") } }],
  ["details that are no text", { details: { N: "5" } }],
  ["a subject in its details that is no text", { details: { S: '{"subject":5}' }, digest: { S: sha256('{"subject":5}') } }],
  [
    "columns that are no text",
    { by: undefined, via: { N: "1" }, outcome: { L: [] }, at: { S: "soon" }, name: { N: "7" }, count: { S: "x" } },
  ],
  ["a hash that is none", { hash: { N: "5" } }],
])("an invalid row hides no entry, and is named: %s", async (_, odd: Record<string, Item[string] | undefined>) => {
  const { store, items, put } = await newTrail();
  for (let number = 1; number <= 3; number++) await store().tell({ ...entry, via: "console", outcome: "done" }, now);
  const item = (await items()).find((each) => each.number?.S === numberText(2));
  const wrong = Object.fromEntries(Object.entries({ ...item, ...odd }).filter(([, value]) => value !== undefined)) as Item;
  // The index of operators leaves out who has no `by`.
  await put(wrong);
  const { entries } = await store().page({});
  expect(entries.map(({ number, flaw }) => [Number(number), flaw === undefined || Number(flaw.number)])).toEqual([
    [3, expect.anything()],
    [2, 2],
    [1, expect.anything()],
  ]);
  for (const each of entries)
    for (const name of ["at", "by", "name", "action", "outcome"] as const) expect(typeof each[name]).toBe("string");
  expect((await verified(store())).flaw).toMatchObject({ number: numberText(2) });
  // What follows an odd end is written all the same.
  await put({ ...wrong, number: { S: numberText(4) } });
  expect(await store().tell({ ...entry, via: "console", outcome: "done" }, now)).toBe(numberText(5));
});

it.each([
  ["subject", "kim@contoso.com", 1],
  ["person", hashOf("person\nkim@contoso.com"), 1],
  ["operator", "oid-2", 1],
  ["day", "2026-06-16", 0],
  ["subject", "\ud800".repeat(3_000), 0],
] as const)("the trail is searched by %s: %#", async (by, value, found) => {
  const { store } = await newTrail();
  await store().tell({ ...entry, via: "console", outcome: "done", subject: "contoso.com", after: {} }, now);
  await store().tell({ ...entry, by: "oid-2", via: "console", outcome: "done" }, now);
  expect((await store().page({ [by]: value })).entries).toHaveLength(found);
});

it("the trail stays one chain if several write at once, and if an answer is lost", async () => {
  const { store, items } = await newTrail();
  const writers = [store(), store(), store()];
  await Promise.all(
    writers.flatMap((writer) => Array.from({ length: 8 }, () => writer.tell({ ...entry, via: "console", outcome: "done" }, now))),
  );
  // Written, but nobody heard: the same write comes again.
  const lossy = auditStore(
    {
      ...database.client,
      async call<T>(operation: string, input: object) {
        const answer = await database.client.call<T>(operation, input);
        return operation === "PutItem" ? await database.client.call<T>(operation, input) : answer;
      },
    },
    `audit-${count - 1}`,
  );
  await lossy.tell({ ...entry, via: "console", outcome: "done" }, now);
  expect(await items()).toHaveLength(25);
  expect(await verified(store())).toMatchObject({ entries: 25, last: { number: numberText(25) } });
});

/** Makes one row of five another one. */
const tamper = (change: (item: Item) => Item) => async (trail: Awaited<ReturnType<typeof newTrail>>) => {
  const third = (await trail.items()).find(({ number }) => number?.S === numberText(3)) as Item;
  await trail.put(change(third));
};
const without = (item: Item, ...names: readonly string[]) =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));

it.each<[string, (trail: Awaited<ReturnType<typeof newTrail>>) => Promise<unknown>, string, number]>([
  ["another author", tamper((item) => ({ ...item, by: { S: "oid-9" } })), "altered", 3],
  ["another outcome", tamper((item) => ({ ...item, outcome: { S: "failed" } })), "altered", 3],
  ["one more attribute", tamper((item) => ({ ...item, more: { S: "x" } })), "altered", 3],
  ["another hash", tamper((item) => ({ ...item, hash: { S: "0".repeat(64) } })), "altered", 3],
  ["other details", tamper((item) => ({ ...item, details: { S: '{"subject":"kim@contoso.com"}' } })), "details-altered", 3],
  ["another subject in the index", tamper((item) => ({ ...item, subject: { S: "lee@contoso.com" } })), "details-altered", 3],
  ["details that are gone", tamper((item) => without(item, "details", "subject", "person")), "details-gone", 3],
  ["a row that is missing", ({ remove }) => remove(3), "missing", 3],
])("the trail's reader detects %s, both on a page and in a check of the whole trail", async (_, change, kind, number) => {
  const trail = await newTrail();
  const audit = trail.store();
  for (let index = 0; index < 5; index++) await audit.tell({ ...entry, via: "console", outcome: "done" }, now);
  await change(trail);
  const flaw = { kind, number: numberText(number) };
  expect((await verified(audit)).flaw).toEqual(flaw);
  expect((await audit.page({})).entries.flatMap((each) => each.flaw ?? [])).toContainEqual(flaw);
});

it("the chain stays valid if details were erased and an entry records that", async () => {
  const trail = await newTrail();
  const audit = trail.store();
  for (let index = 0; index < 5; index++) await audit.tell({ ...entry, via: "console", outcome: "done" }, now);
  await tamper((item) => ({ ...without(item, "details", "subject", "person"), erased: { S: now.toISOString() } }))(trail);
  expect((await verified(audit)).flaw).toEqual({ kind: "erasure-without-entry", number: numberText(3) });
  await audit.tell({ by: "arn", via: "command", action: "person.erased", outcome: "done", numbers: [numberText(3)] }, now);
  expect(await verified(audit)).toMatchObject({ entries: 6, erased: 1 });
  expect((await verified(audit)).flaw).toBeUndefined();
});
