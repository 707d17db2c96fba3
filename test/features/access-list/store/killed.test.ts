import type { AwsClient } from "../../../../adapters/aws/client";
import { type Item, toItem } from "../../../../adapters/tables/item";
import { batchWrite } from "../../../../bench/batch-write";
import type { ChangeSet } from "../../../../features/access-list/change-set";
import { firstOfEach } from "../../../../features/access-list/files/check";
import { planImport } from "../../../../features/access-list/files/plan";
import type { FileRow } from "../../../../features/access-list/files/row";
import { changeSetStore } from "../../../../features/access-list/store/change-sets";
import { applyEdit } from "../../../../features/access-list/store/edits";
import { dropIndexes } from "../../../../features/access-list/store/list-indexes";
import { plannedRows } from "../../../../features/access-list/store/parts";
import { buildRevertDraft, planRevert, rowReader } from "../../../../features/access-list/store/revert";
import { storedRow } from "../../../../features/access-list/store/row-changes";
import { type EditPorts, interruptedImport, resumeEdit } from "../../../../features/access-list/store/run";
import { auditStore } from "../../../../features/audit/store/trail";
import { hashOf } from "../../../engine/sign-up/people";
import { startDynamoDb, type TestDynamoDb } from "../../../support/dynamodb";
import { createKeyTable } from "../../../support/key-table";

const CHANGES = "list-changes-test";
const AUDIT = "audit-test";
let database: TestDynamoDb;
beforeAll(async () => {
  database = await startDynamoDb();
  await createKeyTable(database.client, CHANGES, "listChanges");
  await createKeyTable(database.client, AUDIT, "audit");
});
afterAll(() => database.close());

/** Long enough that the difference takes several parts. */
const hostile = `"'=;,\u202e${"<script>\n".repeat(1_100)}`;
const COUNT = 12;
const at = (kind: string, index: number) => `${kind}${index}@company${index % 7}.example`;
const each = <T>(of: (index: number) => T) => Array.from({ length: COUNT }, (_, index) => of(index));
const old = [
  ...each((index) => ({ entry: at("gone", index), effect: index % 2 ? "allow" : "deny", note: hostile })),
  ...each((index) => ({ entry: at("changed", index), effect: index % 2 ? "allow" : "deny", issuer: "google.com", ticket: `T-${index}` })),
];
const wanted: readonly FileRow[] = [
  ...each((index) => ({ entry: at("changed", index), effect: index % 2 ? "allow" : "deny", expiresAt: "2099-01-01" }) as const),
  ...each((index) => ({ entry: at("new", index), effect: index % 2 ? "allow" : "deny", note: hostile }) as const),
];
const imported = [
  ...each((index) => ({
    entry: at("changed", index),
    effect: index % 2 ? "allow" : "deny",
    expiresAt: "2099-01-01",
    ticket: `T-${index}`,
  })),
  ...each((index) => ({ entry: at("new", index), effect: index % 2 ? "allow" : "deny", note: hostile })),
];

