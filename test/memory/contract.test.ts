import { marshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { AwsError } from "../../adapters/aws/client";
import { replaceEach } from "../../adapters/tables/conditional-batch";
import { all, among, beginning, between, buildReadCondition, containing, present } from "../../adapters/tables/conditions";
import { type Item, toItem } from "../../adapters/tables/item";
import { buildProjection, getPage, readPages } from "../../adapters/tables/search";
import {
  absent,
  batchGet,
  below,
  type DynamoTable,
  deleteItem,
  type Expression,
  equal,
  getItem,
  putItem,
  updateItem,
} from "../../adapters/tables/table";
import { batchWrite } from "../../bench/batch-write";
import { startDynamoDb as startMemory, type TestDynamoDb } from "../support/dynamodb";
import { startDynamoDb as startEngine } from "../support/embedded-dynamodb";
import { runs } from "../support/runs";

// `npm run test:aws` runs the suite with DynamoDB Local in place of both.

const TABLE = "contract";
const INDEX = "by-owner";
const NARROW = "by-owner-alone";

/** A table with a sort key, an index that holds everything, and one that holds keys and one attribute. */
async function createTable({ client }: TestDynamoDb, TableName = TABLE): Promise<void> {
  const key = (...names: readonly string[]) =>
    names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? "HASH" : "RANGE" }));
  await client.call("CreateTable", {
    TableName,
    KeySchema: key("set", "part"),
    AttributeDefinitions: ["set", "part", "owner", "at"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    GlobalSecondaryIndexes: [
      { IndexName: INDEX, KeySchema: key("owner", "at"), Projection: { ProjectionType: "ALL" } },
      { IndexName: NARROW, KeySchema: key("owner"), Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["note"] } },
    ],
    BillingMode: "PAY_PER_REQUEST",
  });
  for (;;) {
    const { Table } = await client.call<{ Table: { TableStatus: string } }>("DescribeTable", { TableName });
    if (Table.TableStatus === "ACTIVE") return;
  }
}

const bySort = (one: Item, other: Item) => (JSON.stringify([one.set, one.part]) < JSON.stringify([other.set, other.part]) ? -1 : 1);
const nameOf = (error: unknown) => (error instanceof AwsError ? error.name : String(error));
const failureOf = (work: Promise<unknown>) => work.then(() => "none", nameOf);

