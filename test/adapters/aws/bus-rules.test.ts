import { busListeners } from "../../../adapters/aws/bus-rules";
import { awsClient, eventBridge } from "../../../adapters/aws/client";
import { eventBus } from "../../../adapters/aws/event-bus";
import { type Answer, type AwsDouble, json, refuse, startAwsDouble } from "./aws-double";

let double: AwsDouble;
let asked: number;
beforeAll(async () => {
  double = await startAwsDouble();
});
afterAll(() => double.close());
beforeEach(() => {
  asked = 0;
});

const client = () => {
  const credentials = async () => ({ accessKeyId: "test", secretAccessKey: "test" });
  return awsClient(eventBridge, { region: "eu-west-1", endpoint: double.endpoint, credentials });
};
const rules =
  (...states: readonly (string | { readonly next: string })[]): Answer =>
  (response, call) => {
    asked += 1;
    const NextToken = states.flatMap((state) => (typeof state === "object" ? [state.next] : []))[0];
    const Rules = states.flatMap((State) => (typeof State === "string" ? [{ State }] : []));
    json({ Rules, ...(NextToken !== undefined && { NextToken }) })(response, call);
  };

describe("somebody listens on a bus", () => {
  it.each<{ given: string; answers: readonly Answer[]; heard: boolean }>([
    { given: "no rule", answers: [rules()], heard: false },
    { given: "a rule that is switched off", answers: [rules("DISABLED")], heard: false },
    { given: "a rule", answers: [rules("DISABLED", "ENABLED")], heard: true },
    { given: "a rule on the second page", answers: [rules("DISABLED", { next: "2" }), rules("ENABLED")], heard: true },
    { given: "a rule with events of CloudTrail", answers: [rules("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")], heard: true },
    { given: "no permission to ask", answers: [refuse("AccessDeniedException")], heard: true },
    { given: "an answer that is none", answers: [json({})], heard: true },
  ])("$heard: $given", async ({ answers, heard }) => {
    double.rulesWill(...answers);
    expect(await busListeners(client(), "bus")()).toBe(heard);
  });

  it("is asked once a minute", async () => {
    let now = 0;
    const isHeard = busListeners(client(), "bus", () => now);
    double.rulesWill(rules());
    for (now of [0, 30_000, 59_999]) expect(await isHeard()).toBe(false);
    expect(asked).toBe(1);
    double.rulesWill(rules("ENABLED"));
    now = 60_000;
    expect(await isHeard()).toBe(true);
  });
});

it("the bus gets no event that nobody hears, and is asked nothing where there is none", async () => {
  const event = { source: "gatehouse", type: "x.v1", time: new Date(0), detail: {} };
  const before = double.calls.length;
  double.rulesWill(rules());
  expect(await eventBus(client(), "bus").put([])).toEqual([]);
  expect(asked).toBe(0);
  expect(await eventBus(client(), "bus").put([event, event])).toEqual([{ state: "unheard" }, { state: "unheard" }]);
  expect(double.calls).toHaveLength(before);
});
