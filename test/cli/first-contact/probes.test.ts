import { type AwsClient, AwsError } from "../../../adapters/aws/client";
import { GraphError } from "../../../adapters/graph/graph";
import type { Deployment } from "../../../cli/deployment";
import { accountProbes } from "../../../cli/first-contact/account-probes";
import { type Assumption, assumptions } from "../../../cli/first-contact/assumptions";
import { type Judged, judgedAssumptions } from "../../../cli/first-contact/judge";
import { NotTriedError, type ProbeContext } from "../../../cli/first-contact/probe";
import { tableProbes } from "../../../cli/first-contact/table-probes";
import { startDynamoDb, type TestDynamoDb } from "../../support/dynamodb";
import { createKeyTable } from "../../support/key-table";

const LEDGER = "ledger";
let database: TestDynamoDb;
beforeAll(async () => {
  database = await startDynamoDb();
  await createKeyTable(database.client, LEDGER, "ledger");
});
afterAll(() => database.close());

type Base = Omit<ProbeContext, "removeAtEnd">;

/** What probes work with, on a database that may answer otherwise. */
function contextOn(client: AwsClient, others: Partial<Base> = {}): Base {
  const nothing = async (): Promise<never> => {
    throw new NotTriedError("not here");
  };
  return {
    deployment: { dynamodb: client, tableOf: () => LEDGER, tables: { ledger: LEDGER } } as unknown as Deployment,
    isLocal: false,
    options: { stack: "Gatehouse" },
    run: "0123456789",
    signal: new AbortController().signal,
    stack: nothing,
    graph: nothing,
    ...others,
  };
}

const named = (id: string) => (assumptions as readonly Assumption[]).filter((each) => each.id === id);

async function judgedAs(id: string, context: Base): Promise<Judged> {
  for await (const found of judgedAssumptions(named(id), context)) return found;
  throw new Error(`Nothing became of ${id}.`);
}

async function left(): Promise<readonly unknown[]> {
  return (await database.client.call<{ Items: readonly unknown[] }>("Scan", { TableName: LEDGER })).Items;
}

type Answer = Record<string, unknown>;

/** The database, but for what becomes of one operation's answers. */
function otherwise(operation: string, change: (answer: Answer, input: Answer) => unknown): AwsClient {
  const { client } = database;
  return {
    ...client,
    async call<T>(asked: string, input: object): Promise<T> {
      const answer = await client.call<Answer>(asked, input).catch((error: unknown) => ({ error }));
      const changed = asked === operation ? change(answer as Answer, input as Answer) : answer;
      if (typeof changed === "object" && changed !== null && "error" in changed) throw changed.error;
      return changed as T;
    },
  };
}

const done = ({ Responses = [] }: Answer) => ({ Responses: (Responses as readonly unknown[]).map(() => ({})) });
const without = (member: string) => (answer: Answer) => {
  const { error } = answer as { readonly error?: AwsError };
  return error instanceof AwsError ? { error: new AwsError(error.name, "", error.status, { ...error.body, [member]: undefined }) } : answer;
};
const taken = () => ({});
const refused = () => ({ error: new AwsError("ConditionalCheckFailedException", "", 400, {}) });
const BATCH = "BatchExecuteStatement";

const described = (Table: object) => ({ Table });
const aTable = { client: () => database.client };

/** For each probe of the database, one that is otherwise. */
const others: Readonly<Record<keyof typeof tableProbes, () => AwsClient>> = {
  "partiql.batch": () => otherwise(BATCH, () => ({ error: new AwsError("ValidationException", "", 400, {}) })),
  "partiql.is-missing": () => otherwise(BATCH, done),
  "partiql.update-absent": () => otherwise(BATCH, done),
  "partiql.false-condition": () => otherwise(BATCH, done),
  "partiql.insert-present": () => otherwise(BATCH, done),
  "partiql.several-clauses": () => otherwise(BATCH, () => ({ Responses: [{ Error: { Code: "ValidationError" } }, {}] })),
  "dynamodb.failed-condition": () => otherwise("PutItem", without("Item")),
  "dynamodb.batch-get": () => otherwise("BatchGetItem", (answer, { RequestItems }) => ({ ...answer, UnprocessedKeys: RequestItems })),
  "dynamodb.read-your-write": () =>
    otherwise("BatchGetItem", ({ Responses }) => ({
      Responses: Object.fromEntries(Object.keys(Responses as object).map((name) => [name, [{ note: { S: "older" } }]])),
    })),
  "dynamodb.slots": () => otherwise("UpdateItem", taken),
  "dynamodb.whole-lists": () => otherwise("DeleteItem", taken),
  "dynamodb.key-length": () => otherwise("PutItem", taken),
  "dynamodb.time-to-live": () => otherwise("DescribeTimeToLive", () => ({ TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } })),
  "dynamodb.indexes": () => otherwise("DescribeTable", () => described({ GlobalSecondaryIndexes: [] })),
  "streams.images": () => otherwise("DescribeTable", () => described({})),
  "kms.tables": () => otherwise("DescribeTable", () => described({ SSEDescription: { SSEType: "KMS", Status: "DISABLED" } })),
};

