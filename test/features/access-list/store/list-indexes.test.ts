import { marshall } from "@aws-sdk/util-dynamodb";
import { batchWrite } from "../../../../bench/batch-write";
import type { Row } from "../../../../engine/sign-up/rule";
import { type AccessListStore, accessListStore } from "../../../../features/access-list/store/access-list";
import { addIndexes, type ListOrder, type ListReading, pageInOrder } from "../../../../features/access-list/store/list-indexes";
import { startDynamoDb, type TestDynamoDb } from "../../../support/dynamodb";

const NOW = new Date("2026-06-15T12:00:00Z");

describe("the content of the index columns", () => {
  it.each<[expiresAt: unknown, end: string | undefined]>([
    [undefined, undefined],
    ["2027-01-31", "2027-02-01T00:00:00.000Z"],
    [" 2027-01-31T18:00+09:00", "2027-01-31T09:00:00.000Z"],
    [1830000000, "2027-12-28T13:20:00.000Z"],
    ["1830000000", "2027-12-28T13:20:00.000Z"],
    ["9999-12-31", "9999-12-31T23:59:59.999Z"],
    ["0001-01-01T00:00:00Z", undefined],
    ["soon", undefined],
    [["2027-01-31"], undefined],
  ])("includes the right end for %j", (expiresAt, end) => {
    const item = addIndexes(marshall({ entry: "a.example", effect: "allow", expiresAt }, { removeUndefinedValues: true }));
    expect(item.indexEnd?.S).toBe(end && `${end} a.example`);
  });

  it("depends only on the row's other columns, whatever the index columns held before", () => {
    const row = marshall({ entry: "a.example", effect: "allow", problem: "x" });
    expect(addIndexes({ ...row, indexShard: { N: "7" }, indexEnd: { S: "2027" } })).toEqual(addIndexes(row));
  });

  it.each([
    ["people of many companies", (index: number) => `person${index}@company${index % 50}.example`],
    ["people of one company", (index: number) => `kim${index}@contoso.com`],
    ["domains", (index: number) => `company${index}.example`],
    ["accounts", (index: number) => `issuer:google.com/${100_000_000 + index}`],
  ])("spreads consecutive %s over all shards, so that a page needs few rows of each", (_, entryOf) => {
    const entries = Array.from({ length: 5_000 }, (_, index) => entryOf(index)).sort();
    const shards = entries.map((entry) => addIndexes(marshall({ entry })).indexShard?.S);
    for (let start = 0; start < shards.length; start += 100) {
      const page = shards.slice(start, start + 100);
      for (const shard of new Set(shards)) expect(page.filter((each) => each === shard).length).toBeLessThanOrEqual(45);
    }
  });

  it("fits into a sort key for the longest entry", () => {
    const entry = `issuer:google.com/${"가".repeat(676)}`;
    const { indexEntry, indexEnd } = addIndexes(marshall({ entry, effect: "deny", expiresAt: "2027-01-31" }));
    expect(Buffer.byteLength(String(indexEnd?.S))).toBeLessThanOrEqual(1_024);
    expect(addIndexes(marshall({ entry: `${entry}a` })).indexEntry).not.toEqual(indexEntry);
  });
});