const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
const current = async () => {
  const rows: Item[] = [];
  let ExclusiveStartKey: object | undefined;
  do {
    const input = { TableName: database.tableName, ExclusiveStartKey };
    const page = await database.client.call<{ Items: Item[]; LastEvaluatedKey?: object }>("Scan", input);
    rows.push(...page.Items);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return rows;
};
const all = async () => sorted((await current()).map(dropIndexes));
const items = (rows: readonly object[]) => sorted(rows.map(toItem));

async function reset(rows: readonly object[]): Promise<void> {
  const { client, tableName } = database;
  const keys = new Set([...old, ...imported].map(({ entry }) => entry));
  const deletes = [...keys].map((entry) => ({ DeleteRequest: { Key: toItem({ entry }) } }));
  const puts = rows.map((row) => ({ PutRequest: { Item: toItem(row) } }));
  for (const requests of [deletes, puts]) {
    for (let from = 0; from < requests.length; from += 25) await batchWrite(client, tableName, requests.slice(from, from + 25));
  }
}

/** A program that is killed at its nth call: before that arrives, or before its answer comes back. */
function mortal(
  calls: number,
  arrives: boolean,
  client: Pick<AwsClient, "call"> = database.client,
): AwsClient & { readonly made: () => number } {
  let made = 0;
  return {
    warm: () => undefined,
    made: () => made,
    async call<T>(operation: string, input: object): Promise<T> {
      made += 1;
      if (made > calls && !(arrives && made === calls + 1)) throw new Error("killed");
      const answer = await client.call<T>(operation, input);
      if (made > calls) throw new Error("killed");
      return answer;
    },
  };
}

/** A client before whose first write of the list somebody else puts a row there. */
function withRival(row: object): AwsClient {
  let isPut = false;
  return {
    ...database.client,
    async call<T>(operation: string, input: object): Promise<T> {
      if (!isPut && operation === "BatchExecuteStatement") {
        isPut = true;
        await database.client.call("PutItem", { TableName: database.tableName, Item: toItem(row) });
      }
      return await database.client.call<T>(operation, input);
    },
  };
}

const storeBy = (client: AwsClient) => changeSetStore(client, CHANGES);
const portsBy = (client: AwsClient): EditPorts => ({
  client,
  list: database.tableName,
  changes: storeBy(client),
  trail: auditStore(client, AUDIT, async () => ({ hashOf })),
});
const facts = { by: "kim", added: 0, changed: 0, removed: 0, writes: 200 };

/** The command: it continues an earlier run's set, and plans what that leaves. */
async function importBy(client: AwsClient): Promise<void> {
  const ports = portsBy(client);
  const author = { by: "kim", source: "digest of list.csv" };
  const earlier = await interruptedImport(ports.changes, author, new Date());
  if (earlier !== undefined && (await resumeEdit(ports, earlier)).keptCount > 0) return;
  const { counts, changes } = await planImport(firstOfEach(wanted), [(await current()).map(storedRow)], { replace: true });
  if (counts.unchanged === wanted.length && counts.removed === 0) return;
  await applyEdit(ports, { ...facts, ...author, means: "list import" }, plannedRows(changes), new Date());
}

async function revertBy(client: AwsClient, revertedSet: ChangeSet): Promise<void> {
  const store = storeBy(client);
  const plan = await planRevert(store, revertedSet, rowReader(client, database.tableName), 10);
  const draft = { ...buildRevertDraft(revertedSet, plan), by: "kim", means: "list revert", writes: facts.writes } as const;
  await applyEdit(portsBy(client), draft, plan.rows, new Date(), { revertedSet });
}

async function newest(): Promise<ChangeSet> {
  const [set] = (await storeBy(database.client).page(undefined, 1)).sets;
  if (set === undefined) throw new Error("There is no change set.");
  return set;
}

/** Ten places, evenly over all calls that the undisturbed run makes. */
const places = Array.from({ length: 10 }, (_, index) => ({ place: index + 1, arrives: index % 2 === 0 }));
let importCalls = 0;
let revertCalls = 0;

it("an import and its revert are exact if nothing disturbs them", async () => {
  await reset(old);
  const importing = mortal(Number.POSITIVE_INFINITY, true);
  await importBy(importing);
  expect(await all()).toEqual(items(imported));
  importCalls = importing.made();
  const reverting = mortal(Number.POSITIVE_INFINITY, true);
  const set = await newest();
  expect(set.recorded).toBeGreaterThanOrEqual(4);
  await revertBy(reverting, set);
  expect(await all()).toEqual(items(old));
  revertCalls = reverting.made();
});

/** Sets of which a row was written. */
const written = async () => (await storeBy(database.client).page(undefined, 1_000)).sets.filter(({ recorded }) => recorded !== undefined);

describe.each(places)("after a kill at point $place of ten,", ({ place, arrives }) => {
  const after = (calls: number, client?: AwsClient) => mortal(Math.round((calls * place) / 11), arrives, client);

  it("the same import continues: nothing is lost or written twice, and one undo reverts all of it", async () => {
    await reset(old);
    const sets = (await written()).length;
    const changes = (await database.changes(database.tableName)).length;
    await expect(importBy(after(importCalls))).rejects.toThrow("killed");
    await importBy(database.client);
    expect(await all()).toEqual(items(imported));
    const made = (await database.changes(database.tableName)).slice(changes).map((change) => JSON.stringify(change));
    expect(made.filter((change, index) => made.indexOf(change) !== index)).toEqual([]);
    expect(await written()).toHaveLength(sets + 1);
    await revertBy(database.client, await newest());
    expect(await all()).toEqual(items(old));
  });

  it("the same import continues, and leaves rows that somebody else wrote meanwhile", async () => {
    await reset(old);
    const sets = (await written()).length;
    const theirs = { entry: at("new", 0), effect: "deny", note: "theirs" };
    const client = withRival(theirs);
    await expect(importBy(after(importCalls, client))).rejects.toThrow("killed");
    if ((await written()).length === sets) return;
    await importBy(client);
    expect(await all()).toEqual(items(imported.map((row) => (row.entry === theirs.entry ? theirs : row))));
    expect(await newest()).toMatchObject({ state: "done", kept: [theirs.entry], keptCount: 1 });
  });

  it("the import can be undone instead", async () => {
    await reset(old);
    const sets = (await written()).length;
    await expect(importBy(after(importCalls))).rejects.toThrow("killed");
    // Killed while it records, it has no set yet, and has written nothing.
    if ((await written()).length === sets) {
      expect(await all()).toEqual(items(old));
      return;
    }
    const set = await newest();
    const { keptCount } = await planRevert(storeBy(database.client), set, rowReader(database.client, database.tableName), 10);
    expect(keptCount).toBe(0);
    await revertBy(database.client, set);
    expect(await all()).toEqual(items(old));
  });

  it("an undo can be repeated", async () => {
    await reset(old);
    await importBy(database.client);
    const set = await newest();
    await expect(revertBy(after(revertCalls), set)).rejects.toThrow("killed");
    const original = (await storeBy(database.client).get(set.id)) as ChangeSet;
    await revertBy(database.client, original);
    expect(await all()).toEqual(items(old));
  });
});
