import { type AwsClient, AwsError } from "../../../../adapters/aws/client";
import type { Item } from "../../../../adapters/tables/item";
import { listChange } from "../../../../features/access-list/files/plan";
import { addIndexes, dropIndexes } from "../../../../features/access-list/store/list-indexes";
import { plannedChange, type RowChange, storedRow, toStoredItem, writeRows } from "../../../../features/access-list/store/row-changes";
import { startDynamoDb, type TestDynamoDb } from "../../../support/dynamodb";

const beside = {
  ticket: { N: "12345678901234567890123456789012345678" },
  owners: { SS: ["kim", "lee"] },
  more: { M: { a: { L: [{ BOOL: true }] } } },
};

it("a change of a row keeps unknown columns exactly as they are stored", () => {
  const stored = storedRow({ entry: { S: "a.example" }, effect: { S: "allow" }, problem: { S: "x" }, expiresAt: { N: "1" }, ...beside });
  const change = listChange(stored, { entry: "a.example", effect: "deny" });
  expect(change && plannedChange(change).after).toEqual({ entry: { S: "a.example" }, effect: { S: "deny" }, ...beside });
});

it("a row with cells of any type is written back exactly as it was read", () => {
  const item = { entry: { S: "a.example" }, effect: { S: "allow" }, note: { SS: ["a", "b"] }, expiresAt: { N: "1" }, ...beside };
  expect(toStoredItem(storedRow(item))).toEqual(item);
});

/** A database that answers a batch so: with an error for all of it, or for each of its statements. */
function refusing(client: AwsClient, code: string, of: "batch" | "statement"): AwsClient {
  return {
    ...client,
    async call<T>(operation: string, input: object): Promise<T> {
      if (operation !== "BatchExecuteStatement") return await client.call<T>(operation, input);
      if (of === "batch") throw new AwsError(code, "", 400, {});
      const { Statements } = input as { readonly Statements: readonly object[] };
      return { Responses: Statements.map(() => ({ Error: { Code: code } })) } as T;
    },
  };
}

describe.each<{ where: string; of: (client: AwsClient) => AwsClient; told: readonly string[] }>([
  { where: "batches are taken", of: (client) => client, told: [] },
  { where: "a batch is refused", of: (client) => refusing(client, "ValidationException", "batch"), told: ["ValidationException"] },
  { where: "each statement is refused", of: (client) => refusing(client, "ValidationError", "statement"), told: ["ValidationError"] },
  {
    where: "statements are not permitted",
    of: (client) => refusing(client, "AccessDeniedException", "batch"),
    told: ["AccessDeniedException"],
  },
])("the write of rows that may have changed since they were read, if $where", ({ of, told }) => {
  const S = (text: string) => ({ S: text });
  const allow = { entry: S("a.example"), effect: S("allow") };
  const deny = { entry: S("a.example"), effect: S("deny"), note: S("why") };
  let database: TestDynamoDb;
  beforeAll(async () => {
    database = await startDynamoDb();
  });
  afterAll(() => database.close());

  it.each<{ given: string; standing?: Item; change: Omit<RowChange, "entry">; leaves?: Item; left?: true }>([
    { given: "adds a row", change: { after: allow }, leaves: allow },
    { given: "adds no row over another", standing: deny, change: { after: allow }, leaves: deny, left: true },
    { given: "takes a row that stands as wanted for written", standing: allow, change: { after: allow }, leaves: allow },
    { given: "changes a row", standing: allow, change: { before: allow, after: deny }, leaves: deny },
    { given: "clears a cell", standing: deny, change: { before: deny, after: allow }, leaves: allow },
    {
      given: "ends a row that did not, and the other way round",
      standing: { ...allow, expiresAt: S("2027-01-31") },
      change: { before: { ...allow, expiresAt: S("2027-01-31") }, after: { ...allow, gates: S("suppliers") } },
      leaves: { ...allow, gates: S("suppliers") },
    },
    {
      given: "changes none with another cell",
      standing: { ...allow, note: S("x") },
      change: { before: allow, after: deny },
      leaves: { ...allow, note: S("x") },
      left: true,
    },
    { given: "changes none that is gone", change: { before: allow, after: deny }, left: true },
    { given: "removes a row", standing: allow, change: { before: allow } },
    { given: "removes one that is gone", change: { before: allow } },
    { given: "removes none that was edited", standing: deny, change: { before: allow }, leaves: deny, left: true },
    {
      given: "does not mind the worker's flag",
      standing: { ...allow, problem: S("x") },
      change: { before: allow, after: deny },
      leaves: { ...deny, problem: S("x") },
    },
    {
      given: "keeps lists and sets",
      standing: { ...allow, ...beside },
      change: { before: { ...allow, ...beside }, after: { ...deny, ...beside } },
      leaves: { ...deny, ...beside },
    },
    {
      given: "sees a changed list",
      standing: { ...allow, more: { L: [S("a")] } },
      change: { before: { ...allow, more: { L: [S("b")] } }, after: deny },
      leaves: { ...allow, more: { L: [S("a")] } },
      left: true,
    },
    {
      given: "takes names that would need an escape",
      standing: { ...allow, 'a"b': S("1") },
      change: { before: { ...allow, 'a"b': S("1") } },
    },
  ])("$given", async ({ standing, change, leaves, left }) => {
    const { tableName: TableName } = database;
    const client = of(database.client);
    const Key = { entry: S("a.example") };
    const said: string[] = [];
    const say = (why: string) => said.push(why);
    await client.call("DeleteItem", { TableName, Key });
    if (standing !== undefined) await client.call("PutItem", { TableName, Item: addIndexes(standing) });
    // With another row, so that they go as a batch.
    const other = { entry: `other-${Math.random()}`, after: { ...allow, entry: S(`other-${Math.random()}`) } };
    const kept = await writeRows({ client, list: TableName, onBatchless: say }, [{ entry: "a.example", ...change }, other]);
    expect(kept.map(({ entry }) => entry)).toEqual(left ? ["a.example"] : []);
    const { Item: stored } = await client.call<{ Item?: Item }>("GetItem", { TableName, Key });
    // A row that is written by itself is replaced as a whole: the worker flags it again.
    const { problem: _, ...unflagged } = leaves ?? {};
    expect(stored && dropIndexes(stored)).toEqual(told.length > 0 && change.after !== undefined && !left ? unflagged : leaves);
    // What the indexes go by comes and goes with the columns.
    if (stored !== undefined) expect(stored).toEqual(addIndexes(stored));
    const more = [1, 2].map(() => ({ entry: `more-${Math.random()}`, after: { ...allow, entry: S(`more-${Math.random()}`) } }));
    expect(await writeRows({ client, list: TableName, onBatchless: say }, more)).toEqual([]);
    // Once, however many batches there are; "a row with a list" needs no batch, and the next two rows do.
    expect(said).toEqual(told);
  });
});

it("a row that the database refuses causes that row's error, but no report that batches are refused", async () => {
  const database = await startDynamoDb();
  const said: string[] = [];
  const client = refusing(database.client, "ValidationError", "statement");
  const large = { entry: "large.example", after: { entry: { S: "large.example" }, note: { S: "x".repeat(410_000) } } };
  const writing = writeRows({ client, list: database.tableName, onBatchless: (why) => said.push(why) }, [
    large,
    { ...large, entry: "too" },
  ]);
  await expect(writing).rejects.toMatchObject({ name: "ValidationException" });
  expect(said).toEqual([]);
  await database.close();
});
