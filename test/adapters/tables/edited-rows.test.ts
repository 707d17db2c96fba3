import { editedRows } from "../../../adapters/tables/edited-rows";
import { startDynamoDb, type TestDynamoDb } from "../../support/dynamodb";

let database: TestDynamoDb;
beforeAll(async () => {
  database = await startDynamoDb();
});
afterAll(() => database.close());

const table = () => editedRows(database.client, database.tableName, ["entry"]);
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
    { what: "a cell of the name that is to be new", cells: { fresh: { S: "theirs" } } },
  ];
  it.each(elsewhere)("is not changed: $what", async ({ what, cells }) => {
    const read = row(what);
    await table().add(row(what, cells));
    expect(await table().change(read, { ...read, note: { S: "mine" }, fresh: { S: "mine" } })).toBe(false);
    expect(await table().get({ entry: what })).toEqual(row(what, cells));
  });

  it("is not removed, nor made anew where it is gone", async () => {
    await table().add(row("stays", { note: { S: "theirs" } }));
    expect(await table().remove(row("stays"))).toBe(false);
    expect(await table().change(row("gone"), row("gone", { note: { S: "mine" } }))).toBe(false);
    expect(await table().get({ entry: "gone" })).toBeUndefined();
  });
});

it("removes a row that is as it was read", async () => {
  await table().add(row("removed"));
  expect(await table().remove(row("removed"))).toBe(true);
  expect(await table().get({ entry: "removed" })).toBeUndefined();
});

it.each([{ key: "" }, { key: "x".repeat(2_049) }])("finds nothing under what can be no key", async ({ key }) => {
  expect(await table().get({ entry: key })).toBeUndefined();
});
