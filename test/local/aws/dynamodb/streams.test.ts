import type { DynamoDBRecord } from "aws-lambda";
import { makeStreams } from "../../../../local/aws/dynamodb/streams";
import type { InvocationOutcome, LocalFunction } from "../../../../local/aws/functions/function-thread";
import { Template } from "../../../../local/aws/template";

const tableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/Gate-List";
const stream = { arn: `${tableArn}/stream/local`, view: "NEW_AND_OLD_IMAGES" };
const StreamSpecification = { StreamViewType: stream.view };
const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:Gate-Worker";

type Answer = (records: readonly DynamoDBRecord[]) => InvocationOutcome;
const done: InvocationOutcome = { ok: true, value: { batchItemFailures: [] } };
const crashed: InvocationOutcome = { ok: false, why: "crash", error: { name: "Error", message: "" } };
const failedAt = (record: DynamoDBRecord | undefined): InvocationOutcome => ({
  ok: true,
  value: { batchItemFailures: [{ itemIdentifier: record?.dynamodb?.SequenceNumber }] },
});
const keyOf = (record: DynamoDBRecord) => record.dynamodb?.Keys?.k?.S;

/** Publishes one new item a key and delivers them; `answer` stands for the function. */
async function deliver(keys: readonly string[], answer: Answer, properties: object = {}) {
  const batches: DynamoDBRecord[][] = [];
  const dropped: string[] = [];
  const worker: LocalFunction = {
    name: "Gate-Worker",
    load: async () => undefined,
    close: async () => undefined,
    invoke: async (event) => {
      const { Records } = event as { Records: DynamoDBRecord[] };
      batches.push(Records);
      return { outcome: answer(Records), output: [] };
    },
  };
  const mapping = {
    EventSourceArn: { "Fn::GetAtt": ["List", "StreamArn"] },
    FunctionName: { Ref: "Worker" },
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    MaximumRetryAttempts: 1,
    ...properties,
  };
  const template = new Template("Gate", {
    Resources: {
      List: { Type: "AWS::DynamoDB::Table", Properties: { StreamSpecification } },
      Worker: { Type: "AWS::Lambda::Function" },
      Reader: { Type: "AWS::Lambda::EventSourceMapping", Properties: mapping },
    },
  });
  const streams = makeStreams(template, new Map([[functionArn, worker]]), (why) => dropped.push(why));
  for (const k of keys) streams.publish({ table: "Gate-List", keys: { k: { S: k } }, after: { k: { S: k } } });
  await streams.drain();
  return { batches, keys: batches.map((batch) => batch.map(keyOf).join("")), dropped };
}

describe("streams", () => {
  it("deliver records in order, as DynamoDB does", async () => {
    const { batches } = await deliver(["a", "b"], () => done, { BatchSize: 1 });
    const [first, second] = batches.flat();
    expect(first).toMatchObject({
      eventName: "INSERT",
      eventSource: "aws:dynamodb",
      eventSourceARN: stream.arn,
      dynamodb: { Keys: { k: { S: "a" } }, NewImage: { k: { S: "a" } }, StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
    expect(BigInt(first?.dynamodb?.SequenceNumber ?? 0)).toBeLessThan(BigInt(second?.dynamodb?.SequenceNumber ?? 0));
  });

  it("deliver one batch at a time", async () => {
    const { keys } = await deliver(["a", "b", "c", "d", "e"], () => done, { BatchSize: 2 });
    expect(keys.join("|")).toBe("a|bc|de");
  });

  it("deliver only records that pass the filter", async () => {
    const Filters = [{ Pattern: JSON.stringify({ dynamodb: { Keys: { k: { S: ["b"] } } } }) }];
    expect((await deliver(["a", "b"], () => done, { FilterCriteria: { Filters } })).keys).toEqual(["b"]);
  });

  it("deliver again from the failed record on", async () => {
    let failures = 1;
    const { keys, dropped } = await deliver(["x", "a", "b", "c"], (records) => {
      const failed = records.find((record) => keyOf(record) === "b");
      return failed !== undefined && failures-- > 0 ? failedAt(failed) : done;
    });
    expect({ keys, dropped }).toEqual({ keys: ["x", "abc", "bc"], dropped: [] });
  });

  it("give up a record after its retries, report it, and go on", async () => {
    const poisoned: Answer = (records) => (records.some((record) => keyOf(record) === "b") ? crashed : done);
    const { keys, dropped } = await deliver(["x", "a", "b", "c"], poisoned, { BisectBatchOnFunctionError: true });
    expect(keys).toEqual(["x", "abc", "ab", "a", "b", "b", "c"]);
    expect(dropped).toEqual(["Gate-Worker failed 2 times on 1 stream record(s): dropped."]);
  });

  it("refuse a mapping of another source", async () => {
    const other = deliver([], () => done, { EventSourceArn: "arn:aws:sqs:us-east-1:000000000000:queue" });
    await expect(other).rejects.toThrow("Reader (AWS::Lambda::EventSourceMapping) reads from something else than a table's stream");
  });
});