describe.each([
  { world: "memory", start: startMemory },
  { world: "the embedded engine", start: startEngine },
])("the tables of $world", ({ start }) => {
  let database: TestDynamoDb;
  let table: DynamoTable;
  let count = 0;
  beforeAll(async () => {
    database = await start();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    table = { client: database.client, name: `${TABLE}-${count++}`, key: ["set", "part"] };
    await createTable(database, table.name);
  });

  const put = async (...rows: readonly object[]) => {
    for (const row of rows) await putItem(table, toItem(row));
  };
  const at = (set: string, part: string) => ({ set, part });
  const row = { set: "a", part: "1", effect: "allow", count: 2, tags: ["x", { y: 1 }], names: new Set(["kim", "lee"]), sure: true };
  const call = (operation: string, input: object) => database.client.call(operation, { TableName: table.name, ...input });

  it("are described as they were created", async () => {
    const { Table } = await database.client.call<{ Table: Record<string, unknown> }>("DescribeTable", { TableName: table.name });
    expect(Table).toMatchObject({
      TableName: table.name,
      KeySchema: [{ AttributeName: "set" }, { AttributeName: "part" }],
      GlobalSecondaryIndexes: expect.arrayContaining([
        expect.objectContaining({ IndexName: INDEX, Projection: { ProjectionType: "ALL" } }),
      ]),
    });
    expect(Number(Table.CreationDateTime)).toBeGreaterThan(Date.now() / 1_000 - 600);
    expect(await failureOf(createTable(database, table.name))).toBe("ResourceInUseException");
  });

  describe("a row", () => {
    it("is stored as written, is replaced as a whole, and is gone once deleted", async () => {
      expect(await getItem(table, at("a", "1"))).toBeUndefined();
      await put(row);
      expect(await getItem(table, at("a", "1"))).toEqual(marshall(row));
      await put({ set: "a", part: "1", effect: "deny" });
      expect(await getItem(table, at("a", "1"))).toEqual(toItem({ set: "a", part: "1", effect: "deny" }));
      expect(await deleteItem(table, toItem(row))).toEqual({ written: true });
      expect(await deleteItem(table, toItem(row))).toEqual({ written: true });
      expect(await getItem(table, at("a", "1"))).toBeUndefined();
    });

    it("does not change if its writer or reader changes the object", async () => {
      const given = toItem(row);
      await putItem(table, given);
      given.effect = { S: "changed" };
      const read = (await getItem(table, at("a", "1"))) as Item;
      read.effect = { S: "changed too" };
      expect((await getItem(table, at("a", "1")))?.effect).toEqual({ S: "allow" });
    });

    it.each<{ is: string; item: object }>([
      { is: "without its sort key", item: { set: { S: "a" } } },
      { is: "with an empty key", item: { set: { S: "" }, part: { S: "1" } } },
      { is: "with a number for a key", item: { set: { N: "1" }, part: { S: "1" } } },
      { is: "with a key that is too long", item: { set: { S: "a" }, part: { S: "x".repeat(1_025) } } },
      { is: "with an index's key of another type", item: { set: { S: "a" }, part: { S: "1" }, owner: { N: "5" } } },
      { is: "of more than 400 KB", item: { set: { S: "a" }, part: { S: "1" }, note: { S: "x".repeat(409_600) } } },
      { is: "with an empty set", item: { set: { S: "a" }, part: { S: "1" }, names: { SS: [] } } },
    ])("$is is refused", async ({ item }) => {
      expect(await failureOf(call("PutItem", { Item: item }))).toBe("ValidationException");
    });

    it("cannot be read or written if its table is missing", async () => {
      const missing = { ...table, name: "missing" };
      expect(await failureOf(getItem(missing, at("a", "1")))).toBe("ResourceNotFoundException");
      expect(await failureOf(putItem(missing, toItem(row)))).toBe("ResourceNotFoundException");
      expect(await failureOf(getPage(missing, {}))).toBe("ResourceNotFoundException");
      expect(await failureOf(batchGet(database.client, [{ tableName: "missing", key: toItem(at("a", "1")) }]))).toBe(
        "ResourceNotFoundException",
      );
    });
  });

  describe("a condition", () => {
    const N = (value: number) => ({ N: String(value) });
    const S = (value: string) => ({ S: value });
    const hasRoom =
      (member: string, most: number): Expression =>
      (placeholders) => {
        const name = placeholders.name("names");
        return `attribute_not_exists(${name}) OR contains(${name}, ${placeholders.value(S(member))}) OR size(${name}) < ${placeholders.value(N(most))}`;
      };
    beforeEach(() => put(row));

    it.each<{ holds: boolean; is: string; condition: Expression; filters?: false }>([
      // The embedded engine compares lists in conditions alone, as Gatehouse does.
      { holds: true, is: "equal, of a list", condition: equal(toItem({ tags: ["x", { y: 1 }] })), filters: false },
      { holds: true, is: "as read", condition: buildReadCondition(marshall(row), ["note"]), filters: false },
      { holds: true, is: "present", condition: present("effect") },
      { holds: false, is: "present, of what is not", condition: present("note") },
      { holds: true, is: "absent", condition: absent("note") },
      { holds: false, is: "absent, of what is there", condition: absent("set") },
      { holds: true, is: "equal", condition: equal(toItem({ effect: "allow", count: 2, sure: true })) },
      { holds: true, is: "equal, a number spelled otherwise", condition: equal({ count: { N: "2.0" } }) },
      { holds: false, is: "equal, of another type", condition: equal({ count: S("2") }) },
      { holds: false, is: "equal, of what is not there", condition: equal({ note: S("") }) },
      { holds: false, is: "equal, of a longer list", condition: equal(toItem({ tags: ["x", { y: 1 }, 2] })) },
      { holds: true, is: "equal, of a set in another order", condition: equal({ names: { SS: ["lee", "kim"] } }) },
      { holds: true, is: "below", condition: below("count", N(10)) },
      { holds: false, is: "below, of the same", condition: below("count", N(2)) },
      { holds: false, is: "below, of another type", condition: below("count", S("9")) },
      { holds: true, is: "between", condition: between("count", N(2), N(2)) },
      { holds: false, is: "between, beyond", condition: between("effect", S("b"), S("z")) },
      { holds: true, is: "begins with one of", condition: beginning("effect", ["x", "all"]) },
      { holds: false, is: "begins with none of", condition: beginning("effect", ["llow"]) },
      { holds: false, is: "begins with, of a number", condition: beginning("count", ["2"]) },
      { holds: true, is: "one of", condition: among("effect", ["deny", "allow"]) },
      { holds: false, is: "none of", condition: among("effect", ["deny"]) },
      { holds: true, is: "contains, in a text", condition: containing("effect", ["llo"]) },
      { holds: true, is: "contains, in a list", condition: containing("tags", ["x"]) },
      { holds: true, is: "contains, in a set", condition: containing("names", ["kim"]) },
      { holds: false, is: "contains, in what is not there", condition: containing("note", ["x"]) },
      { holds: false, is: "as read, with a column more", condition: buildReadCondition(toItem({ effect: "allow" }), ["count"]) },
      { holds: true, is: "a place that is held", condition: hasRoom("kim", 1) },
      { holds: false, is: "no place left", condition: hasRoom("park", 2) },
      { holds: true, is: "room for one more", condition: hasRoom("park", 3) },
      { holds: false, is: "all of several", condition: all(present("effect"), present("note")) },
    ])("has the right result: $is: $holds", async ({ holds, condition, filters = true }) => {
      const result = await updateItem(table, toItem(row), { set: { seen: S("yes") } }, condition);
      expect(result.written).toBe(holds);
      // A filter judges alike.
      if (!filters) return;
      const { items } = await getPage(table, { where: equal({ set: S("a") }), filter: condition }).catch((error) => {
        // Not of a key.
        expect(nameOf(error)).toBe("ValidationException");
        return { items: holds ? [{}] : [] };
      });
      expect(items).toHaveLength(holds ? 1 : 0);
    });

    it("writes nothing if it fails, and shows the existing row", async () => {
      const refused = await putItem(table, toItem({ ...at("a", "1"), effect: "deny" }), absent("set"));
      expect(refused).toMatchObject({ written: false });
      expect(Object.values(refused)).toContainEqual(marshall(row));
      expect(await deleteItem(table, toItem(row), equal({ effect: S("deny") }))).toMatchObject({ written: false });
      const none = await deleteItem(table, toItem(at("a", "2")), present("set"));
      expect(Object.values(none)).toEqual([false, undefined]);
      expect(await getItem(table, at("a", "1"))).toEqual(marshall(row));
    });

    it.each([
      { is: "gibberish", input: { ConditionExpression: "gibberish" } },
      { is: "a name that is not given", input: { ConditionExpression: "attribute_exists(#a)" } },
      {
        is: "a value that is not used",
        input: { ConditionExpression: "attribute_exists(x)", ExpressionAttributeValues: { ":v": S("x") } },
      },
      { is: "values and no condition", input: { ExpressionAttributeValues: { ":v": S("x") } } },
    ])("is refused if it contains $is", async ({ input }) => {
      expect(await failureOf(call("PutItem", { Item: toItem(row), ...input }))).toBe("ValidationException");
    });
  });

  describe("an update", () => {
    const update = (UpdateExpression: string, values: object | undefined, part = "1") =>
      call("UpdateItem", { Key: toItem(at("a", part)), UpdateExpression, ...(values && { ExpressionAttributeValues: toItem(values) }) });

    it("sets a missing attribute", async () => {
      await put(row);
      await update("SET effect = if_not_exists(effect, :mine), mine = if_not_exists(mine, :mine)", { ":mine": true });
      expect(await getItem(table, at("a", "1"))).toMatchObject(toItem({ effect: "allow", mine: true }));
    });

    it("sets, adds and removes at once, and creates a missing row", async () => {
      await put(row);
      await updateItem(
        table,
        toItem(row),
        { set: toItem({ effect: "deny" }), add: { names: { SS: ["kim", "park"] } }, remove: ["sure"] },
        present("set"),
      );
      const { names, ...others } = (await getItem(table, at("a", "1"))) as Item;
      expect(others).toEqual(toItem({ set: "a", part: "1", effect: "deny", count: 2, tags: ["x", { y: 1 }] }));
      expect(names?.SS?.toSorted()).toEqual(["kim", "lee", "park"]);
      await update("ADD n :one", { ":one": 1 }, "2");
      await update("ADD n :one", { ":one": 1 }, "2");
      expect(await getItem(table, at("a", "2"))).toEqual(toItem({ set: "a", part: "2", n: 2 }));
    });

    it("sets one member of a list or a map", async () => {
      await put({ ...row, more: { deep: { er: 1 } } });
      await update("SET tags[1] = :v, more.deep.er = :w", { ":v": "new", ":w": 2 });
      expect(await getItem(table, at("a", "1"))).toMatchObject(toItem({ tags: ["x", "new"], more: { deep: { er: 2 } } }));
      await update("SET tags[7] = :v", { ":v": "last" });
      expect((await getItem(table, at("a", "1")))?.tags).toEqual(marshall({ tags: ["x", "new", "last"] }).tags);
    });

    it.each([
      { is: "of a key", text: "SET part = :v", values: { ":v": "2" } },
      { is: "inside what is not there", text: "SET missing[0] = :v", values: { ":v": "2" } },
      { is: "that adds a number to a text", text: "ADD effect :v", values: { ":v": 1 } },
      { is: "by a value that is not given", text: "SET note = :v", values: undefined },
      { is: "that nobody can read", text: "MAKE note = :v", values: { ":v": 1 } },
    ])("$is is refused, and changes nothing", async ({ text, values }) => {
      await put(row);
      expect(await failureOf(update(text, values))).toBe("ValidationException");
      expect(await getItem(table, at("a", "1"))).toEqual(marshall(row));
    });
  });

  describe("a search", () => {
    const parts = ["", "0", "1", "10", "2", "Z", "a", "é", "\uffee", "😀"];
    const rows = parts.map((part, index) => ({
      set: "s",
      part: `p${part}`,
      ...(index % 2 === 0 && { owner: index < 6 ? "kim" : "lee", at: `2026-0${9 - index}` }),
      note: index,
    }));
    beforeEach(() => put(...rows.toReversed(), { set: "other", part: "p1" }));
    const where = equal(toItem({ set: "s" }));

    it("finds a partition in byte order, in both directions", async () => {
      const found = (await getPage(table, { where })).items.map(({ part }) => part?.S);
      expect(found).toEqual(rows.map(({ part }) => part));
      expect((await getPage(table, { where, order: "descending" })).items.map(({ part }) => part?.S)).toEqual(found.toReversed());
      expect((await getPage(table, { where: equal(toItem({ set: "nobody" })) })).items).toEqual([]);
    });

    it.each<{ by: string; sorted: Expression; parts: readonly string[] }>([
      { by: "the beginning", sorted: beginning("part", ["p1"]), parts: ["p1", "p10"] },
      { by: "an end", sorted: below("part", { S: "p1" }), parts: ["p", "p0"] },
      { by: "both ends", sorted: between("part", { S: "p10" }, { S: "pZ" }), parts: ["p10", "p2", "pZ"] },
      { by: "the whole", sorted: equal({ part: { S: "pé" } }), parts: ["pé"] },
    ])("finds only matching rows by $by of the sort key", async ({ sorted, parts: expected }) => {
      for (const order of ["ascending", "descending"] as const) {
        const { items, searched } = await getPage(table, { where: all(where, sorted), order });
        const found = items.map(({ part }) => part?.S);
        expect(order === "ascending" ? found : found.toReversed()).toEqual(expected);
        expect(searched).toBe(expected.length);
      }
    });

    it.each(["ascending", "descending"] as const)(
      "goes on page by page in %s order, even if the last row of a page is deleted",
      async (order) => {
        const found: (string | undefined)[] = [];
        let next: Item | undefined;
        do {
          const page = await getPage(table, { where, order, limit: 3 }, next);
          expect(page.items.length).toBeLessThanOrEqual(3);
          found.push(...page.items.map(({ part }) => part?.S));
          next = page.next;
          if (next !== undefined) await deleteItem(table, next);
        } while (next !== undefined);
        const expected = rows.map(({ part }) => part);
        expect(found).toEqual(order === "ascending" ? expected : expected.toReversed());
      },
    );

    it("counts the rows that a filter checked, and returns the requested columns", async () => {
      const page = await getPage(table, { where, filter: below("note", { N: "4" }), columns: ["note", "owner"], limit: 6 });
      expect(page.items).toEqual([{ note: 0, owner: "kim" }, { note: 1 }, { note: 2, owner: "kim" }, { note: 3 }].map(toItem));
      expect(page.searched).toBe(6);
    });

    it("finds, by an index, only the rows with the searched key, and returns only the index's columns", async () => {
      const byOwner = { where: equal(toItem({ owner: "kim" })), index: INDEX };
      expect((await getPage(table, byOwner)).items).toEqual([rows[4], rows[2], rows[0]].map((each) => toItem(each as object)));
      const { items } = await getPage(table, { where: equal(toItem({ owner: "kim" })), index: NARROW });
      expect(items.toSorted(bySort)).toEqual(
        [0, 2, 4].map((index) => toItem({ set: "s", part: rows[index]?.part, owner: "kim", note: index })),
      );
      expect(await failureOf(getPage(table, { ...byOwner, consistent: true }))).toBe("ValidationException");
      expect(await failureOf(getPage(table, { ...byOwner, index: "none" }))).toBe("ValidationException");
    });

    it("goes on page by page among rows with the same key if it uses an index", async () => {
      await put(...Array.from({ length: 7 }, (_, index) => ({ set: `t${index}`, part: "p", owner: "park", at: "now" })));
      for (const index of [INDEX, NARROW]) {
        const found: unknown[] = [];
        for await (const page of readPages(table, { where: equal(toItem({ owner: "park" })), index, limit: 2 })) {
          found.push(...page.map(({ set }) => set?.S));
        }
        expect(found.toSorted()).toEqual(Array.from({ length: 7 }, (_, each) => `t${each}`));
      }
    });

    it("reflects changes of a row if it uses an index", async () => {
      const byOwner = async (owner: string) => (await getPage(table, { where: equal(toItem({ owner })), index: INDEX })).items.length;
      await updateItem(table, toItem(rows[0] as object), { set: toItem({ owner: "park" }) }, present("set"));
      expect([await byOwner("kim"), await byOwner("park")]).toEqual([2, 1]);
      await updateItem(table, toItem(rows[0] as object), { remove: ["at"] }, present("set"));
      expect([await byOwner("kim"), await byOwner("park")]).toEqual([2, 0]);
      await deleteItem(table, toItem(rows[2] as object));
      expect(await byOwner("kim")).toBe(1);
    });

    it("finds each row once if it covers the whole table", async () => {
      for (const limit of [undefined, 1, 4, 11]) {
        const found: Item[] = [];
        for await (const page of readPages(table, limit === undefined ? {} : { limit })) found.push(...page);
        expect(found.toSorted(bySort)).toEqual([...rows, { set: "other", part: "p1" }].map(toItem).toSorted(bySort));
      }
    });

    it("ends a page at a megabyte", async () => {
      await put(...Array.from({ length: 12 }, (_, index) => ({ set: "large", part: `${index}`, note: "x".repeat(200_000) })));
      const first = await getPage(table, { where: equal(toItem({ set: "large" })) });
      expect(first.next).toBeDefined();
      expect(first.items.length).toBeGreaterThan(3);
      expect(first.items.length).toBeLessThan(8);
    });

    it("is refused if it names no partition, or if its start key has another form", async () => {
      expect(await failureOf(getPage(table, { where: equal(toItem({ part: "p1" })) }))).toBe("ValidationException");
      expect(await failureOf(getPage(table, { where }, toItem({ set: "s" })))).toBe("ValidationException");
    });
  });

  describe("a batch", () => {
    it("reads the existing rows, each once", async () => {
      await put(row, { set: "b", part: "2" });
      const addresses = [at("a", "1"), at("b", "2"), at("c", "3")].map((key) => ({ tableName: table.name, key: toItem(key) }));
      const found = (await batchGet(database.client, addresses)).map(([, item]) => item);
      expect(found.toSorted(bySort)).toEqual([marshall(row), toItem({ set: "b", part: "2" })]);
    });

    it("reads only the named columns", async () => {
      await put(row, { set: "b", part: "2", more: "x", text: "y" });
      const addresses = [{ tableName: table.name, key: toItem(at("b", "2")) }];
      const found = await batchGet(database.client, addresses, { projection: buildProjection(["part", "text", "none"]) });
      expect(found).toEqual([[table.name, toItem({ part: "2", text: "y" })]]);
    });

    it("is refused if it repeats a key, or if it has too many keys", async () => {
      const keys = (count: number, same = false) => Array.from({ length: count }, (_, index) => toItem(at("a", same ? "1" : `${index}`)));
      const read = (Keys: readonly Item[]) =>
        failureOf(call("BatchGetItem", { TableName: undefined, RequestItems: { [table.name]: { Keys } } }));
      expect([await read(keys(2, true)), await read(keys(101)), await read(keys(100))]).toEqual([
        "ValidationException",
        "ValidationException",
        "none",
      ]);
    });

    it("writes rows without a condition", async () => {
      await put(row);
      await batchWrite(database.client, table.name, [
        { PutRequest: { Item: toItem({ set: "b", part: "2" }) } },
        { DeleteRequest: { Key: toItem(at("a", "1")) } },
      ]);
      expect((await getPage(table, {})).items).toEqual([toItem({ set: "b", part: "2" })]);
    });

    it("writes each row only if it is unchanged since it was read", async () => {
      const item = (part: string, note: string) => toItem({ set: "a", part, note });
      await put(...["1", "2", "3"].map((part) => ({ set: "a", part, note: "old" })));
      const results = await replaceEach(
        table,
        [
          { before: item("1", "old"), after: item("1", "new") },
          { before: item("2", "other"), after: item("2", "new") },
          { before: item("3", "old") },
          { after: item("4", "new") },
          { after: item("1", "newest") },
        ].map((each, index) => (index === 4 ? { after: item("2", "newest") } : each)) as never,
        { columns: [], ignored: [] },
      ).catch(nameOf);
      expect(results).toEqual([true, false, true, true, false]);
      expect((await getPage(table, {})).items.map(({ part, note }) => `${part?.S} ${note?.S}`).toSorted()).toEqual([
        "1 new",
        "2 old",
        "4 new",
      ]);
    });

    it("answers each statement separately", async () => {
      await put({ set: "a", part: "1", note: "old" });
      const statement = (Statement: string, ...values: readonly string[]) => ({ Statement, Parameters: values.map((S) => ({ S })) });
      const insert = `INSERT INTO "${table.name}" VALUE {'set':?,'part':?}`;
      const update = `UPDATE "${table.name}" SET "note"=? REMOVE "more" WHERE "set"=? AND "part"=? AND "note"=? AND "x" IS MISSING`;
      const remove = `DELETE FROM "${table.name}" WHERE "set"=? AND "part"=? AND "note"=?`;
      const { Responses } = await database.client.call<{ Responses: { Error?: { Code: string } }[] }>("BatchExecuteStatement", {
        Statements: [
          statement(insert, "a", "1"),
          statement(insert, "b", "1"),
          statement(update, "new", "a", "2", "old"),
          statement(remove, "c", "1", "old"),
          statement(`INSERT INTO "missing" VALUE {'set':?,'part':?}`, "a", "1"),
        ],
      });
      expect(Responses.map(({ Error: error }) => error?.Code)).toEqual([
        "DuplicateItem",
        undefined,
        "ConditionalCheckFailed",
        undefined,
        "ResourceNotFound",
      ]);
    });
  });

  it("a stream reports only writes that change a row, in order, with the row before and after", async () => {
    const first = { ...at("a", "1"), note: "1" };
    await put(first, first);
    await updateItem(table, toItem(first), { set: toItem({ note: "2" }) }, present("set"));
    await updateItem(table, toItem(first), { set: toItem({ note: "3" }) }, absent("set"));
    await deleteItem(table, toItem(first));
    await deleteItem(table, toItem(first));
    const keys = toItem(at("a", "1"));
    expect(await database.changes(table.name)).toEqual([
      { keys, after: toItem(first) },
      { keys, before: toItem(first), after: toItem({ ...first, note: "2" }) },
      { keys, before: toItem({ ...first, note: "2" }) },
    ]);
  });
});

