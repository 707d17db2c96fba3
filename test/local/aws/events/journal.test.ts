import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DynamoDBRecord, SQSEvent } from "aws-lambda";
import { openDatabase } from "../../../../local/aws/dynamodb/embedded";
import type { ItemChange } from "../../../../local/aws/dynamodb/operation";
import { makeStreams } from "../../../../local/aws/dynamodb/streams";
import type { LocalItem } from "../../../../local/aws/dynamodb/tables";
import { openJournal } from "../../../../local/aws/events/delivery";
import { makeQueues } from "../../../../local/aws/events/queues";
import type { LocalFunction } from "../../../../local/aws/functions/function-thread";
import { Template } from "../../../../local/aws/template";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const TABLE = "Gate-List";
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:Gate-${name}`;
const reader = (name: string) => ({
  Type: "AWS::Lambda::EventSourceMapping",
  Properties: {
    EventSourceArn: { "Fn::GetAtt": ["List", "StreamArn"] },
    FunctionName: { Ref: name },
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  },
});
const template = new Template("Gate", {
  Resources: {
    List: { Type: "AWS::DynamoDB::Table", Properties: { StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" } } },
    One: { Type: "AWS::Lambda::Function" },
    Other: { Type: "AWS::Lambda::Function" },
    ReaderOne: reader("One"),
    ReaderOther: reader("Other"),
  },
});

/** A function that answers, or whose process is killed while it works. */
function worker(name: string, takes: boolean): { readonly got: DynamoDBRecord[]; readonly lambda: LocalFunction } {
  const got: DynamoDBRecord[] = [];
  return {
    got,
    lambda: {
      name: `Gate-${name}`,
      load: async () => undefined,
      close: async () => undefined,
      async invoke(event) {
        if (!takes) return await new Promise(() => undefined);
        got.push(...(event as { readonly Records: readonly DynamoDBRecord[] }).Records);
        return { outcome: { ok: true, value: { batchItemFailures: [] } }, output: [] };
      },
    },
  };
}

/** A process over the folder's journal. */
function start(takes: { readonly one: boolean; readonly other: boolean }) {
  const [one, other] = [worker("One", takes.one), worker("Other", takes.other)];
  const functions = new Map([
    [arnOf("One"), one.lambda],
    [arnOf("Other"), other.lambda],
  ]);
  const streams = makeStreams(template, functions, () => undefined, openJournal(join(folder, "changes.jsonl")));
  return { streams, got: { one: one.got, other: other.got } };
}

const keys = { k: { S: "kim" } };
const change = (before?: string, after?: string): ItemChange => ({
  ...{ table: TABLE, keys },
  ...(before !== undefined && { before: { ...keys, v: { S: before } } }),
  ...(after !== undefined && { after: { ...keys, v: { S: after } } }),
});
const item = (v: string): LocalItem => ({ ...keys, v: { S: v } });
const turn = () => new Promise((resolve) => setTimeout(resolve, 20));
const numbers = (records: readonly DynamoDBRecord[]) => records.map(({ dynamodb }) => dynamodb?.SequenceNumber);

it.each([
  { killed: "before the item is written", publishes: false, takes: { one: false, other: false }, now: undefined, again: [0, 0] },
  { killed: "after the item is written", publishes: false, takes: { one: false, other: false }, now: item("a"), again: [1, 1] },
  { killed: "while both readers work", publishes: true, takes: { one: false, other: false }, now: item("a"), again: [1, 1] },
  { killed: "while one reader works", publishes: true, takes: { one: true, other: false }, now: item("a"), again: [1, 1] },
  { killed: "after both readers have answered", publishes: true, takes: { one: true, other: true }, now: item("a"), again: [0, 0] },
])("a process that is killed $killed loses no change of a row, and makes up none", async ({ publishes, takes, now, again }) => {
  const first = start(takes);
  const created = change(undefined, "a");
  first.streams.note(created);
  if (publishes) first.streams.publish(created);
  await turn();
  const second = start({ one: true, other: true });
  await second.streams.resume(async () => now);
  await second.streams.drain();
  expect([second.got.one.length, second.got.other.length]).toEqual(again);
  // A reader that knows the change recognises it by its number.
  if (takes.one && again[0] === 1) expect(numbers(second.got.one)).toEqual(numbers(first.got.one));
  const third = start({ one: true, other: true });
  await third.streams.resume(async () => now);
  await third.streams.drain();
  expect([third.got.one, third.got.other]).toEqual([[], []]);
});

it("several changes of a row come in their order, also if the last leads back to where the first began", async () => {
  const first = start({ one: false, other: false });
  for (const each of [change("a", "b"), change("b", "a")]) {
    first.streams.note(each);
    first.streams.publish(each);
  }
  const second = start({ one: true, other: true });
  await second.streams.resume(async () => item("a"));
  await second.streams.drain();
  expect(second.got.one.map(({ dynamodb }) => dynamodb?.NewImage?.v?.S)).toEqual(["b", "a"]);
});

it("a line that a kill cut off is left out, and a file without open entries is empty", () => {
  const file = join(folder, "some.jsonl");
  const journal = openJournal<{ readonly n: number }>(file);
  for (const n of [1, 2, 3]) journal.keep(String(n), { n });
  journal.settle("2");
  appendFileSync(file, '{"id":"4","entry":{"n"');
  expect(openJournal<{ readonly n: number }>(file).left).toEqual([{ n: 1 }, { n: 3 }]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const next = openJournal(file);
  for (const id of ["1", "3", "unknown"]) next.settle(id);
  expect(readFileSync(file, "utf8")).toBe("");
});

it("the embedded database tells of each change before it writes the item", async () => {
  const seen: string[] = [];
  const database = await openDatabase(
    join(folder, "db"),
    () => seen.push("written"),
    () => seen.push("noted"),
  );
  await database.call("CreateTable", {
    ...{ TableName: TABLE, BillingMode: "PAY_PER_REQUEST" },
    ...{ AttributeDefinitions: [{ AttributeName: "k", AttributeType: "S" }], KeySchema: [{ AttributeName: "k", KeyType: "HASH" }] },
  });
  // A table is made in the background.
  await vi.waitFor(async () => expect(await database.call("PutItem", { TableName: TABLE, Item: item("a") })).toEqual({}));
  await database.close();
  expect(seen).toEqual(["noted", "written"]);
});

it("a message of a queue survives a kill, and none comes again that was taken", async () => {
  const queueArn = "arn:aws:sqs:us-east-1:000000000000:Gate-Queue";
  const withQueue = new Template("Gate", {
    Resources: {
      Worker: { Type: "AWS::Lambda::Function" },
      Queue: { Type: "AWS::SQS::Queue" },
      Mapping: {
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: { EventSourceArn: { "Fn::GetAtt": ["Queue", "Arn"] }, FunctionName: { Ref: "Worker" } },
      },
    },
  });
  const begin = (takes: boolean) => {
    const { got, lambda } = worker("Worker", takes);
    const queues = makeQueues(
      withQueue,
      new Map([[arnOf("Worker"), lambda]]),
      () => undefined,
      openJournal(join(folder, "messages.jsonl")),
    );
    const [queue] = [...queues.values()];
    if (queue === undefined) throw new Error(`There is no ${queueArn}.`);
    return { queue, bodies: () => (got as unknown as SQSEvent["Records"]).map(({ body }) => (JSON.parse(body) as { id: string }).id) };
  };
  const killed = begin(false);
  killed.queue.offer({ id: "one" } as never);
  await turn();
  const second = begin(true);
  second.queue.offer({ id: "two" } as never);
  await second.queue.drain();
  expect(second.bodies().sort()).toEqual(["one", "two"]);
  const third = begin(true);
  await third.queue.drain();
  expect(third.bodies()).toEqual([]);
});
