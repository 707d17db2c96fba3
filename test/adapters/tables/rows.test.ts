import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { marshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { awsClient, dynamodb } from "../../../adapters/aws/client";
import { toRow } from "../../../adapters/tables/item";
import { rows } from "../../../adapters/tables/rows";
import { tableNamesIn } from "../../../adapters/tables/tables";
import { isUnread, recordId, UNREAD } from "../../../engine/sign-up/records";
import type { Reserve, TableName } from "../../../engine/sign-up/verdict";
import { effect, key } from "../../engine/sign-up/people";
import { startDynamoDb, type TestDynamoDb, testCredentials } from "../../support/dynamodb";
import { stopwatch } from "../../support/stopwatch";
import { type AwsDouble, json, noRows, refuse, startAwsDouble, text, unprocessed } from "../aws/aws-double";

/** JSON as a row may hold it: no null at the top, no name that is empty, and whole numbers, for DynamoDB's reach less far than JavaScript's. */
const anyJson = fc
  .jsonValue({ maxDepth: 3 })
  .filter((value) => value !== null && !/__proto__|"":/.test(JSON.stringify(value)))
  .map((value) => JSON.parse(JSON.stringify(value), (_, each) => (typeof each === "number" ? Math.trunc(each % 1e9) + 0 : each)) as object);

async function createTable({ client }: TestDynamoDb, TableName: string, ...attributes: readonly string[]): Promise<void> {
  await client.call("CreateTable", {
    TableName,
    KeySchema: attributes.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? "HASH" : "RANGE" })),
    AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    BillingMode: "PAY_PER_REQUEST",
  });
  const ready = async () =>
    (await client.call<{ Table: { TableStatus: string } }>("DescribeTable", { TableName })).Table.TableStatus === "ACTIVE";
  while (!(await ready())) await sleep(1);
}

