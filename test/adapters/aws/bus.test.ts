import { type BusClient, busListeners, eventBus } from "../../../adapters/aws/event-bus";

type Rules = Awaited<ReturnType<BusClient["listRules"]>>;

/** A bus whose rules are these, a page an answer: an error stands for a refusal. */
function busOf(...answers: readonly (Rules | Error)[]) {
  const listRules = vi.fn(async (): Promise<Rules> => {
    const answer = answers[Math.min(listRules.mock.calls.length, answers.length) - 1] as Rules | Error;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { listRules, putEvents: vi.fn(async () => ({})) };
}
const rules = (...states: readonly ("DISABLED" | "ENABLED" | "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")[]): Rules => ({
  Rules: states.map((State) => ({ State })),
});

describe("the check for listeners of an event bus", () => {
  it.each<{ given: string; answers: readonly (Rules | Error)[]; heard: boolean }>([
    { given: "no rule", answers: [rules()], heard: false },
    { given: "a rule that is switched off", answers: [rules("DISABLED")], heard: false },
    { given: "a rule", answers: [rules("DISABLED", "ENABLED")], heard: true },
    { given: "a rule on the second page", answers: [{ ...rules("DISABLED"), NextToken: "2" }, rules("ENABLED")], heard: true },
    { given: "a rule with events of CloudTrail", answers: [rules("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")], heard: true },
    { given: "no permission to ask", answers: [new Error("AccessDeniedException")], heard: true },
    { given: "an answer that is none", answers: [{}], heard: true },
  ])("answers $heard: $given", async ({ answers, heard }) => {
    expect(await busListeners(busOf(...answers), "bus")()).toBe(heard);
  });

  it("is made at most once a minute", async () => {
    let now = 0;
    const bus = busOf(rules(), rules("ENABLED"));
    const isHeard = busListeners(bus, "bus", () => now);
    for (now of [0, 30_000, 59_999]) expect(await isHeard()).toBe(false);
    expect(bus.listRules).toHaveBeenCalledOnce();
    now = 60_000;
    expect(await isHeard()).toBe(true);
  });
});

it("a bus without a listener receives no event, and is checked only if there is an event to send", async () => {
  const event = { source: "gatehouse", type: "x.v1", time: new Date(0), detail: {} };
  const bus = busOf(rules());
  expect(await eventBus(bus, "bus").put([])).toEqual([]);
  expect(bus.listRules).not.toHaveBeenCalled();
  expect(await eventBus(bus, "bus").put([event, event])).toEqual([{ state: "unsent" }, { state: "unsent" }]);
  expect(bus.putEvents).not.toHaveBeenCalled();
});
