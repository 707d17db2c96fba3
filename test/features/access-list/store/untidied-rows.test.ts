import { type Item, toItem } from "../../../../adapters/tables/item";
import { batchWrite, MAX_WRITES } from "../../../../bench/batch-write";
import { accessListStore } from "../../../../features/access-list/store/access-list";
import { addIndexes } from "../../../../features/access-list/store/list-indexes";
import { readAskedClasses, sampleUntidiedRows } from "../../../../features/access-list/store/untidied-rows";
import { startDynamoDb, type TestDynamoDb } from "../../../support/dynamodb";

let database: TestDynamoDb;
beforeAll(async () => {
  database = await startDynamoDb();
});
afterAll(() => database.close());

const sample = () => sampleUntidiedRows(database.client, database.tableName, { classes: [] });
const row = addIndexes(toItem({ entry: "contoso.com", effect: "allow", gates: ["a"], expiresAt: "2027-01-31" }));
const otherShard = { S: row.indexShard?.S === "0" ? "1" : "0" };
const ofPartner = { entry: "kim@contoso.com", effect: "allow" };
const { indexShard: _, ...unshelved } = row;

it.each<{ given: string; item: Item; missed: boolean }>([
  { given: "one that is as it should be", item: row, missed: false },
  { given: "one in the shard of an older version", item: { ...row, indexShard: otherShard, indexProblem: otherShard }, missed: false },
  { given: "one of a partner's", item: addIndexes(toItem({ ...ofPartner, byPartner: "contoso.com" })), missed: false },
  {
    given: "one in the place of another partner's",
    item: { ...addIndexes(toItem({ ...ofPartner, byPartner: "contoso.com" })), indexProblem: { S: "partner/fabrikam.com" } },
    missed: true,
  },
  { given: "one that no index has", item: unshelved, missed: true },
  { given: "one in a shard that nobody reads", item: { ...row, indexShard: { S: "9" } }, missed: true },
  { given: "one in the place of another end", item: { ...row, indexEnd: { S: "2026-01-01 contoso.com" } }, missed: true },
  {
    given: "one under a spelling that nobody looks up",
    item: addIndexes(toItem({ entry: "@Contoso.com", effect: "allow" })),
    missed: true,
  },
  { given: "one without its flag", item: addIndexes(toItem({ entry: "contoso.com", effect: "alow" })), missed: true },
  {
    given: "one with a flag in other words",
    item: addIndexes(toItem({ entry: "contoso.com", effect: "alow", problem: "bad" })),
    missed: false,
  },
])("the search for rows that the hygiene worker missed finds $given: $missed", async ({ item, missed }) => {
  await database.client.call("PutItem", { TableName: database.tableName, Item: item });
  expect(await sample()).toEqual({ looked: 1, entries: missed ? [item.entry?.S] : [] });
  await database.client.call("DeleteItem", { TableName: database.tableName, Key: { entry: item.entry } });
});

it("the search for untidied rows checks some rows of a long list, at several places", async () => {
  const items = Array.from({ length: 1_500 }, (_, index) => toItem({ entry: `company${index}.example`, effect: "allow" }));
  for (let start = 0; start < items.length; start += MAX_WRITES) {
    const requests = items.slice(start, start + MAX_WRITES).map((Item) => ({ PutRequest: { Item } }));
    await batchWrite(database.client, database.tableName, requests);
  }
  expect(await readAskedClasses(accessListStore(database.client, database.tableName))).not.toEqual([]);
  database.operations();
  const { looked, entries } = await sample();
  expect(database.operations()).toEqual(["Scan", "Scan", "Scan", "Scan"]);
  expect(looked).toBeGreaterThan(250);
  expect(looked).toBeLessThanOrEqual(1_000);
  expect(new Set(entries).size).toBe(looked);
});
