import type { DeliveredEvent } from "../../../../local/aws/events/event-bus";
import { makeRules } from "../../../../local/aws/events/rules";
import type { InvocationOutcome, LocalFunction } from "../../../../local/aws/functions/function-thread";
import { Template, TemplateError } from "../../../../local/aws/template";

const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:Gate-${name}`;
const bus = "arn:aws:events:us-east-1:000000000000:event-bus/own";
const standardBus = "arn:aws:events:us-east-1:000000000000:event-bus/default";
const event = { source: "gatehouse", "detail-type": "decided", detail: { verdict: "block", reasons: ["a"] } } as unknown as DeliveredEvent;
const fine: InvocationOutcome = { ok: true, value: null };
const threw: InvocationOutcome = { ok: false, why: "error", error: { name: "Error", message: "" } };
const toWorker = { Arn: { "Fn::GetAtt": ["Worker", "Arn"] }, Id: "0" };
const anyEvent = { source: ["gatehouse"] };

/** What a rule makes of one event; `answers` are the function's, one a call. */
async function outcome(properties: object, { answers = [fine], on = bus }: { answers?: readonly InvocationOutcome[]; on?: string } = {}) {
  const invoked: unknown[] = [];
  const dropped: string[] = [];
  const worker: LocalFunction = {
    name: "Gate-Worker",
    load: async () => undefined,
    close: async () => undefined,
    invoke: async (given) => {
      invoked.push(given);
      return { outcome: answers[invoked.length - 1] ?? fine, output: [] };
    },
  };
  const template = new Template("Gate", {
    Resources: {
      Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "own" } },
      Topic: { Type: "AWS::SNS::Topic" },
      Worker: { Type: "AWS::Lambda::Function" },
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: { EventBusName: { Ref: "Bus" }, EventPattern: anyEvent, State: "ENABLED", Targets: [toWorker], ...properties },
      },
    },
  });
  const rules = makeRules(template, new Map([[arn("Worker"), worker]]), (why) => dropped.push(why));
  rules.offer(on, event);
  const drained = rules.drain();
  await vi.runAllTimersAsync();
  await drained;
  return { invoked, dropped };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("local event rules", () => {
  it("pass the whole event to the function", async () => {
    expect(await outcome({})).toEqual({ invoked: [event], dropped: [] });
  });

  it.each<{ given: string; properties: object; on?: string }>([
    { given: "a pattern that matches", properties: { EventPattern: { detail: { verdict: ["block"], reasons: [{ prefix: "a" }] } } } },
    { given: "the bus by its ARN", properties: { EventBusName: { "Fn::GetAtt": ["Bus", "Arn"] } } },
    { given: "no bus", properties: { EventBusName: undefined }, on: standardBus },
    { given: "a topic as target too", properties: { Targets: [{ Arn: { Ref: "Topic" }, Id: "1", InputPath: "$.detail" }, toWorker] } },
  ])("call the function for $given", async ({ properties, on }) => {
    expect((await outcome(properties, { on })).invoked).toHaveLength(1);
  });

  it.each<{ given: string; properties: object; on?: string }>([
    { given: "a pattern that does not match", properties: { EventPattern: { detail: { verdict: ["continue"] } } } },
    { given: "another bus", properties: { EventBusName: undefined } },
    { given: "a schedule", properties: { EventPattern: undefined, ScheduleExpression: "rate(1 day)" } },
    { given: "no function", properties: { Targets: [{ Arn: { Ref: "Topic" }, Id: "1" }] } },
    { given: "its state off", properties: { State: "DISABLED" } },
  ])("call nothing for $given", async ({ properties, on }) => {
    expect((await outcome(properties, { on })).invoked).toEqual([]);
  });

  it("retry twice, then give the event up and report it", async () => {
    expect(await outcome({}, { answers: [threw, threw, fine] })).toMatchObject({ invoked: [event, event, event], dropped: [] });
    const { invoked, dropped } = await outcome({}, { answers: [threw, threw, threw, fine] });
    expect(invoked).toHaveLength(3);
    expect(dropped).toEqual(["Gate-Worker failed 3 times on an event: dropped."]);
  });

  it.each([
    { properties: { EventBusName: "other" }, says: "is on an event bus that the template does not have." },
    {
      properties: { EventPattern: { a: [{ equals: "x" }] } },
      says: "has a pattern that EventBridge refuses: a: The operator equals is unknown.",
    },
    {
      properties: { Targets: [{ ...toWorker, InputPath: "$.detail" }] },
      says: "hands on something else than the event, which cannot be served locally.",
    },
  ])("refuse $properties", async ({ properties, says }) => {
    await expect(outcome(properties)).rejects.toThrow(new TemplateError(`Rule (AWS::Events::Rule) ${says}`));
  });
});
