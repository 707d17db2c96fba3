import type { DynamoDBRecord } from "aws-lambda";
import { figuresIn, sumCounts } from "../../../features/counts/counts";
import { readCounts } from "../../../features/counts/store/counts";
import { decisionCounterHandler } from "../../../features/counts/worker";
import { decision, streamRecord } from "../../events/records";
import { awsWorld, captureOutput } from "../../lambda/invoke";
import { startDynamoDb, type TestDynamoDb } from "../../support/dynamodb";
import { createKeyTable } from "../../support/key-table";

const LEDGER = "ledger-test";
const hour = "2026-06-15T12";
let database: TestDynamoDb;
let handler: ReturnType<typeof decisionCounterHandler>;

beforeAll(async () => {
  database = await startDynamoDb();
  await createKeyTable(database.client, LEDGER, "ledger");
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
    LEDGER_TABLE: LEDGER,
    DECISIONS_TABLE: "decisions-test",
    DECISION_DAYS: "90",
  });
  handler = decisionCounterHandler(awsWorld());
});
afterAll(() => database.close());

const counts = () => readCounts(database.client, LEDGER);
const told = async (...gates: readonly string[]) =>
  figuresIn(sumCounts((await counts().at(gates.map((gate) => ({ hour, gate })))).map((place) => place.counts))).answers;
const count = (...Records: readonly DynamoDBRecord[]) => handler({ Records: [...Records] });

it("the counter counts each new decision once, by hour and gate, however often its batch is delivered", async () => {
  const batch = [
    streamRecord(decision),
    streamRecord({ ...decision, gate: "partners" }),
    streamRecord({ ...decision, email: "a@drill.gatehouse.invalid" }),
    streamRecord({ ...decision, restored: "2026-06-16T00:00:00.000Z" }),
  ];
  await count(...batch);
  await count(...batch);
  expect(await told("default")).toEqual({ continue: 0, block: 1, invalid: 0 });
  expect(await told("default", "partners")).toMatchObject({ block: 2 });
  await count(streamRecord({ ...decision, verdict: "continue", reasons: [] }));
  expect(await told("default")).toEqual({ continue: 1, block: 1, invalid: 0 });
  expect(Date.parse((await counts().since()) ?? "")).toBeLessThanOrEqual(Date.now());
});

it.each([
  { repeat: "with more rows at its end", from: 0 },
  { repeat: "from its middle on, with more rows", from: 2 },
])("the counter counts a decision once if the stream repeats a batch $repeat", async ({ from }) => {
  const gate = `cut-at-${from}`;
  const records = Array.from({ length: 7 }, () => streamRecord({ ...decision, gate }));
  await count(...records.slice(0, 5));
  await count(...records.slice(from));
  await count(...records.slice(1, 4));
  expect(await told(gate)).toMatchObject({ block: 7 });
});

describe("the alarm for an hour with far more sign-ups than usual", () => {
  const at = "2026-06-15T12:10:00.000Z";
  const weekBefore = (weeks: number) => new Date(Date.parse(at) - weeks * 7 * 86_400_000).toISOString();
  const people = (howMany: number, when: string, gate = "default", verdict: "continue" | "invalid" = "continue") =>
    Array.from({ length: howMany }, () => streamRecord({ ...decision, at: when, gate, verdict }));
  let ledger = 0;

  async function rung(
    records: readonly DynamoDBRecord[],
    { before = [], since = weekBefore(5) }: { before?: readonly number[]; since?: string },
  ): Promise<readonly unknown[]> {
    const LEDGER_TABLE = `unusual-${++ledger}`;
    await createKeyTable(database.client, LEDGER_TABLE, "ledger");
    const handlerAt = (time: string) =>
      decisionCounterHandler({
        ...awsWorld(),
        settings: { ...process.env, LEDGER_TABLE },
        clock: { ...awsWorld().clock, now: () => Date.parse(time) },
      });
    await handlerAt(since)({ Records: [] });
    const output = captureOutput();
    try {
      for (const [index, howMany] of before.entries()) await handlerAt(at)({ Records: people(howMany, weekBefore(index + 1)) });
      await handlerAt("2026-06-15T12:14:00.000Z")({ Records: [...records] });
      return output.lines().flatMap((line) => ("UnusualSignUps" in line ? [line.UnusualSignUps] : []));
    } finally {
      output.release();
    }
  }

  it.each([
    { what: "rings", now: people(31, at), before: [10, 10, 10, 10], rings: true },
    { what: "does not ring at three times as many", now: people(30, at), before: [10, 10, 10, 10], rings: false },
    { what: "rings though one week was as bad", now: people(31, at), before: [10, 90, 10, 10], rings: true },
    { what: "rings in an hour that is quiet in other weeks, from twenty on", now: people(20, at), before: [], rings: true },
    { what: "does not ring below twenty", now: people(19, at), before: [], rings: false },
    { what: "does not ring for forms sent back", now: people(40, at, "default", "invalid"), before: [], rings: false },
    {
      what: "does not ring for people of several gates",
      now: [...people(15, at), ...people(15, at, "partners")],
      before: [],
      rings: false,
    },
    { what: "does not ring in the first week", now: people(40, at), before: [], since: weekBefore(0.9), rings: false },
    { what: "does not ring for an hour long over", now: people(40, "2026-06-15T09:10:00.000Z"), before: [], rings: false },
  ])("$what", async ({ now, rings, ...earlier }) => expect(await rung(now, earlier)).toEqual(rings ? [1] : []));
});

it("the counter counts the rows of two shards that arrive at the same time", async () => {
  const [one, other] = [0, 1].map(() => Array.from({ length: 5 }, () => streamRecord({ ...decision, gate: "shards" })));
  await Promise.all([count(...(one ?? [])), count(...(other ?? [])), count(...(one ?? []))]);
  expect(await told("shards")).toMatchObject({ block: 10 });
});

it("the counter names a decision that cannot be counted, and counts the rest of its batch", async () => {
  const last = { ...decision, at: "2026-06-15T13:00:00.000Z" };
  const batch = [streamRecord(decision), streamRecord({ ...last, gate: "x".repeat(3_000) }), streamRecord(last)];
  const output = captureOutput();
  expect(await count(...batch)).toEqual({ batchItemFailures: [] });
  output.release();
  const sequenceNumber = batch[1]?.dynamodb?.SequenceNumber;
  expect(output.lines()).toContainEqual(expect.objectContaining({ message: "row skipped", sequenceNumber, row: decision.reference }));
  expect(await told("default")).toMatchObject({ block: 2 });
  expect((await counts().at([{ hour: "2026-06-15T13", gate: "default" }]))[0]?.counts).toMatchObject({
    "answers before-create-user block": 1,
  });
});