/** Tables that each of these asks about, as they ought to be. */
const asTemplate: Readonly<Record<string, () => AwsClient>> = {
  "dynamodb.time-to-live": () =>
    otherwise("DescribeTimeToLive", () => ({ TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "expires" } })),
  "streams.images": () =>
    otherwise("DescribeTable", () => described({ StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } })),
  "kms.tables": () => otherwise("DescribeTable", () => described({ SSEDescription: { SSEType: "KMS", Status: "ENABLED" } })),
};

const onAll = (client: AwsClient, id: string) => {
  const of = id === "dynamodb.indexes" || id === "streams.images" ? { ledger: LEDGER, approvals: LEDGER } : { ledger: LEDGER };
  return contextOn(client, { deployment: { dynamodb: client, tableOf: () => LEDGER, tables: of } as unknown as Deployment });
};

describe.each(Object.keys(tableProbes) as (keyof typeof tableProbes)[])("%s", (id) => {
  it("holds where the database is as the code takes it", async () => {
    const client = (asTemplate[id] ?? aTable.client)();
    const context = id === "dynamodb.indexes" ? contextOn(client) : onAll(client, id);
    expect(await judgedAs(id, context)).toMatchObject({ id, outcome: "holds" });
    expect(await left()).toEqual([]);
  });

  it("does not hold where it is otherwise, and leaves nothing behind", async () => {
    const found = await judgedAs(id, onAll(others[id](), id));
    expect(found).toMatchObject({ id, outcome: "does not hold", why: expect.stringMatching(/\S/) });
    for (const row of await left()) await database.client.call("DeleteItem", { TableName: LEDGER, Key: { id: (row as Answer).id } });
  });
});

describe("what a probe made is removed", () => {
  it.each([
    { after: "a refusal", error: new AwsError("AccessDeniedException", "", 400, {}), outcome: "not tried" },
    { after: "a broken connection", error: Object.assign(new Error("gone"), { code: "ECONNRESET" }), outcome: "not tried" },
    { after: "throttling", error: new AwsError("ThrottlingException", "", 400, {}), outcome: "not tried" },
    { after: "an answer of another kind", error: new AwsError("ValidationException", "odd", 400, {}), outcome: "does not hold" },
    { after: "an operation that there is not", error: new AwsError("UnknownOperationException", "", 400, {}), outcome: "does not hold" },
  ])("after $after, which counts as $outcome", async ({ error, outcome }) => {
    const client = otherwise(BATCH, () => ({ error }));
    expect(await judgedAs("partiql.is-missing", contextOn(client))).toMatchObject({ outcome });
    expect(await left()).toEqual([]);
  });

  it("when it is interrupted, and no other begins", async () => {
    const interruption = new AbortController();
    const client = otherwise(BATCH, (answer) => {
      interruption.abort();
      return answer;
    });
    const found: string[] = [];
    const all = [...named("partiql.is-missing"), ...named("partiql.insert-present")];
    for await (const { id } of judgedAssumptions(all, contextOn(client, { signal: interruption.signal }))) found.push(id);
    expect(found).toEqual(["partiql.is-missing"]);
    expect(await left()).toEqual([]);
  });

  it("or is named, where that fails; its row ends by itself within the hour", async () => {
    const client = otherwise("DeleteItem", refused);
    const broken = {
      ...client,
      call: <T>(operation: string, input: object) =>
        operation === "DeleteItem" ? Promise.reject(new AwsError("AccessDeniedException", "", 400, {})) : client.call<T>(operation, input),
    };
    const found = await judgedAs("dynamodb.failed-condition", contextOn(broken));
    expect(found).toMatchObject({ outcome: "holds", left: [expect.stringMatching(/^the row probe\/0123456789\/row of ledger \(/)] });
    const [row] = (await left()) as readonly { readonly id: { readonly S: string }; readonly expires: { readonly N: string } }[];
    expect(Number(row?.expires.N) - Date.now() / 1_000).toBeLessThan(3_601);
    await database.client.call("DeleteItem", { TableName: LEDGER, Key: { id: row?.id } });
  });
});

it("on npm start, what a stand-in does not play is not tried", async () => {
  const client = otherwise("DescribeTable", () => ({ error: new AwsError("UnknownOperationException", "", 400, {}) }));
  const context = { ...onAll(client, "dynamodb.indexes"), isLocal: true };
  expect(await judgedAs("dynamodb.indexes", context)).toMatchObject({ outcome: "not tried", why: "npm start does not play this" });
  const graph = async (): Promise<never> => {
    throw new GraphError({ status: 403, code: "Authorization_RequestDenied" });
  };
  expect(await judgedAs("graph.sign-up-log", contextOn(database.client, { graph }))).toMatchObject({
    outcome: "not tried",
    why: "Graph answers 403 Authorization_RequestDenied",
  });
});

it("every probe has an assumption that says so, and the other way round", () => {
  const tried = (assumptions as readonly Assumption[]).filter((each) => each.tried === "probe").map(({ id }) => id);
  expect(tried).toEqual(expect.arrayContaining([...Object.keys(tableProbes), ...Object.keys(accountProbes)]));
  expect(tried.length).toBeGreaterThan(40);
});
