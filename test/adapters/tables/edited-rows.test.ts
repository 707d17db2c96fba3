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

it("adds a row once", async () => {
  expect(await table().add(row("added"))).toBe(true);
  expect(await table().add(row("added", { note: { S: "another" } }))).toBe(false);
  expect(await table().get({ entry: "added" })).toEqual(row("added"));
});

it("sets, replaces and takes out cells, and leaves what somebody else added", async () => {
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

describe("a row that is not as it was read", () => {
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
  it.each(elsewhere)("is not changed, nor removed where a cell it had is another: $what", async ({ what, cells }) => {
    const read = row(what, documents);
    await table().add(row(what, { ...documents, ...cells }));
    expect(await table().change(read, { ...read, note: { S: "mine" }, fresh: { S: "mine" } })).toBe(false);
    expect(await table().remove(read)).toBe("fresh" in cells);
    if (!("fresh" in cells)) expect(await table().get({ entry: what })).toEqual(row(what, { ...documents, ...cells }));
  });

  it("is not removed, nor made anew where it is gone", async () => {
    await table().add(row("stays", { note: { S: "theirs" } }));
    expect(await table().remove(row("stays"))).toBe(false);
    expect(await table().change(row("gone"), row("gone", { note: { S: "mine" } }))).toBe(false);
    expect(await table().get({ entry: "gone" })).toBeUndefined();
  });
});

it("changes a row whose lists and maps are as they were read", async () => {
  const read = row("nested", documents);
  await table().add(read);
  const wanted = { ...read, tags: { L: [] }, note: { S: "mine" } };
  expect(await table().change(read, wanted)).toBe(true);
  expect(await table().get({ entry: "nested" })).toEqual(wanted);
});

it("removes a row that is as it was read", async () => {
  await table().add(row("removed", documents));
  expect(await table().remove(row("removed", documents))).toBe(true);
  expect(await table().get({ entry: "removed" })).toBeUndefined();
});

it.each([{ key: "" }, { key: "x".repeat(2_049) }])("finds nothing under what can be no key", async ({ key }) => {
  expect(await table().get({ entry: key })).toBeUndefined();
});
