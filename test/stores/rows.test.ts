import { marshall } from "@aws-sdk/util-dynamodb";
import { awsClient, dynamodb } from "../../lambda/services/aws";
import { recordId } from "../../lambda/sign-up/records";
import { rows, toRow } from "../../lambda/stores/rows";
import { type AwsDouble, json, noRows, refuse, startAwsDouble, text, unprocessed } from "../services/aws-double";
import { effect, key } from "../sign-up/people";
import { startDynamoDb, type TestDynamoDb, testCredentials } from "../support/dynamodb";

describe("over DynamoDB", () => {
  let database: TestDynamoDb;
  beforeAll(async () => {
    database = await startDynamoDb();
  });
  afterAll(() => database.close());

  const store = () => rows(database.client, () => database.tableName);
  const put = (Item: object) => database.client.call("PutItem", { TableName: database.tableName, Item });
  const get = async (entry: string) => (await store().read([key(entry)])).get(recordId(key(entry)));

  it("reads the rows there are, under their keys, in one call", async () => {
    await put(marshall({ entry: "contoso.com", effect: "allow" }));
    await put(marshall({ entry: "철수@contoso.com", effect: "deny" }));
    database.operations();
    const found = await store().read([key("contoso.com"), key("absent"), key("철수@contoso.com")]);
    expect(database.operations()).toEqual(["BatchGetItem"]);
    expect([...found]).toEqual(
      expect.arrayContaining([
        [recordId(key("contoso.com")), { entry: "contoso.com", effect: "allow" }],
        [recordId(key("철수@contoso.com")), { entry: "철수@contoso.com", effect: "deny" }],
      ]),
    );
    expect(found.size).toBe(2);
  });

  it("reads more than a hundred keys", async () => {
    const entries = Array.from({ length: 250 }, (_, index) => `many-${index}.example`);
    await Promise.all(entries.filter((_, index) => index % 5 === 0).map((entry) => put(marshall({ entry }))));
    database.operations();
    expect((await store().read(entries.map(key))).size).toBe(50);
    expect(database.operations()).toEqual(["BatchGetItem", "BatchGetItem", "BatchGetItem"]);
  });

  it("reads nothing without a call", async () => {
    database.operations();
    expect((await store().read([])).size).toBe(0);
    expect(database.operations()).toEqual([]);
  });

  it("reads every type an operator can put into a cell", async () => {
    await put({
      entry: { S: "types" },
      text: { S: "" },
      number: { N: "1772366400" },
      large: { N: "99999999999999999999" },
      small: { N: "1E-130" },
      yes: { BOOL: true },
      nothing: { NULL: true },
      list: { L: [{ S: "a" }, { N: "1" }] },
      map: { M: { a: { S: "b" } } },
      texts: { SS: ["a", "b"] },
      numbers: { NS: ["1", "123456789012345678901"] },
      bytes: { B: Buffer.from("x").toString("base64") },
    });
    const row = await get("types");
    expect(row).toMatchObject({
      text: "",
      number: 1_772_366_400,
      large: 1e20,
      yes: true,
      nothing: null,
      list: ["a", 1],
      map: { a: "b" },
      texts: ["a", "b"],
      numbers: [1, 123456789012345680000],
    });
    expect(row).toHaveProperty("bytes");
  });

  describe("writes a row", () => {
    const write = (entry: string, item: object, condition: "absent" | Record<string, string | number | boolean> = "absent") =>
      store().write(effect(entry, { item: { entry, ...item }, condition }));

    it("that was absent", async () => {
      expect(await write("new", { state: "pending", count: 1, flag: true })).toBe(true);
      expect(await get("new")).toEqual({ entry: "new", state: "pending", count: 1, flag: true });
    });

    it("not over another one", async () => {
      await write("taken", { state: "pending" });
      expect(await write("taken", { state: "other" })).toBe(false);
      expect(await get("taken")).toEqual({ entry: "taken", state: "pending" });
    });

    it("over one that holds what it should, whole", async () => {
      await write("step", { state: "pending", old: 1 });
      expect(await write("step", { state: "approved" }, { state: "pending", old: 1 })).toBe(true);
      expect(await get("step")).toEqual({ entry: "step", state: "approved" });
    });

    it.each([
      { that: "holds something else", standing: { state: "denied" } },
      { that: "lacks it", standing: { note: "x" } },
      { that: "holds another type", standing: { state: 5 } },
    ])("not over one that $that", async ({ that, standing }) => {
      await write(that, standing);
      expect(await write(that, { state: "approved" }, { state: "pending" })).toBe(false);
      expect(await get(that)).toEqual({ entry: that, ...standing });
    });

    it("not where one should stand and none does", async () => expect(await write("none", { state: "x" }, { state: "y" })).toBe(false));

    it("that stands already without changing it", async () => {
      await write("twice", { state: "pending", at: 1 });
      await write("twice", { state: "pending", at: 1 });
      expect(await get("twice")).toEqual({ entry: "twice", state: "pending", at: 1 });
    });
  });
});

