import type { Log } from "../../adapters/aws/log";
import { lookAlikes } from "../../adapters/tables/look-alikes";
import { hygieneHandler } from "../../handlers/access-list-hygiene";
import { startDynamoDb } from "../support/dynamodb";
import { createKeyTable } from "../support/key-table";

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
  const alike = lookAlikes(database.client, (table) => (table === "ledger" ? "ledger-test" : database.tableName));
  expect((await alike.lookAlikesOf(["c0ntoso.com"])).get("c0ntoso.com")).toMatchObject([{ like: "contoso.com", by: "list" }]);
  await database.close();
});