describe("the store over DynamoDB", () => {
  let database: TestDynamoDb;
  beforeAll(async () => {
    database = await startDynamoDb();
  });
  afterAll(() => database.close());

  const store = () => rows(database.client, () => database.tableName);
  const put = (Item: object) => database.client.call("PutItem", { TableName: database.tableName, Item });
  const get = async (entry: string) => (await store().read([key(entry)])).get(recordId(key(entry)));

  it("reads existing rows by their keys in one call", async () => {
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

  it("makes no call if no keys are requested", async () => {
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

  describe("a write of a row", () => {
    const write = (entry: string, item: object, condition: "absent" | Record<string, string | number | boolean> = "absent") =>
      store().write(effect(entry, { item: { entry, ...item }, condition }));

    it("succeeds if the row was absent", async () => {
      expect(await write("new", { state: "pending", count: 1, flag: true })).toBe(true);
      expect(await get("new")).toEqual({ entry: "new", state: "pending", count: 1, flag: true });
    });

    it("does not replace an existing row if the row has to be absent", async () => {
      await write("taken", { state: "pending" });
      expect(await write("taken", { state: "other" })).toBe(false);
      expect(await get("taken")).toEqual({ entry: "taken", state: "pending" });
    });

    it("replaces the whole row if it has the expected values", async () => {
      await write("step", { state: "pending", old: 1 });
      expect(await write("step", { state: "approved" }, { state: "pending", old: 1 })).toBe(true);
      expect(await get("step")).toEqual({ entry: "step", state: "approved" });
    });

    it.each([
      { expires: 99, written: true },
      { expires: 100, written: false },
      { expires: undefined, written: false },
    ])(
      "may replace only a row that expires before 100; a row with the expiry $expires is replaced: $written",
      async ({ expires, written }) => {
        const entry = `over-${expires}`;
        await put(marshall({ entry, ...(expires !== undefined && { expires }) }));
        expect(await store().write(effect(entry, { item: { entry, at: 1 }, expiresBefore: 100 }))).toBe(written);
        expect(await get(entry)).toEqual(written ? { entry, at: 1 } : { entry, ...(expires !== undefined && { expires }) });
      },
    );

    it.each([
      { that: "holds something else", standing: { state: "denied" } },
      { that: "lacks it", standing: { note: "x" } },
      { that: "holds another type", standing: { state: 5 } },
    ])("does not replace a row that $that, if a value is expected", async ({ that, standing }) => {
      await write(that, standing);
      expect(await write(that, { state: "approved" }, { state: "pending" })).toBe(false);
      expect(await get(that)).toEqual({ entry: that, ...standing });
    });

    it("writes nothing if a row is expected and there is none", async () =>
      expect(await write("none", { state: "x" }, { state: "y" })).toBe(false));

    it("changes nothing if the same row already exists", async () => {
      await write("twice", { state: "pending", at: 1 });
      await write("twice", { state: "pending", at: 1 });
      expect(await get("twice")).toEqual({ entry: "twice", state: "pending", at: 1 });
    });

    it.each([
      { is: "this one", by: ["call"], call: "one", known: true },
      { is: "another", by: ["call"], call: "two", known: false },
      { is: "this one but for a column", by: ["call", "at"], call: "one", known: false },
    ])("counts as a repeat if the columns $by show that the existing row is $is: $known", async ({ by, call, known }) => {
      const entry = randomUUID();
      const put = { table: "accessList", condition: "absent", identityColumns: by } as const;
      await store().write({ ...put, item: { entry, call: "one", at: 1 } });
      expect(await store().write({ ...put, item: { entry, call, at: 2 } })).toBe(known);
      expect(await get(entry)).toEqual({ entry, call: "one", at: 1 });
    });

    it("keeps nested values of any depth, which are read back unchanged", async () => {
      const item = { calls: [{ at: 1, outcome: { kind: "verified" } }, { at: 2 }], none: [], empty: {}, text: "" };
      expect(await write("deep", item)).toBe(true);
      expect(await get("deep")).toEqual({ entry: "deep", ...item });
    });

    it("keeps any JSON value", () =>
      fc.assert(
        fc.asyncProperty(anyJson, async (value) => {
          const entry = randomUUID();
          expect(await write(entry, { value })).toBe(true);
          expect(await get(entry)).toEqual({ entry, value });
        }),
        { numRuns: 50 },
      ));
  });
});

describe("the store over several tables", () => {
  const names: Record<string, string> = { accessList: "access-list-test", referenceData: "reference-data", profiles: "profiles" };
  let database: TestDynamoDb;
  beforeAll(async () => {
    database = await startDynamoDb();
    await createTable(database, "reference-data", "list", "value");
    await createTable(database, "profiles", "person");
  });
  afterAll(() => database.close());

  const store = () => rows(database.client, (table) => names[table] as string);
  const put = (TableName: string, row: object) => database.client.call("PutItem", { TableName, Item: marshall(row) });
  const permitted = (list: string, value: string) => ({ table: "referenceData", key: { list, value } }) as const;
  const profile = { table: "profiles", key: { person: "kim@contoso.com" } } as const;

  it("reads tables of one-part and two-part keys in one call, whatever the spelling of the key", async () => {
    await put("access-list-test", { entry: "contoso.com", effect: "allow" });
    await put("reference-data", { list: "partners", value: "P-1", note: "x" });
    await put("reference-data", { list: "cities", value: "P-1" });
    await put("profiles", { person: "kim@contoso.com", city: "Seoul" });
    database.operations();
    const swapped = { table: "referenceData", key: { value: "P-1", list: "partners" } } as const;
    const found = await store().read([key("contoso.com"), swapped, permitted("cities", "P-2"), profile]);
    expect(database.operations()).toEqual(["BatchGetItem"]);
    expect(found.size).toBe(3);
    expect(found.get(recordId(permitted("partners", "P-1")))).toEqual({ list: "partners", value: "P-1", note: "x" });
    expect(found.get(recordId(profile))).toMatchObject({ city: "Seoul" });
  });

  it("keeps rows apart if they share half of their key", async () => {
    await put("reference-data", { list: "codes", value: "a", note: "first" });
    await put("reference-data", { list: "codes", value: "b", note: "second" });
    const found = await store().read([permitted("codes", "b"), permitted("codes", "a"), permitted("codes", "c")]);
    expect(found.get(recordId(permitted("codes", "a")))).toMatchObject({ note: "first" });
    expect(found.get(recordId(permitted("codes", "b")))).toMatchObject({ note: "second" });
    expect(found.has(recordId(permitted("codes", "c")))).toBe(false);
  });

  it("writes once under a two-part key", async () => {
    const write = { table: "referenceData", item: { list: "once", value: "a", note: "x" }, condition: "absent" } as const;
    expect(await store().write(write)).toBe(true);
    expect(await store().write({ ...write, item: { ...write.item, note: "y" } })).toBe(false);
    expect(await store().write({ ...write, item: { ...write.item, value: "b" } })).toBe(true);
  });
});

describe("the store gives out a limited number of places", () => {
  let database: TestDynamoDb;
  beforeAll(async () => {
    database = await startDynamoDb("ledger");
    await createTable(database, "places", "id");
  });
  afterAll(() => database.close());

  const store = () => rows(database.client, () => "places");
  const take = (id: string, holder: string, atMost = 2, set?: Reserve["set"]) =>
    store().write({ table: "ledger", key: { id }, slots: "people", holder, atMost, ...(set && { set }) });
  const row = async (id: string) => {
    const at = { table: "ledger", key: { id } } as const;
    return (await store().read([at])).get(recordId(at));
  };
  const holders = async (id: string) => [...(((await row(id))?.people as string[] | undefined) ?? [])].sort();

  it("until all are taken, and no more", async () => {
    expect([await take("code", "a"), await take("code", "b"), await take("code", "c")]).toEqual([true, true, false]);
    expect(await row("code")).toEqual({ id: "code", people: expect.arrayContaining(["a", "b"]) });
    expect(await holders("code")).toEqual(["a", "b"]);
  });

  it("once to each holder, whether or not the row is full", async () => {
    await take("again", "a");
    expect(await take("again", "a")).toBe(true);
    expect(await holders("again")).toEqual(["a"]);
    await take("again", "b");
    expect([await take("again", "a"), await take("again", "b")]).toEqual([true, true]);
    expect(await holders("again")).toEqual(["a", "b"]);
  });

  it("only to those who already hold one, if the limit was lowered below their number", async () => {
    for (const holder of ["a", "b"]) await take("fewer", holder);
    expect([await take("fewer", "a", 1), await take("fewer", "c", 1)]).toEqual([true, false]);
  });

  it("separately for each row", async () => {
    expect([await take("one", "a", 1), await take("two", "b", 1), await take("one", "b", 1)]).toEqual([true, true, false]);
  });

  it("and updates the row's other attributes for each caller who holds or takes a place", async () => {
    await take("aging", "a", 1, { expires: 100, day: "2026-03-01" });
    expect(await row("aging")).toEqual({ id: "aging", people: ["a"], expires: 100, day: "2026-03-01" });
    await take("aging", "a", 1, { expires: 200 });
    await take("aging", "b", 1, { expires: 300 });
    expect(await row("aging")).toEqual({ id: "aging", people: ["a"], expires: 200, day: "2026-03-01" });
  });

  it("in a row that already holds other attributes", async () => {
    await database.client.call("PutItem", { TableName: "places", Item: marshall({ id: "noted", note: "x" }) });
    expect(await take("noted", "a")).toBe(true);
    expect(await row("noted")).toEqual({ id: "noted", note: "x", people: ["a"] });
  });

  it("to one of two concurrent callers if one place is left", async () => {
    for (let round = 0; round < 20; round++) {
      const id = `race-${round}`;
      await take(id, "first");
      const [left, right] = await Promise.all([take(id, "left"), take(id, "right")]);
      expect([left, right].sort()).toEqual([false, true]);
      expect(await holders(id)).toEqual(["first", left ? "left" : "right"].sort());
    }
  });

  it("never beyond the limit, even if callers ask repeatedly and at the same time", () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 14 }),
        async (atMost, people) => {
          const id = randomUUID();
          const taken = await Promise.all(people.map((each) => take(id, `p${each}`, atMost)));
          const holding = await holders(id);
          expect(holding).toHaveLength(Math.min(atMost, new Set(people).size));
          const told = people.filter((_, index) => taken[index]).map((each) => `p${each}`);
          expect([...new Set(told)].sort()).toEqual(holding);
        },
      ),
      { numRuns: 40 },
    ));
});

