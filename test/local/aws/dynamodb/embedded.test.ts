import { readStatement } from "../../../../local/aws/dynamodb/statements";
import type { TestDynamoDb } from "../../../support/dynamodb";
import { startDynamoDb } from "../../../support/embedded-dynamodb";
import { createKeyTable } from "../../../support/key-table";

let database: TestDynamoDb;

beforeAll(async () => {
  database = await startDynamoDb("list-test");
});
afterAll(() => database.close());

const S = (text: string) => ({ S: text });

async function execute(...statements: readonly (readonly [string, ...{ S: string }[]])[]): Promise<readonly (string | undefined)[]> {
  const Statements = statements.map(([Statement, ...Parameters]) => ({ Statement, ...(Parameters.length > 0 && { Parameters }) }));
  const { Responses } = await database.client.call<{ Responses: { Error?: { Code: string } }[] }>("BatchExecuteStatement", { Statements });
  return Responses.map((response) => response.Error?.Code);
}

async function row(entry: string) {
  const { tableName: TableName } = database;
  return (await database.client.call<{ Item?: object }>("GetItem", { TableName, Key: { entry: S(entry) } })).Item;
}

/** As DynamoDB answers, by its documents. */
it("does each statement of a batch by itself, and says what kept it from any", async () => {
  const insert = `INSERT INTO "list-test" VALUE {'entry':?,'effect':?}`;
  expect(await execute([insert, S("a"), S("allow")], [insert, S("b"), S("allow")])).toEqual([undefined, undefined]);
  expect(await execute([insert, S("a"), S("deny")])).toEqual(["DuplicateItem"]);
  const update = `UPDATE "list-test" SET "effect"=? SET "note"=? WHERE "entry"=? AND "effect"=? AND "note" IS MISSING`;
  expect(
    await execute(
      [update, S("deny"), S("why"), S("a"), S("allow")],
      [update, S("deny"), S("why"), S("b"), S("deny")],
      [update, S("deny"), S("why"), S("nobody"), S("allow")],
    ),
  ).toEqual([undefined, "ConditionalCheckFailed", "ConditionalCheckFailed"]);
  expect(await row("a")).toEqual({ entry: S("a"), effect: S("deny"), note: S("why") });
  expect(await execute([`UPDATE "list-test" REMOVE "note" WHERE "entry"=? AND "note"=?`, S("a"), S("why")])).toEqual([undefined]);
  const remove = `DELETE FROM "list-test" WHERE "entry"=? AND "effect"=?`;
  expect(await execute([remove, S("a"), S("allow")], [remove, S("b"), S("allow")], [remove, S("nobody"), S("allow")])).toEqual([
    "ConditionalCheckFailed",
    undefined,
    undefined,
  ]);
  expect([await row("a"), await row("b")]).toEqual([{ entry: S("a"), effect: S("deny") }, undefined]);
  expect(await execute([`INSERT INTO "other" VALUE {'entry':?}`, S("a")])).toEqual(["ResourceNotFound"]);
});

it("knows a table that was removed and made again as it is now", async () => {
  const { client } = database;
  const TableName = "anew";
  const found: unknown[] = [];
  for (const [table, Key] of [
    ["accessList", { entry: S("a") }],
    ["listChanges", { set: S("a"), part: S("b") }],
  ] as const) {
    await createKeyTable(client, TableName, table);
    await client.call("PutItem", { TableName, Item: Key });
    found.push((await client.call<{ Item?: object }>("GetItem", { TableName, Key })).Item);
    await client.call("DeleteTable", { TableName });
    while (await client.call("DescribeTable", { TableName }).catch(() => undefined));
    await expect(client.call("GetItem", { TableName, Key })).rejects.toThrow("not found");
  }
  expect(found).toEqual([{ entry: S("a") }, { set: S("a"), part: S("b") }]);
});

it.each([
  `SELECT * FROM "list-test"`,
  `INSERT INTO "list-test" VALUE {'entry':?`,
  `DELETE FROM "list-test"`,
  `UPDATE "list-test" SET "a"=1 WHERE "entry"=?`,
  `DELETE FROM "list-test" WHERE "entry"=? OR "entry"=?`,
])("refuses what it does not read: %s", async (statement) => {
  expect(await execute([statement, S("a")])).toEqual(["ValidationError"]);
  expect(() => readStatement({ Statement: statement })).toThrow();
});