describe("the memory tables and the engine", () => {
  let databases: readonly TestDynamoDb[];
  beforeAll(async () => {
    databases = [await startMemory(), await startEngine()];
  });
  afterAll(() => Promise.all(databases.map((each) => each.close())));

  const names = ["note", "owner", "at", "tags", "names"];
  const text = fc.constantFrom("a", "b", "ab", "é", "😀");
  const value = fc.oneof(
    text.map((S) => ({ S })),
    fc.constantFrom("0", "1", "1.50", "-7", "12").map((N) => ({ N })),
    fc.uniqueArray(text, { minLength: 1, maxLength: 3 }).map((SS) => ({ SS })),
    fc
      .array(
        text.map((S) => ({ S })),
        { maxLength: 2 },
      )
      .map((L) => ({ L })),
    fc.boolean().map((BOOL) => ({ BOOL })),
  );
  const cells = fc
    .dictionary(fc.constantFrom(...names), value, { maxKeys: 3, noNullPrototype: true })
    // An index takes texts alone.
    .map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name, { S }]: [string, Item[string]]) => !["owner", "at"].includes(name) || S)),
    );
  const key = fc.record({ set: fc.constantFrom({ S: "s" }, { S: "t" }), part: text.map((S) => ({ S })) }, { noNullPrototype: true });
  const condition = fc.oneof(
    fc.tuple(fc.constantFrom("attribute_exists", "attribute_not_exists"), fc.constantFrom(...names)).map(([test, name]) => ({
      ConditionExpression: `${test}(#n)`,
      ExpressionAttributeNames: { "#n": name },
    })),
    fc
      .tuple(
        fc.constantFrom("#n = :c", "#n < :c", "#n <> :c", "NOT #n = :c", "#n >= :c OR attribute_not_exists(#n)"),
        fc.constantFrom(...names),
        value,
      )
      .map(([ConditionExpression, name, each]) => ({
        ConditionExpression,
        ExpressionAttributeNames: { "#n": name },
        ExpressionAttributeValues: { ":c": each },
      })),
  );
  const shown = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
  const step = fc.oneof(
    fc
      .tuple(key, cells, fc.option(condition, { nil: {} }))
      .map(([k, row, c]) => ["PutItem", { Item: { ...row, ...k }, ...c, ...shown }] as const),
    fc.tuple(key, fc.option(condition, { nil: {} })).map(([Key, c]) => ["DeleteItem", { Key, ...c, ...shown }] as const),
    fc
      .tuple(key, fc.constantFrom("SET note = :v", "SET note = :v REMOVE tags", "SET tags[0] = :v"), value)
      .map(([Key, UpdateExpression, v]) => ["UpdateItem", { Key, UpdateExpression, ExpressionAttributeValues: { ":v": v } }] as const),
    key.map((Key) => ["GetItem", { Key, ConsistentRead: true }] as const),
    fc.tuple(fc.constantFrom("s", "t"), fc.boolean(), fc.integer({ min: 1, max: 4 })).map(
      ([set, ScanIndexForward, Limit]) =>
        [
          "Query",
          {
            KeyConditionExpression: "#s = :s",
            ExpressionAttributeNames: { "#s": "set" },
            ExpressionAttributeValues: { ":s": { S: set } },
            ScanIndexForward,
            Limit,
          },
        ] as const,
    ),
    text.map(
      (S) =>
        [
          "Query",
          {
            IndexName: INDEX,
            KeyConditionExpression: "#o = :o",
            ExpressionAttributeNames: { "#o": "owner" },
            ExpressionAttributeValues: { ":o": { S } },
          },
        ] as const,
    ),
  );

  /** What an engine answers, without what is its own to choose. */
  async function answerOf({ client }: TestDynamoDb, operation: string, input: object): Promise<unknown> {
    try {
      const { Items, Item, Count, ScannedCount } = await client.call<Record<string, Item[]>>(operation, input);
      const ordered = "IndexName" in input ? Items?.toSorted(bySort) : Items;
      return comparable({ Items: ordered, Item, Count, ScannedCount });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { refused: error.name, Item: comparable(error.body.Item) };
    }
  }

  /** Sets have no order, and a number has several spellings. */
  function comparable(found: unknown): unknown {
    return JSON.parse(JSON.stringify(found ?? null), (name, each) => {
      if (name === "SS") return each.toSorted();
      if (name === "N") return Number(each);
      return each !== null && typeof each === "object" && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).sort()) : each;
    });
  }

  it("answer any sequence of calls equally", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const TableName = `any-${run++}`;
        for (const database of databases) await createTable(database, TableName);
        for (const [operation, input] of steps) {
          const [memory, engine] = await Promise.all(databases.map((each) => answerOf(each, operation, { TableName, ...input })));
          expect({ operation, input, answer: memory }).toEqual({ operation, input, answer: engine });
        }
        const [memory, engine] = await Promise.all(databases.map((each) => each.changes(TableName)));
        expect(comparable(memory)).toEqual(comparable(engine));
      }),
      { numRuns: runs(30, 300) },
    );
  });
});
