import { auditRow, auditStore } from "../../../adapters/tables/audit";
import { toRow } from "../../../adapters/tables/item";
import { getPage } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { flawOf } from "../../../engine/schema";
import { startDynamoDb, type TestDynamoDb } from "../../support/dynamodb";

const entry = {
  by: "oid-1",
  name: "Kim",
  action: "access-list.changed",
  subject: "contoso.com",
  after: { entry: "contoso.com", tags: ["a"] },
};
const now = new Date("2026-06-15T12:00:00.000Z");

let database: TestDynamoDb;
beforeAll(async () => {
  database = await startDynamoDb();
  await database.client.call("CreateTable", {
    TableName: "audit",
    KeySchema: tables.audit.key.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? "HASH" : "RANGE" })),
    AttributeDefinitions: tables.audit.key.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    BillingMode: "PAY_PER_REQUEST",
  });
});
afterAll(() => database.close());

it("stores entries as their schema says, and reads them back newest first", async () => {
  const audit = auditStore(database.client, "audit");
  expect(await audit.audited(entry, now, async () => true)).toBe(true);
  expect(await audit.audited({ ...entry, before: { entry: "x" } }, new Date(now.getTime() + 1), async () => false)).toBe(false);
  const { items } = await getPage({ client: database.client, name: "audit", key: tables.audit.key }, {});
  expect(items.map((item) => flawOf(auditRow.members, toRow(item)))).toEqual([undefined, undefined]);
  expect((await audit.ofDay("2026-06-15")).entries).toEqual([
    { ...entry, before: { entry: "x" }, at: "2026-06-15T12:00:00.001Z", outcome: "conflict" },
    { ...entry, at: "2026-06-15T12:00:00.000Z", outcome: "done" },
  ]);
});