describe("the store over a failing DynamoDB", () => {
  let double: AwsDouble;
  beforeAll(async () => {
    double = await startAwsDouble();
  });
  afterAll(() => double.close());

  const store = (nameOf: (table: TableName) => string = () => "list") =>
    rows(awsClient(dynamodb, { region: "eu-west-1", endpoint: double.endpoint, credentials: async () => testCredentials }), nameOf);
  const twoTables = () => store((table) => (table === "decisions" ? "other" : "list"));
  const found = (...entries: string[]) => ({ list: entries.map((entry) => ({ entry: { S: entry } })) });

  it("returns no rows if it was asked only for optional rows and the read fails", async () => {
    double.will(refuse("AccessDeniedException"));
    expect(await store().read([], undefined, [key("a")])).toEqual(new Map());
  });

  it("reads with strong consistency", async () => {
    double.will(noRows);
    await store().read([key("a"), key("b")]);
    expect(double.calls[0]?.input).toEqual({
      RequestItems: { list: { Keys: [{ entry: { S: "a" } }, { entry: { S: "b" } }], ConsistentRead: true } },
    });
  });

  it("requests the unprocessed keys again, and only those", async () => {
    const left = { list: { Keys: [{ entry: { S: "b" } }], ConsistentRead: true } };
    double.will(json({ Responses: found("a"), UnprocessedKeys: left }), json({ Responses: found("b"), UnprocessedKeys: {} }));
    expect([...(await store().read([key("a"), key("b")])).values()]).toEqual([{ entry: "a" }, { entry: "b" }]);
    expect(double.calls[1]?.input).toEqual({ RequestItems: left });
  });

  it("reports optional keys as unread, and reads the others, if DynamoDB repeatedly leaves several keys over", async () => {
    const [spare, strict] = [{ ...key("b"), mayStayUnread: true as const }, key("c")];
    const left = (...entries: string[]) => ({ list: { Keys: entries.map((entry) => ({ entry: { S: entry } })), ConsistentRead: true } });
    double.will(
      json({ Responses: found("a"), UnprocessedKeys: left("b", "c") }),
      json({ Responses: {}, UnprocessedKeys: left("b", "c") }),
      json({ Responses: {}, UnprocessedKeys: left("b", "c") }),
      json({ Responses: found("c"), UnprocessedKeys: {} }),
    );
    const read = await store().read([key("a"), spare, strict]);
    expect([...read.values()]).toEqual([{ entry: "a" }, { entry: "c" }, UNREAD]);
    expect(isUnread(read.get(recordId(spare)))).toBe(true);
    expect(double.calls.map(({ input }) => (input.RequestItems as ReturnType<typeof left>).list.Keys.length)).toEqual([3, 2, 2, 1]);
  });

  it("reports optional keys in an unreadable table as unread if other tables can be read", async () => {
    const spare = { ...key("b"), table: "decisions" as const, mayStayUnread: true as const };
    double.will(refuse("ResourceNotFoundException"), json({ Responses: found("a") }), refuse("ResourceNotFoundException"));
    const read = await twoTables().read([key("a"), spare]);
    expect([...read.values()]).toEqual([{ entry: "a" }, UNREAD]);
    double.will(refuse("ResourceNotFoundException"), refuse("ResourceNotFoundException"));
    await expect(store().read([spare])).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("reads each table separately if one table refuses, so that optional rows elsewhere are still read", async () => {
    const [spare, other] = [key("a"), { ...key("b"), table: "decisions" as const }].map((each) => ({
      ...each,
      mayStayUnread: true as const,
    }));
    double.will(refuse("ResourceNotFoundException"), json({ Responses: found("a") }), refuse("ResourceNotFoundException"));
    expect([...(await twoTables().read([spare, other] as never)).values()]).toEqual([{ entry: "a" }, UNREAD]);
  });

  it("never reports a key as absent if DynamoDB always leaves it over", async () => {
    double.will(unprocessed);
    await expect(store().read([key("a")], AbortSignal.timeout(300))).rejects.toBeDefined();
    expect(double.calls.length).toBeGreaterThan(1);
  });

  it("stops waiting if its signal aborts", async () => {
    double.will(unprocessed);
    const elapsed = stopwatch();
    await expect(store().read([key("a")], AbortSignal.timeout(50))).rejects.toBeDefined();
    expect(elapsed()).toBeLessThan(500);
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
  ])("never treats $given as an answer without rows", async ({ answer }) => {
    double.will(answer);
    await expect(store().read([key("a")])).rejects.toBeDefined();
  });

  it("asks DynamoDB to return the row if a condition fails", async () => {
    double.will(refuse("ConditionalCheckFailedException"));
    expect(await store().write(effect("a"))).toBe(false);
    expect(double.calls[0]?.input).toEqual({
      TableName: "list",
      Item: { entry: { S: "a" } },
      ConditionExpression: "attribute_not_exists(#n0)",
      ExpressionAttributeNames: { "#n0": "entry" },
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
  ])("recognises a repeated write if its condition fails and the stored row is $is: $repeat", async ({ standing, repeat }) => {
    double.will(refuse("ConditionalCheckFailedException", 400, standing && { Item: standing }));
    const item = { entry: "a", state: "used", at: 1 };
    expect(await store().write(effect("a", { item, condition: "absent" }))).toBe(repeat);
    expect(await store().write(effect("a", { item, condition: { state: "pending" } }))).toBe(repeat);
  });

  const call = { at: { N: "1" }, outcome: { M: { kind: { S: "verified" }, code: { S: "x" } } } };
  const otherOrder = { outcome: { M: { code: { S: "x" }, kind: { S: "verified" } } }, at: { N: "1" } };
  it.each([
    { standing: [call], repeat: true, is: "the same" },
    { standing: [otherOrder], repeat: true, is: "the same in another order of names" },
    { standing: [call, call], repeat: false, is: "one more" },
    { standing: [], repeat: false, is: "nothing" },
    { standing: [{ ...call, outcome: { M: { kind: { S: "refuted" }, code: { S: "x" } } } }], repeat: false, is: "another outcome" },
    { standing: [{ ...call, outcome: { M: { kind: { S: "verified" } } } }], repeat: false, is: "less of it" },
    { standing: [{ ...call, note: { S: "x" } }], repeat: false, is: "more of it" },
  ])("recognises a repeated write if its condition fails and the stored nested values are $is: $repeat", async ({ standing, repeat }) => {
    double.will(
      refuse("ConditionalCheckFailedException", 400, { Item: { calls: { L: standing.map((each) => ({ M: each })) }, entry: { S: "a" } } }),
    );
    const item = { entry: "a", calls: [{ at: 1, outcome: { kind: "verified", code: "x" } }] };
    expect(await store().write(effect("a", { item }))).toBe(repeat);
  });

  it("reports a place as not taken if the write's condition fails, whatever row is stored", async () => {
    double.will(refuse("ConditionalCheckFailedException", 400, { Item: { id: { S: "a" } } }));
    expect(await store().write({ table: "ledger", key: { id: "a" }, slots: "people", holder: "p", atMost: 1 })).toBe(false);
  });

  it("recognises its own row if the answer to the first attempt was lost", async () => {
    double.will(refuse("InternalServerError", 500), refuse("ConditionalCheckFailedException", 400, { Item: { entry: { S: "a" } } }));
    expect(await store().write(effect("a"))).toBe(true);
  });

  it.each(["AccessDeniedException", "ValidationException", "ResourceNotFoundException"])("rejects a write that meets %s", async (code) => {
    double.will(refuse(code));
    await expect(store().write(effect("a"))).rejects.toMatchObject({ name: code });
  });
});

describe("the table's name", () => {
  it("comes from a variable that the stack sets: a read fails if the variable is missing", async () => {
    const client = { call: vi.fn(), warm: () => undefined };
    await expect(rows(client, tableNamesIn({})).read([key("a")])).rejects.toThrow(/ACCESS_LIST_TABLE/);
    expect(client.call).not.toHaveBeenCalled();
  });
});

describe("a number too large for JavaScript", () => {
  it("is read with fewer digits, and the row stays readable", () =>
    expect(toRow({ entry: { S: "x" }, expiresAt: { N: "12345678901234567890" } })).toEqual({
      entry: "x",
      expiresAt: 12345678901234567000,
    }));
});
