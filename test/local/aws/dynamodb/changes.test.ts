import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AwsClient } from "../../../../adapters/aws/client";
import { openDatabase } from "../../../../local/aws/dynamodb/embedded";
import type { ItemChange } from "../../../../local/aws/dynamodb/operation";
import { createTables, DatabaseError } from "../../../../local/aws/dynamodb/tables";
import { Template } from "../../../../local/aws/template";
import { type LocalDatabase, serveLocalDatabase } from "../../../support/local-database";

const key = { AttributeDefinitions: [{ AttributeName: "k", AttributeType: "S" }], KeySchema: [{ AttributeName: "k", KeyType: "HASH" }] };
const template = new Template("Gate", {
  Resources: {
    Streamed: { Type: "AWS::DynamoDB::Table", Properties: { ...key, StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" } } },
    Plain: { Type: "AWS::DynamoDB::Table", Properties: key },
  },
});
const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const changes: ItemChange[] = [];
let database: LocalDatabase;
let client: AwsClient;

const item = (k: string, v?: string) => ({ k: { S: k }, ...(v !== undefined && { v: { S: v } }) });
const put = (k: string, v: string, table = "Gate-Streamed") => client.call("PutItem", { TableName: table, Item: item(k, v) });
/** The changes since the last look, without their table. */
const seen = () => changes.splice(0).map(({ table: _, ...change }) => change);

beforeAll(async () => {
  database = await serveLocalDatabase(folder, (change) => changes.push(change));
  ({ client } = database);
  await createTables(template, client);
});

afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

describe("the embedded DynamoDB", () => {
  it("reports what each kind of write changed", async () => {
    await put("a", "1");
    await put("a", "2");
    const update = { UpdateExpression: "SET v = :v", ExpressionAttributeValues: { ":v": { S: "3" } } };
    await client.call("UpdateItem", { TableName: "Gate-Streamed", Key: item("a"), ...update });
    await client.call("DeleteItem", { TableName: "Gate-Streamed", Key: item("a") });
    expect(seen()).toEqual([
      { keys: item("a"), after: item("a", "1") },
      { keys: item("a"), before: item("a", "1"), after: item("a", "2") },
      { keys: item("a"), before: item("a", "2"), after: item("a", "3") },
      { keys: item("a"), before: item("a", "3") },
    ]);
  });

  it("reports every item of a batch", async () => {
    await put("b", "1");
    const requests = [{ DeleteRequest: { Key: item("b") } }, { PutRequest: { Item: item("c", "1") } }];
    await client.call("BatchWriteItem", {
      RequestItems: { "Gate-Streamed": requests, "Gate-Plain": [{ PutRequest: { Item: item("d") } }] },
    });
    const told = seen().slice(1);
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        { keys: item("b"), before: item("b", "1") },
        { keys: item("c"), after: item("c", "1") },
        { keys: item("d"), after: item("d") },
      ]),
    );
  });

  it("reports nothing if only the order of a set or the writing of a number changed", async () => {
    const held = (SS: string[], N: string) => ({ ...item("set"), v: { SS }, m: { M: { l: { L: [{ NS: ["2", N] }] } } } });
    const put = (Item: object) => client.call("PutItem", { TableName: "Gate-Streamed", Item });
    await put(held(["a", "b"], "1"));
    seen();
    await put(held(["b", "a"], "1.0"));
    expect(seen()).toEqual([]);
    await put(held(["b", "c"], "1"));
    expect(seen()).toHaveLength(1);
  });

  it("reports nothing if nothing changed", async () => {
    await put("e", "1");
    seen();
    await put("e", "1");
    await client.call("DeleteItem", { TableName: "Gate-Streamed", Key: item("nobody") });
    const refused = client.call("PutItem", {
      TableName: "Gate-Streamed",
      Item: item("e", "2"),
      ConditionExpression: "attribute_not_exists(k)",
    });
    await expect(refused).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
    expect(seen()).toEqual([]);
  });

  it("returns the row on which a condition failed if the caller asks for it, in any table", async () => {
    const absent = { ConditionExpression: "attribute_not_exists(k)" };
    const refusal = (operation: string, input: object) =>
      client
        .call(operation, { ReturnValuesOnConditionCheckFailure: "ALL_OLD", ...input })
        .catch(({ name, body }) => ({ name, item: body.Item }));
    const name = "ConditionalCheckFailedException";
    for (const TableName of ["Gate-Streamed", "Gate-Plain"]) {
      await put("h", "1", TableName);
      const calls = [
        refusal("PutItem", { TableName, Item: item("h", "2"), ...absent }),
        refusal("DeleteItem", { TableName, Key: item("h"), ...absent }),
        refusal("PutItem", { TableName, Item: item("h", "2"), ...absent, ReturnValuesOnConditionCheckFailure: "NONE" }),
        refusal("UpdateItem", { TableName, Key: item("nobody"), ConditionExpression: "attribute_exists(k)", UpdateExpression: "REMOVE v" }),
        refusal("PutItem", { TableName, Item: item("h"), ConditionExpression: "gibberish" }),
      ];
      expect(await Promise.all(calls)).toEqual([
        { name, item: item("h", "1") },
        { name, item: item("h", "1") },
        { name },
        { name },
        { name: "ValidationException" },
      ]);
    }
  });

  describe("a condition on a list or a map", () => {
    const standing = {
      ...item("documents"),
      tags: { L: [{ N: "1.0" }, { SS: ["b", "a"] }] },
      office: { M: { a: { L: [] } } },
      text: { S: "x" },
    };
    const change = (ConditionExpression: string, values: Readonly<Record<string, object | undefined>>, more: object = {}) =>
      client
        .call("UpdateItem", {
          TableName: "Gate-Streamed",
          Key: item("documents"),
          UpdateExpression: "SET touched = :changed",
          ConditionExpression,
          ExpressionAttributeValues: { ":changed": { BOOL: true }, ...values },
          ...more,
        })
        .then(
          () => true,
          ({ name }) => name,
        );
    const list = { L: [{ N: "1" }, { SS: ["a", "b"] }] };
    const map = { M: { a: { L: [] } } };
    const text = { S: "x" };
    const lost = "ConditionalCheckFailedException";
    beforeEach(() => client.call("PutItem", { TableName: "Gate-Streamed", Item: standing }));

    it.each([
      { condition: "tags = :v", values: { ":v": list }, comes: true },
      { condition: "office=:v", values: { ":v": map }, comes: true },
      { condition: "tags = :v AND office = :w AND #t = :x", values: { ":v": list, ":w": map, ":x": text }, comes: true },
      { condition: "tags = :v", values: { ":v": { L: [{ SS: ["a", "b"] }, { N: "1" }] } }, comes: lost },
      { condition: "tags = :v AND office = :w AND #t = :x", values: { ":v": list, ":w": { M: {} }, ":x": text }, comes: lost },
      { condition: "tags = :v AND office = :w AND #t = :x", values: { ":v": list, ":w": map, ":x": { S: "y" } }, comes: lost },
      { condition: "office = :v", values: { ":v": list }, comes: lost },
      { condition: "gone = :v", values: { ":v": list }, comes: lost },
      { condition: "gone <> :v AND tags <> :w AND NOT office <> :x", values: { ":v": list, ":w": { L: [] }, ":x": map }, comes: true },
      { condition: "gone = :v OR (#t = :x AND office = :w)", values: { ":v": list, ":w": map, ":x": text }, comes: true },
    ])("holds as in DynamoDB: $condition", async ({ condition, values, comes }) => {
      const names = condition.includes("#t") ? { ExpressionAttributeNames: { "#t": "text" } } : {};
      expect(await change(condition, values, names)).toBe(comes);
      const { Item } = await client.call<{ Item: object }>("GetItem", { TableName: "Gate-Streamed", Key: item("documents") });
      expect("touched" in Item).toBe(comes === true);
    });

    it("can use the same value as the update expression", async () => {
      const written = { UpdateExpression: "SET duplicate = :v, touched = :changed" };
      expect(await change("tags = :v", { ":v": list }, written)).toBe(true);
    });

    it("works in a call that passes no other value", async () => {
      const remove = { TableName: "Gate-Streamed", Key: item("documents"), ConditionExpression: "tags = :v" };
      const removing = (value: object) => client.call("DeleteItem", { ...remove, ExpressionAttributeValues: { ":v": value } });
      await expect(removing({ L: [] })).rejects.toMatchObject({ name: lost });
      await removing(list);
    });

    it("lets only one writer win if several read the same list", async () => {
      const writes = ["a", "b", "c"].map((each) =>
        change("tags = :v", { ":v": list, ":changed": { L: [{ S: each }] } }, { UpdateExpression: "SET tags = :changed" }),
      );
      expect((await Promise.all(writes)).sort()).toEqual([lost, lost, true]);
    });
  });

  it("leaves the check of a malformed call to the database", async () => {
    const calls = [client.call("PutItem", { TableName: "Gate-Streamed", Item: item("") }), client.call("ExecuteStatement", {})];
    const names = (await Promise.allSettled(calls)).map((call) => (call.status === "rejected" ? call.reason.name : call.status));
    expect(names).toEqual(["ValidationException", "UnknownOperationException"]);
  });

  it("reports correct images for concurrent writes to one key", async () => {
    seen();
    const add = { UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": { N: "1" } } };
    await Promise.all(Array.from({ length: 50 }, () => client.call("UpdateItem", { TableName: "Gate-Streamed", Key: item("f"), ...add })));
    const told = seen();
    expect(told.map(({ after }) => after?.n)).toEqual(Array.from({ length: 50 }, (_, index) => ({ N: String(index + 1) })));
    expect(told.slice(1).map(({ before }) => before)).toEqual(told.slice(0, -1).map(({ after }) => after));
  });

  it("refuses files that another process uses", async () => {
    await expect(openDatabase(folder)).rejects.toThrow(DatabaseError);
  });
});
