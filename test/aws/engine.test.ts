import { toItem } from "../../adapters/tables/item";
import { readPages } from "../../adapters/tables/search";
import { batchGet } from "../../adapters/tables/table";
import { batchWrite } from "../../bench/batch-write";
import { accessListStore } from "../../features/access-list/store/access-list";
import { decisionStore } from "../../features/decisions/store/decisions";
import { record } from "../cli/records";
import { createDecisionsTable } from "../support/decisions-table";
import { type EngineDynamoDb, startDynamoDb } from "./dynamodb";

let database: EngineDynamoDb;
beforeAll(async () => {
  database = await startDynamoDb();
});
afterAll(() => database.close());

const rowsOf = (count: number, bytes: number) =>
  Array.from({ length: count }, (_, index) => ({ entry: `row${index}@contoso.com`, note: "x".repeat(bytes) }));
const write = async (rows: readonly object[]) => {
  for (let at = 0; at < rows.length; at += 10) {
    const some = rows.slice(at, at + 10).map((row) => ({ PutRequest: { Item: toItem(row) } }));
    await batchWrite(database.client, database.tableName, some);
  }
};

describe("a table of several megabytes", () => {
  const rows = rowsOf(30, 100_000);
  beforeAll(() => write(rows));

  it("is read page by page to the end, each row once", async () => {
    const found: unknown[] = [];
    let pages = 0;
    for await (const page of readPages({ client: database.client, name: database.tableName, key: ["entry"] }, {})) {
      pages += 1;
      found.push(...page.map(({ entry }) => entry?.S));
    }
    expect(pages).toBeGreaterThan(2);
    expect(found.toSorted()).toEqual(rows.map(({ entry }) => entry).toSorted());
  });
});

describe("a batch read of more than sixteen megabytes", () => {
  const rows = rowsOf(60, 380_000).map((row) => ({ ...row, entry: `large-${row.entry}` }));
  beforeAll(() => write(rows));

  it("leaves keys unprocessed, and the store requests them again until all are read", async () => {
    const keys = rows.map(({ entry }) => ({ entry }));
    const { UnprocessedKeys } = await database.client.call<{ UnprocessedKeys: object }>("BatchGetItem", {
      RequestItems: { [database.tableName]: { Keys: keys.map(toItem) } },
    });
    expect(Object.keys(UnprocessedKeys)).toEqual([database.tableName]);
    const found = await batchGet(
      database.client,
      keys.map((key) => ({ tableName: database.tableName, key: toItem(key) })),
    );
    expect(found.map(([, { entry }]) => entry?.S).toSorted()).toEqual(keys.map(({ entry }) => entry).toSorted());
  });
});

describe("a throttled table", () => {
  it("is called again, and the row is written and read once", async () => {
    const list = accessListStore(database.client, database.tableName);
    database.throttle(2);
    await batchWrite(database.client, database.tableName, [
      { PutRequest: { Item: toItem({ entry: "late@contoso.com", effect: "deny" }) } },
    ]);
    database.throttle(1);
    expect(await list.get("late@contoso.com")).toEqual(toItem({ entry: "late@contoso.com", effect: "deny" }));
  });
});

describe("a decision in the table", () => {
  it("is found by code, by mailbox and by day, each time once", async () => {
    await createDecisionsTable(database.client, "decisions");
    const store = decisionStore(database.client, "decisions");
    const kept = ["kim.min@gmail.com", "kimmin+a@googlemail.com"].map((email, index) => record(`id-${index}`, index, { email }));
    for (const each of [...kept, ...kept]) await store.keep(each, 90);
    expect((await store.byReference("K7QD-9MXD")).map(({ id }) => id)).toEqual(["id-0", "id-1"]);
    const found: string[] = [];
    for await (const page of store.byMailbox("kimmin@gmail.com")) found.push(...page.map(({ id }) => id));
    expect(found).toEqual(["id-0", "id-1"]);
  });
});

describe("the stream of a table", () => {
  it("reports changes in order, with the row before and after, but not a second write of the same decision", async () => {
    await createDecisionsTable(database.client, "streamed");
    const store = decisionStore(database.client, "streamed");
    const first = record("id-1", 1);
    const answeredAnew = { ...first, verdict: "continue" as const, reasons: [], revision: 1 };
    for (const each of [first, first, answeredAnew]) await store.keep(each, 90);
    await store.remove(first);
    const changes = await database.stream("streamed");
    expect(changes.map(({ eventName }) => eventName)).toEqual(["INSERT", "MODIFY", "REMOVE"]);
    const [insert, modify, remove] = changes.map(({ dynamodb }) => dynamodb);
    expect(insert?.Keys).toEqual(toItem({ reference: first.reference, id: first.id }));
    expect(modify).toMatchObject({ OldImage: { revision: { N: "0" } }, NewImage: { revision: { N: "1" }, mailbox: { S: first.email } } });
    expect(remove).not.toHaveProperty("NewImage");
    expect(Number(modify?.SequenceNumber)).toBeGreaterThan(Number(insert?.SequenceNumber));
  });
});
