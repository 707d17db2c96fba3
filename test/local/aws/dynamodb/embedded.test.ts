import { readStatement } from "../../../../local/aws/dynamodb/statements";
import { createDecisionsTable } from "../../../support/decisions-table";
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
it("the embedded DynamoDB runs each statement of a batch separately, and reports what stopped one", async () => {
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

it("the embedded DynamoDB uses the current form of a table that was deleted and created again", async () => {
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
])("the embedded DynamoDB refuses what it does not support: %s", async (statement) => {
  expect(await execute([statement, S("a")])).toEqual(["ValidationError"]);
  expect(() => readStatement({ Statement: statement })).toThrow();
});

describe("the embedded DynamoDB answers as DynamoDB Local 1.11", () => {
  const held = { entry: S("held"), n: { N: "1" }, nothing: { NULL: true }, yes: { BOOL: true }, holders: { SS: ["a", "b"] } };
  const put = (more: object, options: object = {}) =>
    database.client.call("PutItem", { TableName: database.tableName, Item: { ...held, ...more }, ...options });
  const meets = (ConditionExpression: string, value?: object) =>
    put({}, { ConditionExpression, ...(value && { ExpressionAttributeValues: { ":v": value } }) }).then(
      () => true,
      ({ name, message }: Error) => (name === "ConditionalCheckFailedException" ? false : message),
    );
  beforeAll(() => put({}));

  const LIMIT = 409_600;
  it.each([
    { of: "one byte", letter: "x", bytes: 1 },
    { of: "two bytes", letter: "é", bytes: 2 },
    { of: "three bytes", letter: "가", bytes: 3 },
    { of: "four bytes", letter: "😀", bytes: 4 },
  ])("counts a row's 400 KB in UTF-8: letters of $of", async ({ letter, bytes }) => {
    const { tableName: TableName } = database;
    const write = (size: number) => {
      const letters = Math.floor(size / bytes);
      const Item = { entry: S("long"), [letter]: S(letter.repeat(letters) + "x".repeat(size - letters * bytes)) };
      return database.client.call("PutItem", { TableName, Item });
    };
    const fits = LIMIT - "entrylong".length - bytes;
    await write(fits);
    await expect(write(fits + 1)).rejects.toThrow("Item size has exceeded the maximum allowed size");
    const ExpressionAttributeValues = { ":more": S(letter) };
    const more = { UpdateExpression: "SET more = :more", ExpressionAttributeValues };
    await expect(database.client.call("UpdateItem", { TableName, Key: { entry: S("long") }, ...more })).rejects.toThrow("exceeded");
  });

  const wrongType = (operator: string, type: string) =>
    `Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`;
  it.each<[condition: string, value: object | undefined, meets: boolean | string]>([
    ["a = b", undefined, false],
    ["a <> b", undefined, true],
    ["NOT a = b", undefined, true],
    ["a <= b", undefined, false],
    ["a >= b", undefined, false],
    ["a < b", undefined, false],
    ["a = n", undefined, false],
    ["a <> n", undefined, true],
    ["a BETWEEN b AND c", undefined, false],
    ["a IN (b)", undefined, false],
    ["yes < n OR nothing >= n", undefined, false],
    ["n < :v", { NULL: true }, wrongType("<", "NULL")],
    ["NOT (n >= :v)", { BOOL: true }, wrongType(">=", "BOOL")],
    ["n > :v AND attribute_exists(n)", { L: [] }, wrongType(">", "L")],
    ["n <= :v", { M: {} }, wrongType("<=", "M")],
    ["n < :v", { SS: ["a"] }, wrongType("<", "SS")],
    ["n BETWEEN :v AND :v", { NULL: true }, wrongType("BETWEEN", "NULL")],
    ["n = :v", { NULL: true }, false],
    ["n IN (:v)", { NULL: true }, false],
    ["holders = :v", { SS: ["b", "a"] }, true],
    ["n = :v", { N: "1.0" }, true],
  ])("%s %j: %s", async (condition, value, answer) => expect(await meets(condition, value)).toBe(answer));
});

describe("invalid keys are refused in AWS's words (recorded in four regions, dynamodb-conformance of June 2026)", () => {
  const TableName = "indexed";
  const base = { TableName, Key: { reference: S("a"), id: S("b") } };
  const setting = (name: string, value: object) => ({
    UpdateExpression: "SET #name = :value",
    ExpressionAttributeNames: { "#name": name },
    ExpressionAttributeValues: { ":value": value },
  });
  const put = (more: object) => ({ TableName, Item: { ...base.Key, ...more } });
  const update = (name: string, value: object) => ({ ...base, ...setting(name, value) });
  const write = (operation: string, input: object) => database.client.call(operation, input);
  const transact = (...TransactItems: object[]) => write("TransactWriteItems", { TransactItems });
  beforeAll(() => createDecisionsTable(database.client, TableName));

  const NOT_VALID = "One or more parameter values are not valid. ";
  const EMPTY = "The AttributeValue for a key attribute cannot contain an empty string value.";
  const emptyIndexKey = `${NOT_VALID}A value specified for a secondary index key is not supported. ${EMPTY} IndexName: by-domain, IndexKey: domain`;
  const emptyUpdate = `${NOT_VALID}The update expression attempted to update a secondary index key to a value that is not supported. ${EMPTY}`;
  const wrongType =
    "One or more parameter values were invalid: Type mismatch for Index Key domain Expected: S Actual: N IndexName: by-domain";

  it.each<[string, () => Promise<unknown>, string]>([
    ["PutItem", () => write("PutItem", put({ domain: S("") })), emptyIndexKey],
    [
      "BatchWriteItem",
      () => write("BatchWriteItem", { RequestItems: { [TableName]: [{ PutRequest: put({ domain: S("") }) }] } }),
      emptyIndexKey,
    ],
    ["UpdateItem", () => write("UpdateItem", update("domain", S(""))), emptyUpdate],
    ["UpdateItem, too long", () => write("UpdateItem", update("domain", S("x".repeat(2_049)))), "beyond allowed size limits"],
    ["TransactWriteItems, Put", () => transact({ Put: put({ domain: S("") }) }), emptyIndexKey],
    ["TransactWriteItems, Update", () => transact({ Update: update("domain", S("")) }), emptyUpdate],
    ["TransactWriteItems, Put, table's key", () => transact({ Put: put({ id: S("") }) }), `${NOT_VALID}${EMPTY} Key: id`],
    [
      "TransactWriteItems, Delete",
      () => transact({ Delete: { ...base, Key: { ...base.Key, id: S("") } } }),
      `${NOT_VALID}${EMPTY} Key: id`,
    ],
    ["TransactWriteItems, two operations in one", () => transact({ Put: put({}), Delete: base }), "can only contain one of"],
    ["TransactWriteItems, no operation", () => transact({}), "can only contain one of"],
  ])("%s", async (_, call, message) => {
    await expect(call()).rejects.toMatchObject({ name: "ValidationException", message: expect.stringContaining(message) });
  });

  const schema = "The provided key element does not match the schema";
  it.each<[string, object, string]>([
    ["an index's key of another type", { Put: put({ domain: { N: "1" } }) }, wrongType],
    ["an update of an index's key to another type", { Update: update("domain", { N: "1" }) }, wrongType],
    ["a key of another type", { Delete: { ...base, Key: { ...base.Key, id: { N: "1" } } } }, schema],
    ["a key less", { Delete: { ...base, Key: { id: S("b") } } }, schema],
    [
      "a check's key of another type",
      { ConditionCheck: { ...base, Key: { reference: { N: "1" }, id: S("b") }, ConditionExpression: "attribute_exists(id)" } },
      schema,
    ],
    [
      "an update that its row does not allow",
      {
        Update: {
          ...base,
          ...setting("x", S("1")),
          UpdateExpression: "ADD #name :value",
          ExpressionAttributeValues: { ":value": { N: "1" } },
        },
      },
      "An operand in the update expression has an incorrect data type",
    ],
    [
      "a row that grows too large",
      { Update: update("x", S("x".repeat(409_600))) },
      "Item size to update has exceeded the maximum allowed size",
    ],
  ])("in a transaction, which then writes nothing: %s", async (_, item, message) => {
    await write("PutItem", put({ x: S("text") }));
    const first = { Put: { TableName, Item: { reference: S("first"), id: S("row") } } };
    await expect(transact(first, item)).rejects.toMatchObject({
      name: "TransactionCanceledException",
      body: { CancellationReasons: [{ Code: "None" }, { Code: "ValidationError", Message: message }] },
    });
    expect(await write("GetItem", { TableName, Key: { reference: S("first"), id: S("row") } })).toEqual({});
  });

  it("but a transaction may check a row by its valid key without writing the row", async () => {
    const check = (ConditionExpression: string) => ({ ConditionCheck: { ...base, ConditionExpression } });
    const other = { Put: { TableName, Item: { reference: S("other"), id: S("row") } } };
    await write("PutItem", put({}));
    await expect(transact(other, check("attribute_not_exists(id)"))).rejects.toThrow("ConditionalCheckFailed");
    await transact(other, check("attribute_exists(id)"));
    expect(await write("GetItem", { TableName, Key: { reference: S("other"), id: S("row") } })).toHaveProperty("Item");
  });

  it("in the answer to a batch's statement", async () => {
    const insert = `INSERT INTO "indexed" VALUE {'reference':?,'id':?,'domain':?}`;
    const of = (...Parameters: object[]) => ({ Statements: [{ Statement: insert, Parameters }] });
    const outcome = async (input: object) =>
      (await database.client.call<{ Responses: object[] }>("BatchExecuteStatement", input)).Responses;
    expect(await outcome(of(S("s"), S("1"), S("")))).toEqual([{ Error: { Code: "ValidationError", Message: emptyIndexKey } }]);
    expect(await outcome(of(S("s"), S("1"), { N: "x" }))).toMatchObject([{ Error: { Code: "ValidationError" } }]);
    const update = { Statement: `UPDATE "indexed" SET "n"=? WHERE "reference"=? AND "id"=?`, Parameters: [{ N: "x" }, S("a"), S("b")] };
    expect(await outcome({ Statements: [update] })).toMatchObject([{ Error: { Code: "ValidationError" } }]);
    expect(await outcome(of(S("s"), S("1"), S("kim@contoso.com")))).toEqual([{ TableName }]);
  });
});

describe("the embedded DynamoDB, as recorded at AWS (dynamodb-conformance of October 2026)", () => {
  const TableName = "together";
  const key = (reference: string, id = "b") => ({ reference: S(reference), id: S(id) });
  const call = <T>(operation: string, input: object) => database.client.call<T>(operation, input);
  beforeAll(async () => {
    await createDecisionsTable(database.client, TableName);
    await call("PutItem", { TableName, Item: { ...key("a"), domain: S("contoso.com"), note: S("") } });
  });

  const NOT_VALID = "One or more parameter values are not valid. ";
  const EMPTY = "The AttributeValue for a key attribute cannot contain an empty string value.";
  const INDEX = "A value specified for a secondary index key is not supported. ";
  const query = (condition: string, values: object, more = {}) =>
    call("Query", {
      ...{
        TableName,
        KeyConditionExpression: condition,
        ExpressionAttributeNames: { "#r": "reference" },
        ExpressionAttributeValues: values,
      },
      ...more,
    });
  const put = { TableName, Item: { ...key("a"), "": S("x") } };

  it.each<[string, () => Promise<unknown>, string, string]>([
    ["a query for an empty key", () => query("#r = :a", { ":a": S("") }), "ValidationException", `${NOT_VALID}${EMPTY} Key: reference`],
    [
      "a query from an empty key on",
      () => query("#r = :a and id > :b", { ":a": S("a"), ":b": S("") }),
      "ValidationException",
      `${NOT_VALID}${EMPTY} Key: id`,
    ],
    [
      "a query for keys that begin with nothing",
      () => query("#r = :a and begins_with(id, :b)", { ":a": S("a"), ":b": S("") }),
      "ValidationException",
      `${NOT_VALID}${EMPTY} Key: id`,
    ],
    [
      "a query between nothing and something",
      () => query("#r = :a and id between :b and :c", { ":a": S("a"), ":b": S(""), ":c": S("z") }),
      "ValidationException",
      `${NOT_VALID}${EMPTY} Key: id`,
    ],
    [
      "a query for an empty key of an index",
      () => query("#domain = :a", { ":a": S("") }, { IndexName: "by-domain", ExpressionAttributeNames: { "#domain": "domain" } }),
      "ValidationException",
      `${NOT_VALID}${INDEX}${EMPTY} IndexName: by-domain, IndexKey: domain`,
    ],
    ["an attribute without a name", () => call("PutItem", put), "ValidationException", "name of an attribute cannot be empty"],
    [
      "the same in a batch",
      () => call("BatchWriteItem", { RequestItems: { [TableName]: [{ PutRequest: { Item: put.Item } }] } }),
      "ValidationException",
      "name of an attribute cannot be empty",
    ],
    [
      "the same in a transaction",
      () => call("TransactWriteItems", { TransactItems: [{ Put: put }] }),
      "ValidationException",
      "name of an attribute cannot be empty",
    ],
    [
      "the same in an update",
      () => call("UpdateItem", { TableName, Key: key("a"), AttributeUpdates: { "": { Action: "PUT", Value: S("x") } } }),
      "ValidationException",
      "name of an attribute cannot be empty",
    ],
  ])("refuses %s", async (_, refused, name, message) => {
    await expect(refused()).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it("accepts an empty value in a search if it is no key", async () => {
    const more = { FilterExpression: "note = :b" };
    expect(await query("#r = :a", { ":a": S("a"), ":b": S("") }, more)).toMatchObject({ Count: 1 });
  });
});