describe("the list in order, over DynamoDB", () => {
  const entries = [
    ...Array.from({ length: 40 }, (_, index) => `kim${index}@contoso.com`),
    "*",
    "a.example",
    "*.a.example",
    "kim@가.example",
  ];
  // U+FF5A comes before U+1F511 in bytes, and after it in JavaScript's order.
  const accounts = ["issuer:google.com/\uff5a", "issuer:google.com/\u{1f511}", "issuer:google.com"];
  let database: TestDynamoDb;
  let store: AccessListStore;
  const table = () => ({ client: database.client, name: database.tableName, key: ["entry"] }) as const;
  const put = (row: Row) => database.client.call("PutItem", { TableName: database.tableName, Item: marshall(row) });
  beforeAll(async () => {
    database = await startDynamoDb();
    store = accessListStore(database.client, database.tableName);
    for (const entry of [...entries, ...accounts]) await store.put(marshall({ entry, effect: "allow" }), undefined);
    for (const [day, entry] of ["2026-07-01", "2026-05-01", "2026-07-01"].map((day, index) => [day, `end${index}.example`]))
      await store.put(marshall({ entry, effect: "deny", expiresAt: day, note: `Since ${day}` }), undefined);
    await store.put(marshall({ entry: "odd.example", effect: "allow", gates: "suppliers" }), undefined);
  });
  afterAll(() => database.close());

  /** All pages, put together. */
  async function all(by: ListOrder, range: Partial<ListReading> = {}, perShard = 2): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    let after: string | undefined;
    do {
      const { rows, next } = await pageInOrder(table(), by, { ...range, after, perShard });
      found.push(...rows.map(({ item }) => item.entry?.S));
      after = next;
    } while (after !== undefined);
    return found;
  }

  const inBytes = (texts: readonly string[]) => texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

  it("gives every row once, in byte order, with pages of any size", async () => {
    const every = inBytes([...entries, ...accounts, "end0.example", "end1.example", "end2.example", "odd.example"]);
    expect(await all("entry")).toEqual(every);
    expect(await all("entry", {}, 100)).toEqual(every);
  });

  it.each<[string, ListOrder, Partial<ListReading>, readonly string[]]>([
    ["that begin like a text", "entry", { prefix: "issuer:" }, inBytes(accounts)],
    ["that begin like none", "entry", { prefix: "issuer:x" }, []],
    ["that begin like what is too long for an entry", "entry", { prefix: "가".repeat(10_000) }, []],
    ["that have ended", "end", { to: NOW }, ["end1.example"]],
    ["that end from a moment on", "end", { from: NOW, to: new Date("2026-08-01") }, ["end0.example", "end2.example"]],
    ["that end at all", "end", {}, ["end1.example", "end0.example", "end2.example"]],
    ["that end before they begin", "end", { from: NOW, to: new Date(0) }, []],
    ["with a note", "entry", { isNoted: true }, ["end0.example", "end1.example", "end2.example"]],
    ["with a note, of those that have ended", "end", { isNoted: true, to: NOW }, ["end1.example"]],
  ])("gives the rows %s", async (_, by, range, found) => {
    expect(await all(by, range, 3)).toEqual(found);
    // Of a short list, without the indexes.
    expect((await store.inOrder(by, { ...range, perShard: 1 })).rows.map(({ item }) => item.entry?.S)).toEqual(found);
  });

  it("gives the rows that may have a problem", async () => {
    expect(await all("problem")).toEqual(["odd.example"]);
  });

  it("includes a row from another tool as soon as the worker has indexed it, and the worker then leaves the row", async () => {
    await put({ entry: "typed.example", effect: "allow", expiresAt: "2026-05-02" });
    expect(await all("entry", { prefix: "typed" })).toEqual([]);
    expect(await store.tidy("typed.example", NOW)).toBe("indexed");
    expect(await store.tidy("typed.example", NOW)).toBe("left");
    expect(await all("end", { to: NOW })).toEqual(["end1.example", "typed.example"]);
    // Copied in the AWS console from another row, and flagged in the same write.
    await put({ entry: "copied.example", effect: "alow", indexShard: "99", indexEntry: "typed.example", indexEnd: "2026" });
    expect(await store.tidy("copied.example", NOW)).toBe("flagged");
    expect(await store.tidy("copied.example", NOW)).toBe("left");
    expect(await all("problem")).toEqual(["copied.example", "odd.example"]);
    // A list that has become long is read by its indexes.
    const more = Array.from({ length: 400 }, (_, index) => ({ PutRequest: { Item: marshall({ entry: `more${index}.example` }) } }));
    for (let at = 0; at < more.length; at += 25) await batchWrite(database.client, database.tableName, more.slice(at, at + 25));
    const { rows } = await store.inOrder("entry", { prefix: "copied", perShard: 3 });
    expect(rows).toEqual([{ item: await store.get("copied.example"), place: "copied.example" }]);
    expect((await store.inOrder("entry", { prefix: "more", perShard: 3 })).rows).toEqual([]);
    expect(Object.keys((await store.get("copied.example")) ?? {}).sort()).toEqual(["effect", "entry", "problem"]);
  });
});