describe("over a DynamoDB with troubles", () => {
  let double: AwsDouble;
  beforeAll(async () => {
    double = await startAwsDouble();
  });
  afterAll(() => double.close());

  const store = () =>
    rows(awsClient(dynamodb, { region: "eu-west-1", endpoint: double.endpoint, credentials: async () => testCredentials }), () => "list");
  const found = (...entries: string[]) => ({ list: entries.map((entry) => ({ entry: { S: entry } })) });

  it("reads strongly consistently", async () => {
    double.will(noRows);
    await store().read([key("a"), key("b")]);
    expect(double.calls[0]?.input).toEqual({
      RequestItems: { list: { Keys: [{ entry: { S: "a" } }, { entry: { S: "b" } }], ConsistentRead: true } },
    });
  });

  it("asks again for the keys left over, and for them alone", async () => {
    const left = { list: { Keys: [{ entry: { S: "b" } }], ConsistentRead: true } };
    double.will(json({ Responses: found("a"), UnprocessedKeys: left }), json({ Responses: found("b"), UnprocessedKeys: {} }));
    expect([...(await store().read([key("a"), key("b")])).values()]).toEqual([{ entry: "a" }, { entry: "b" }]);
    expect(double.calls[1]?.input).toEqual({ RequestItems: left });
  });

  it("never takes a key left over for ever for absent", async () => {
    double.will(unprocessed);
    await expect(store().read([key("a")], AbortSignal.timeout(300))).rejects.toBeDefined();
    expect(double.calls.length).toBeGreaterThan(1);
  });

  it("stops at a signal that comes while it waits", async () => {
    double.will(unprocessed);
    const started = Date.now();
    await expect(store().read([key("a")], AbortSignal.timeout(50))).rejects.toBeDefined();
    expect(Date.now() - started).toBeLessThan(500);
  });

  it("fails if one of several batches fails", async () => {
    double.will(noRows, refuse("AccessDeniedException"));
    const keys = Array.from({ length: 150 }, (_, index) => key(`k${index}`));
    await expect(store().read(keys)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  it.each([
    { given: "an empty object", answer: json({}) },
    { given: "null", answer: json(null) },
    { given: "a text", answer: json("ok") },
    { given: "a list", answer: json([]) },
    { given: "rows that are null", answer: json({ Responses: null, UnprocessedKeys: {} }) },
    { given: "somebody else's JSON", answer: json({ status: "ok" }) },
    { given: "HTML", answer: text("<html>", 200) },
  ])("never takes $given for an answer without rows", async ({ answer }) => {
    double.will(answer);
    await expect(store().read([key("a")])).rejects.toBeDefined();
  });

  it("asks DynamoDB for the row that stood in the way", async () => {
    double.will(refuse("ConditionalCheckFailedException"));
    expect(await store().write(effect("a"))).toBe(false);
    expect(double.calls[0]?.input).toEqual({
      TableName: "list",
      Item: { entry: { S: "a" } },
      ConditionExpression: "attribute_not_exists(#key)",
      ExpressionAttributeNames: { "#key": "entry" },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
  });

  // The embedded DynamoDB keeps back the row that stood in the way, so the service's answer is played here.
  it.each([
    { standing: { entry: { S: "a" }, state: { S: "used" }, at: { N: "1" } }, repeat: true, is: "this very row" },
    { standing: { at: { N: "1" }, state: { S: "used" }, entry: { S: "a" } }, repeat: true, is: "this very row in another order" },
    { standing: { entry: { S: "a" }, state: { S: "used" }, at: { N: "2" } }, repeat: false, is: "a row of another time" },
    { standing: { entry: { S: "a" }, state: { S: "used" } }, repeat: false, is: "a row that lacks something" },
    { standing: { entry: { S: "a" }, state: { S: "used" }, at: { S: "1" } }, repeat: false, is: "a row of another type" },
    { standing: undefined, repeat: false, is: "no row" },
  ])("takes a lost condition for a repeat where $is stands: $repeat", async ({ standing, repeat }) => {
    double.will(refuse("ConditionalCheckFailedException", 400, standing && { Item: standing }));
    const item = { entry: "a", state: "used", at: 1 };
    expect(await store().write(effect("a", { item, condition: "absent" }))).toBe(repeat);
    expect(await store().write(effect("a", { item, condition: { state: "pending" } }))).toBe(repeat);
  });

  it("knows its own row when the answer to the first attempt got lost", async () => {
    double.will(refuse("InternalServerError", 500), refuse("ConditionalCheckFailedException", 400, { Item: { entry: { S: "a" } } }));
    expect(await store().write(effect("a"))).toBe(true);
  });

  it.each(["AccessDeniedException", "ValidationException", "ResourceNotFoundException"])("rejects a write that meets %s", async (code) => {
    double.will(refuse(code));
    await expect(store().write(effect("a"))).rejects.toMatchObject({ name: code });
  });
});

describe("the table's name", () => {
  it("is in the variable that the stack sets, or the read rejects", async () => {
    delete process.env.ACCESS_LIST_TABLE;
    const client = { call: jest.fn(), warm: () => undefined };
    await expect(rows(client).read([key("a")])).rejects.toThrow(/ACCESS_LIST_TABLE/);
    expect(client.call).not.toHaveBeenCalled();
  });
});

describe("a number too large for JavaScript", () => {
  it("loses digits rather than make the row unreadable", () =>
    expect(toRow({ entry: { S: "x" }, expiresAt: { N: "12345678901234567890" } })).toEqual({
      entry: "x",
      expiresAt: 12345678901234567000,
    }));
});
