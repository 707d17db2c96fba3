import type { Log } from "../../../adapters/aws/log";
import { toItem } from "../../../adapters/tables/item";
import { accessListStore } from "../../../features/access-list/store/access-list";
import { indexed } from "../../../features/access-list/store/list-indexes";
import { lookAlikesAt } from "../../../features/access-list/store/look-alikes";
import { hygieneHandler } from "../../../features/access-list/worker";
import { startDynamoDb } from "../../support/dynamodb";
import { createKeyTable } from "../../support/key-table";

it("notes the domain of a row that allows it, so that look-alikes are found by key", async () => {
  const database = await startDynamoDb();
  await createKeyTable(database.client, "ledger-test", "ledger");
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), count: vi.fn() } as unknown as Log;
  const settings = { ACCESS_LIST_TABLE: database.tableName, LEDGER_TABLE: "ledger-test" };
  const handler = hygieneHandler({ settings, tables: database.client, clock: { now: Date.now, startTimer: () => () => undefined }, log });
  await database.client.call("PutItem", { TableName: database.tableName, Item: { entry: { S: "@Contoso.com" }, effect: { S: "allow" } } });
  for (const { keys, after } of await database.changes(database.tableName)) {
    const record = { dynamodb: { Keys: keys, ...(after && { NewImage: after }), SequenceNumber: "1" } };
    expect(await handler({ Records: [record] } as never)).toEqual({ batchItemFailures: [] });
  }
  const alike = lookAlikesAt(database.client, (table) => (table === "ledger" ? "ledger-test" : database.tableName));
  expect((await alike.lookAlikesOf(["c0ntoso.com"])).get("c0ntoso.com")).toMatchObject([{ like: "contoso.com", by: "list" }]);
  await database.close();
});

it("reads no row of an import, tidies what was typed beside it first, and notes its domains by a few dozen calls", async () => {
  const database = await startDynamoDb();
  await createKeyTable(database.client, "ledger-test", "ledger");
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), count: vi.fn() } as unknown as Log;
  const settings = { ACCESS_LIST_TABLE: database.tableName, LEDGER_TABLE: "ledger-test" };
  const handler = hygieneHandler({ settings, tables: database.client, clock: { now: Date.now, startTimer: () => () => undefined }, log });
  const imported = Array.from({ length: 90 }, (_, index) => indexed(toItem({ entry: `contosopartner${index + 10}.com`, effect: "allow" })));
  const typed = { entry: { S: "Evil.Example" }, effect: { S: "deny" } };
  await Promise.all([...imported, typed].map((Item) => database.client.call("PutItem", { TableName: database.tableName, Item })));
  const records = [...imported, typed].map((image, index) => ({
    dynamodb: { Keys: { entry: image.entry }, NewImage: image, SequenceNumber: String(index) },
  }));
  database.operations();
  expect(await handler({ Records: records } as never)).toEqual({ batchItemFailures: [] });
  const asked = database.operations();
  expect(asked.length).toBeLessThan(70);
  // Of the row that somebody typed, and its new spelling.
  expect(asked.filter((operation) => operation === "GetItem").length).toBeLessThan(5);
  expect((await accessListStore(database.client, database.tableName).get("evil.example"))?.effect).toEqual({ S: "deny" });
  const alike = lookAlikesAt(database.client, (table) => (table === "ledger" ? "ledger-test" : database.tableName));
  const looksLike = async (domain: string) => (await alike.lookAlikesOf([domain])).get(domain)?.map(({ like }) => like);
  // By the name as it looks, and without one letter.
  expect(await looksLike("c0ntosopartner42.com")).toContain("contosopartner42.com");
  expect(await looksLike("contosopartnr42.com")).toContain("contosopartner42.com");
  expect(asked.indexOf("BatchExecuteStatement")).toBeGreaterThan(asked.lastIndexOf("DeleteItem"));
  await database.close();
});
