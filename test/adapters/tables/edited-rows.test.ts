import { editedRows } from "../../../adapters/tables/edited-rows";
import { startDynamoDb, type TestDynamoDb } from "../../support/dynamodb";

let database: TestDynamoDb;
beforeAll(async () => {
  database = await startDynamoDb();
});
afterAll(() => database.close());

const table = () => editedRows(database.client, database.tableName, ["entry"]);
const documents = { tags: { L: [{ S: "a" }, { S: "b" }] }, office: { M: { city: { S: "Seoul" }, floor: { N: "3" } } } };
const row = (entry: string, more: object = {}) => ({ entry: { S: entry }, note: { S: "as read" }, uses: { SS: ["a", "b"] }, ...more });

it("a row is added once, and a second row under the same key is refused", async () => {
  expect(await table().add(row("added"))).toBe(true);
  expect(await table().add(row("added", { note: { S: "another" } }))).toBe(false);
  expect(await table().get({ entry: "added" })).toEqual(row("added"));
});

it("an edit sets, replaces and removes cells, and keeps cells that somebody else added", async () => {
  await table().add(row("changed", { old: { N: "1" } }));
  const read = (await table().get({ entry: "changed" })) ?? {};
  await table().change(read, { ...read, theirs: { S: "theirs" } });
  const { old: _, ...kept } = read;
  const wanted = { ...kept, note: { S: "mine" }, fresh: { BOOL: true } };
  expect(await table().change(read, wanted)).toBe(true);
  expect(await table().get({ entry: "changed" })).toEqual(
    row("changed", { note: { S: "mine" }, fresh: { BOOL: true }, theirs: { S: "theirs" } }),
  );
});

describe("a row that changed since it was read", () => {
  const elsewhere = [
    { what: "another value", cells: { note: { S: "theirs" } } },
    { what: "another type", cells: { note: { N: "1" } } },
    { what: "another list", cells: { tags: { L: [{ S: "b" }, { S: "a" }] } } },
    { what: "a longer list", cells: { tags: { L: [{ S: "a" }, { S: "b" }, { S: "c" }] } } },
    { what: "another map", cells: { office: { M: { city: { S: "Busan" }, floor: { N: "3" } } } } },
    { what: "a map as text", cells: { office: { S: "Seoul" } } },
    { what: "no list any more", cells: { tags: undefined } },
    { what: "a cell of the name that is to be new", cells: { fresh: { S: "theirs" } } },
  ];
  it.each(elsewhere)("is neither edited nor removed if a cell differs from the one read: $what", async ({ what, cells }) => {
    const read = row(what, documents);
    await table().add(row(what, { ...documents, ...cells }));
    expect(await table().change(read, { ...read, note: { S: "mine" }, fresh: { S: "mine" } })).toBe(false);
    expect(await table().remove(read)).toBe("fresh" in cells);
    if (!("fresh" in cells)) expect(await table().get({ entry: what })).toEqual(row(what, { ...documents, ...cells }));
  });

  it("is neither removed nor created anew if it is gone", async () => {
    await table().add(row("stays", { note: { S: "theirs" } }));
    expect(await table().remove(row("stays"))).toBe(false);
    expect(await table().change(row("gone"), row("gone", { note: { S: "mine" } }))).toBe(false);
    expect(await table().get({ entry: "gone" })).toBeUndefined();
  });
});

it("a row is edited if its lists and maps are as they were read", async () => {
  const read = row("nested", documents);
  await table().add(read);
  const wanted = { ...read, tags: { L: [] }, note: { S: "mine" } };
  expect(await table().change(read, wanted)).toBe(true);
  expect(await table().get({ entry: "nested" })).toEqual(wanted);
});

it("a row is removed if it is as it was read", async () => {
  await table().add(row("removed", documents));
  expect(await table().remove(row("removed", documents))).toBe(true);
  expect(await table().get({ entry: "removed" })).toBeUndefined();
});

it.each([{ key: "" }, { key: "x".repeat(2_049) }])(
  "a lookup finds nothing if the key is empty or too long for DynamoDB",
  async ({ key }) => {
    expect(await table().get({ entry: key })).toBeUndefined();
  },
);
