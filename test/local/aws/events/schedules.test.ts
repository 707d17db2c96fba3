import { startSchedules } from "../../../../local/aws/events/schedules";
import type { InvocationOutcome, LocalFunction } from "../../../../local/aws/functions/function-thread";
import { Template } from "../../../../local/aws/template";
import { fakeTimers, realTimers } from "../../../support/fake-timers";

const MINUTE = 60_000;
const arn = "arn:aws:lambda:us-east-1:000000000000:function:Gate-Worker";
const fine: InvocationOutcome = { ok: true, value: null };
const threw: InvocationOutcome = { ok: false, why: "error", error: { name: "Error", message: "" } };

beforeEach(fakeTimers);
afterEach(realTimers);

/** What a rule calls within so many milliseconds. */
async function calls(properties: object, withinMs: number, outcome = fine) {
  const invoked: unknown[] = [];
  const failures: string[] = [];
  const worker: LocalFunction = {
    name: "Gate-Worker",
    load: async () => undefined,
    close: async () => undefined,
    invoke: async (event) => {
      invoked.push(event);
      return { outcome, output: [] };
    },
  };
  const template = new Template("Gate", {
    Resources: {
      Worker: { Type: "AWS::Lambda::Function" },
      Topic: { Type: "AWS::SNS::Topic" },
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: { State: "ENABLED", Targets: [{ Arn: { "Fn::GetAtt": ["Worker", "Arn"] }, Id: "0" }], ...properties },
      },
    },
  });
  const schedules = startSchedules(template, new Map([[arn, worker]]), (why) => failures.push(why));
  await vi.advanceTimersByTimeAsync(withinMs);
  await schedules.close();
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  return { invoked, failures };
}

describe("a local schedule", () => {
  it.each([
    { given: "rate(1 minute)", count: 4 },
    { given: "rate(2 minutes)", count: 2 },
    { given: "rate(5 minutes)", count: 1 },
    { given: "rate(15 minutes)", count: 4 },
    { given: "rate(1 day)", count: 4 },
  ])(
    "calls its function at once and then $count - 1 times in three minutes until it is closed, if its rate is $given",
    async ({ given, count }) => {
      expect((await calls({ ScheduleExpression: given }, 3 * MINUTE + 1)).invoked).toHaveLength(count);
    },
  );

  it("passes the event that EventBridge would pass", async () => {
    const { invoked } = await calls({ ScheduleExpression: "rate(5 minutes)" }, 1);
    expect(invoked).toEqual([
      expect.objectContaining({
        "detail-type": "Scheduled Event",
        source: "aws.events",
        time: expect.stringMatching(/^[^.]*Z$/),
        resources: ["arn:aws:events:us-east-1:000000000000:rule/Rule"],
      }),
    ]);
  });

  it("calls a function by its alias too, with the rule's event", async () => {
    const Targets = [{ Arn: `${arn}:live`, Id: "0", Input: '{"given":"event"}' }];
    expect((await calls({ ScheduleExpression: "rate(4 minutes)", Targets }, 1)).invoked).toEqual([{ given: "event" }]);
  });

  it.each([
    { given: "a pattern in its place", properties: { EventPattern: { source: ["gatehouse"] } } },
    { given: "times of the day", properties: { ScheduleExpression: "cron(0 3 * * ? *)" } },
    { given: "a rule that is off", properties: { ScheduleExpression: "rate(5 minutes)", State: "DISABLED" } },
    {
      given: "a target beyond Lambda",
      properties: { ScheduleExpression: "rate(5 minutes)", Targets: [{ Arn: { Ref: "Topic" }, Id: "0" }] },
    },
  ])("does nothing for $given", async ({ properties }) => {
    expect((await calls(properties, 10 * MINUTE)).invoked).toEqual([]);
  });

  it("reports a failure, and goes on", async () => {
    const { invoked, failures } = await calls({ ScheduleExpression: "rate(1 hour)" }, MINUTE + 1, threw);
    expect(invoked).toHaveLength(2);
    expect(failures).toEqual(["Gate-Worker failed on its schedule.", "Gate-Worker failed on its schedule."]);
  });
});
