import type { AwsClient } from "../../../adapters/aws/client";
import { gatherReads } from "../../../adapters/tables/gathered-reads";
import type { Item } from "../../../adapters/tables/item";
import { batchGet, getItem } from "../../../adapters/tables/table";

interface Asked {
  readonly operation: string;
  readonly input: { readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Item[] }>> };
}

type Answer = (asked: Asked, count: number) => object | undefined;

const rowCount = ({ input }: Asked) => Object.values(input.RequestItems ?? {}).flatMap(({ Keys }) => Keys).length;

/** A DynamoDB in which each row asked for is there, unless the suite answers. */
function startClient(answer: Answer = () => undefined) {
  const calls: Asked[] = [];
  const client: AwsClient = {
    warm: () => undefined,
    async call<T>(operation: string, input: object): Promise<T> {
      const asked: Asked = { operation, input };
      calls.push(asked);
      const found = (Keys: readonly Item[]) => Keys.map((key) => ({ ...key, there: { S: "yes" } })).reverse();
      const { RequestItems, Key } = input as Asked["input"] & { readonly Key?: Item };
      const all = RequestItems && Object.fromEntries(Object.entries(RequestItems).map(([name, { Keys }]) => [name, found(Keys)]));
      return (answer(asked, calls.length) ?? (all ? { Responses: all } : { Item: found([Key as Item])[0] })) as T;
    },
  };
  const gathered = gatherReads(client, new Set(["ledger"]));
  const read = (name: string, id: string) => getItem({ client: gathered, name, key: ["id"] }, { id });
  const readAll = (tableName: string, ids: readonly string[]) =>
    batchGet(
      gathered,
      ids.map((id) => ({ tableName, key: { id: { S: id } } })),
    );
  return { calls, gathered, read, readAll };
}

const row = (id: string) => ({ id: { S: id }, there: { S: "yes" } });
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `${from + index}`);

describe("rows requested in the same turn", () => {
  it("are read by one call, each once, and each caller gets its own rows", async () => {
    const { calls, read, readAll } = startClient();
    const [one, two, others] = await Promise.all([read("ledger", "a"), read("ledger", "b"), readAll("ledger", ["b", "c"])]);
    expect(one).toEqual(row("a"));
    expect(two).toEqual(row("b"));
    expect(others).toEqual([
      ["ledger", row("b")],
      ["ledger", row("c")],
    ]);
    expect(calls.map((call) => [call.operation, rowCount(call)])).toEqual([["BatchGetItem", 3]]);
  });

  it("are read by one call even from several tables", async () => {
    const { calls, read, readAll } = startClient();
    await Promise.all([read("ledger", "a"), readAll("decisions", ["a"])]);
    expect(calls.map(({ input }) => Object.keys(input.RequestItems ?? {}))).toEqual([["ledger", "decisions"]]);
  });

  it("are returned to their callers even if another caller's row does not exist", async () => {
    const { read } = startClient(() => ({ Responses: { ledger: [row("a")] } }));
    expect(await Promise.all([read("ledger", "a"), read("ledger", "b")])).toEqual([row("a"), undefined]);
  });

  it("are read by more calls if they exceed DynamoDB's limit of 100 rows", async () => {
    const { calls, readAll } = startClient();
    const found = await Promise.all([
      readAll("ledger", numbered(60)),
      readAll("ledger", numbered(60, 30)),
      readAll("ledger", numbered(60, 90)),
    ]);
    expect(found.map((each) => each.length)).toEqual([60, 60, 60]);
    expect(calls.map(rowCount)).toEqual([90, 60]);
  });

  it("are read one by one if the function may not batch-read a table", async () => {
    const { calls, read } = startClient();
    await Promise.all([read("ledger", "a"), read("list-changes", "b")]);
    expect(calls.map(({ operation }) => operation).toSorted()).toEqual(["GetItem", "GetItem"]);
  });

  it("are read by each caller separately if the common call fails", async () => {
    const { calls, read, readAll } = startClient((_, count) => {
      if (count === 1) throw new Error("denied");
      return undefined;
    });
    expect(await Promise.all([read("ledger", "a"), readAll("decisions", ["b"])])).toEqual([row("a"), [["decisions", row("b")]]]);
    expect(calls.map(({ operation }) => operation)).toEqual(["BatchGetItem", "GetItem", "BatchGetItem"]);
  });

  it("fail only for callers whose separate call fails", async () => {
    const { read, readAll } = startClient(({ input }) => {
      if (input.RequestItems?.decisions !== undefined) throw new Error("denied");
      return undefined;
    });
    const [one, other] = await Promise.allSettled([read("ledger", "a"), readAll("decisions", ["b"])]);
    expect(one).toEqual({ status: "fulfilled", value: row("a") });
    expect(other).toMatchObject({ status: "rejected", reason: new Error("denied") });
  });

  it("are requested again, each by its own caller, if DynamoDB left them over", async () => {
    const left = { ledger: { Keys: [{ id: { S: "b" } }], ConsistentRead: true } };
    const { calls, read } = startClient((_, count) =>
      count === 1 ? { Responses: { ledger: [row("a")] }, UnprocessedKeys: left } : undefined,
    );
    expect(await Promise.all([read("ledger", "a"), read("ledger", "b")])).toEqual([row("a"), row("b")]);
    expect(calls.map(({ operation }) => operation)).toEqual(["BatchGetItem", "GetItem"]);
  });
});

describe("a call that is not gathered", () => {
  it.each([
    { what: "a read in an index", operation: "Query", input: { TableName: "ledger" } },
    {
      what: "a read of some columns",
      operation: "GetItem",
      input: { TableName: "ledger", Key: {}, ConsistentRead: true, ProjectionExpression: "id" },
    },
    { what: "an inconsistent read", operation: "BatchGetItem", input: { RequestItems: { ledger: { Keys: [] } } } },
    { what: "a write", operation: "PutItem", input: { TableName: "ledger", Item: {} } },
  ])("is sent unchanged: $what", async ({ operation, input }) => {
    const { calls, gathered } = startClient(() => ({}));
    await Promise.all([gathered.call(operation, input), gathered.call(operation, input)]);
    expect(calls).toEqual([
      { operation, input },
      { operation, input },
    ]);
  });

  it("is sent unchanged if it can be aborted", async () => {
    const { calls, gathered } = startClient();
    const input = { TableName: "ledger", Key: { id: { S: "a" } }, ConsistentRead: true };
    await Promise.all([1, 2].map(() => gathered.call("GetItem", input, new AbortController().signal)));
    expect(calls.map(({ operation }) => operation)).toEqual(["GetItem", "GetItem"]);
  });
});
