import type { SQSEvent } from "aws-lambda";
import type { DeliveredEvent } from "../../../../local/aws/events/event-bus";
import { makeQueues } from "../../../../local/aws/events/queues";
import { makeRules } from "../../../../local/aws/events/rules";
import type { InvocationOutcome, LocalFunction } from "../../../../local/aws/functions/function-thread";
import { Template, TemplateError } from "../../../../local/aws/template";
import { fakeTimers, realTimers } from "../../../support/fake-timers";

const bus = "arn:aws:events:us-east-1:000000000000:event-bus/own";
const event = (number: number) => ({ source: "gatehouse", detail: { number } }) as unknown as DeliveredEvent;
const threw: InvocationOutcome = { ok: false, why: "error", error: { name: "Error", message: "" } };

/** What the function makes of a batch of numbers. */
type Answer = (numbers: readonly number[], ids: readonly string[]) => InvocationOutcome;
const fine: Answer = () => ({ ok: true, value: null });
/** Names the messages that hold one of these numbers. */
const failing =
  (...bad: readonly number[]): Answer =>
  (numbers, ids) => ({
    ok: true,
    value: { batchItemFailures: ids.filter((_, index) => bad.includes(numbers[index] ?? 0)).map((itemIdentifier) => ({ itemIdentifier })) },
  });

interface Given {
  readonly answers?: readonly Answer[];
  readonly mapping?: object;
  readonly queue?: object;
}

function surroundings({ answers = [fine], mapping = {}, queue = {} }: Given) {
  const batches: (readonly number[])[] = [];
  const records: SQSEvent["Records"] = [];
  const dropped: string[] = [];
  const worker: LocalFunction = {
    name: "Gate-Worker",
    load: async () => undefined,
    close: async () => undefined,
    invoke: async (given) => {
      const { Records } = given as SQSEvent;
      const numbers = Records.map(({ body }) => (JSON.parse(body) as { detail: { number: number } }).detail.number);
      batches.push(numbers);
      records.push(...Records);
      const answer = answers[batches.length - 1] ?? answers.at(-1) ?? fine;
      return {
        outcome: answer(
          numbers,
          Records.map(({ messageId }) => messageId),
        ),
        output: [],
      };
    },
  };
  const template = new Template("Gate", {
    Resources: {
      Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "own" } },
      Worker: { Type: "AWS::Lambda::Function" },
      Queue: { Type: "AWS::SQS::Queue", Properties: { RedrivePolicy: { maxReceiveCount: 3 }, ...queue } },
      Unread: { Type: "AWS::SQS::Queue" },
      Mapping: {
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: {
          EventSourceArn: { "Fn::GetAtt": ["Queue", "Arn"] },
          FunctionName: { Ref: "Worker" },
          BatchSize: 10,
          MaximumBatchingWindowInSeconds: 60,
          FunctionResponseTypes: ["ReportBatchItemFailures"],
          ...mapping,
        },
      },
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: {
          EventBusName: { Ref: "Bus" },
          EventPattern: { source: ["gatehouse"] },
          Targets: ["Queue", "Unread"].map((id) => ({ Arn: { "Fn::GetAtt": [id, "Arn"] }, Id: id })),
        },
      },
    },
  });
  const functions = new Map([["arn:aws:lambda:us-east-1:000000000000:function:Gate-Worker", worker]]);
  return { template, functions, batches, records, dropped };
}

/** What becomes of events that come all at once. */
async function outcome(numbers: readonly number[], given: Given = {}) {
  const { template, functions, batches, records, dropped } = surroundings(given);
  const rules = makeRules(template, functions, (why) => dropped.push(why));
  for (const number of numbers) rules.offer(bus, event(number));
  const drained = rules.drain();
  await vi.runAllTimersAsync();
  await drained;
  return { batches, records, dropped };
}

beforeEach(fakeTimers);
afterEach(realTimers);

describe("a local queue between a rule and a function", () => {
  it("gathers events into batches, in order", async () => {
    expect(await outcome([1, 2, 3], { mapping: { BatchSize: 2 } })).toMatchObject({ batches: [[1, 2], [3]], dropped: [] });
  });

  it("delivers messages as SQS does", async () => {
    const { records } = await outcome([1]);
    expect(records).toMatchObject([
      {
        messageId: expect.any(String),
        body: JSON.stringify(event(1)),
        attributes: { ApproximateReceiveCount: "1" },
        eventSource: "aws:sqs",
        eventSourceARN: "Queue.Arn",
      },
    ]);
  });

  it("waits at most a second, whatever its setting", async () => {
    const { template, functions, batches } = surroundings({ queue: { DelaySeconds: 30 } });
    makeRules(template, functions, () => undefined).offer(bus, event(1));
    await vi.advanceTimersByTimeAsync(999);
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[1]]);
  });

  it.each<{ what: string; answers: readonly Answer[]; mapping?: object; batches: readonly number[][] }>([
    { what: "the message that failed", answers: [failing(2), fine], batches: [[1, 2], [2]] },
    {
      what: "all, where the function failed",
      answers: [() => threw, fine],
      batches: [
        [1, 2],
        [1, 2],
      ],
    },
    {
      what: "all, where the function names none of them",
      answers: [() => ({ ok: true, value: { batchItemFailures: [{ itemIdentifier: "other" }] } }), fine],
      batches: [
        [1, 2],
        [1, 2],
      ],
    },
    {
      what: "nothing, where failures are not reported",
      answers: [failing(2)],
      mapping: { FunctionResponseTypes: undefined },
      batches: [[1, 2]],
    },
  ])("delivers again $what", async ({ answers, mapping, batches }) => {
    expect(await outcome([1, 2], { answers, mapping })).toMatchObject({ batches, dropped: [] });
  });

  it("gives up a message after its last delivery failed, and reports it", async () => {
    expect(await outcome([1, 2], { answers: [failing(2)] })).toMatchObject({
      batches: [[1, 2], [2], [2]],
      dropped: ["Gate-Worker gave up on 1 message(s) of its queue: dropped."],
    });
  });

  it("delivers later messages while a failing one waits longer each time", async () => {
    const { template, functions, batches } = surroundings({ answers: [failing(1)], mapping: { MaximumBatchingWindowInSeconds: 0 } });
    const rules = makeRules(template, functions, () => undefined);
    rules.offer(bus, event(1));
    await vi.advanceTimersByTimeAsync(0);
    rules.offer(bus, event(2));
    await vi.advanceTimersByTimeAsync(1_999);
    expect(batches).toEqual([[1], [2]]);
    await vi.advanceTimersByTimeAsync(1 + 3_999);
    expect(batches).toEqual([[1], [2], [1]]);
    const drained = rules.drain();
    await vi.runAllTimersAsync();
    await drained;
    expect(batches).toEqual([[1], [2], [1], [1]]);
  });

  it("is refused if its function does not exist", () => {
    const { template } = surroundings({});
    expect(() => makeQueues(template, new Map(), () => undefined)).toThrow(
      new TemplateError("Mapping (AWS::Lambda::EventSourceMapping) calls a function that the template does not have."),
    );
  });
});
