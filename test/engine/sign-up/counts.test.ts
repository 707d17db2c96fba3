import { decisionCounts, decisionMoments, figuresIn, isCounted, shareWithin, summed } from "../../../engine/sign-up/counts";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { decision } from "../../events/records";

const timeout = { service: "experian", kind: "timeout" } as const;
const stopped = { ...decision, verdict: "block" as const };
const let1: DecisionRecord = { ...decision, verdict: "continue", reasons: [], trace: [], durationMs: 30 };

it("tells answers, refusals, times and systems outside", () => {
  const counts = decisionCounts([
    stopped,
    { ...stopped, reasons: ["a b", "a b", "c"], durationMs: 9_000 },
    { ...let1, calls: [{ service: "experian", ms: 180 }] },
    { ...let1, calls: [{ service: "experian", ms: 3_000 }], trace: [{ rule: "verify", said: "continue", upstreamFailure: timeout }] },
    {
      ...stopped,
      rule: undefined,
      reasons: ["gatehouse.unavailable"],
      trace: [{ rule: "x", said: "failed", upstreamFailure: timeout }],
    } as never,
  ]);
  expect(figuresIn(summed([counts, {}]))).toEqual({
    answers: { continue: 2, block: 3, invalid: 0 },
    providers: [{ issuer: "google.com", count: 5 }],
    refusals: [
      { rule: "access-list", reason: "access-list.denied", count: 1 },
      { rule: "access-list", reason: "a b", count: 1 },
      { rule: "access-list", reason: "c", count: 1 },
      { reason: "gatehouse.unavailable", count: 1 },
    ],
    times: [
      { upToMs: 25, count: 2 },
      { upToMs: 50, count: 2 },
      { upToMs: undefined, count: 1 },
    ],
    services: [
      {
        service: "experian",
        asked: 3,
        failures: { timeout: 2 },
        times: [
          { upToMs: 250, count: 1 },
          { upToMs: 4_000, count: 1 },
        ],
      },
    ],
  });
});

it.each([
  { share: 0.5, upToMs: 50 },
  { share: 0.95, upToMs: undefined },
])("$share of all took at most $upToMs ms", ({ share, upToMs }) => {
  const times = [25, 50, undefined].map((each) => ({ upToMs: each, count: 1 }));
  expect(shareWithin(times, share)).toEqual({ upToMs, count: 1 });
});

it("holds a row small, however many names there are and however long", () => {
  const hostile = (from: number) =>
    Array.from({ length: 1_000 }, (_, index) => ({
      ...stopped,
      reasons: [`own.${from + index}`, "x".repeat(10_000)],
      calls: [{ service: `service-${from + index}`, ms: index }],
      issuers: [`provider-${from + index}.example`],
    }));
  const first = decisionCounts(hostile(0));
  const both = summed([first, decisionCounts(hostile(1_000), first)]);
  expect(JSON.stringify(both).length).toBeLessThan(6_000);
  const { refusals, services, providers } = figuresIn(both);
  expect(providers[0]).toEqual({ count: 1_990 });
  expect(refusals[0]).toEqual({ count: 3_960 });
  expect(services.find(({ service }) => service === undefined)?.asked).toBe(1_990);
});

it.each([
  { given: "a drill", record: { ...decision, email: "a@drill.gatehouse.invalid" }, counts: false },
  { given: "a row made by hand", record: { reference: "K7QD-9MXD" }, counts: false },
  { given: "a call that could not be read", record: { ...decision, email: undefined }, counts: true },
  { given: "a row whose reasons are a number", record: { ...decision, verdict: "block", reasons: 5 }, counts: false },
  { given: "a row whose calls are a text", record: { ...decision, calls: [null] }, counts: false },
])("$given counts: $counts", ({ record, counts }) => expect(isCounted(record as Partial<DecisionRecord>)).toBe(counts));

describe("the moments of systems outside", () => {
  const at = (minute: string, failure?: object): DecisionRecord => ({
    ...let1,
    at: `2026-11-20T09:${minute}.000Z`,
    calls: [{ service: "idology", ms: 90 }],
    trace:
      failure === undefined
        ? []
        : [{ rule: "verify", said: "failed", upstreamFailure: { service: "idology", kind: "unauthorised", ...failure } }],
  });
  const moments = (records: readonly DecisionRecord[], counted = {}) => {
    const counts = summed([counted, decisionCounts(records)]);
    const { firstFailure, lastFailure, lastAnswer } = figuresIn({ ...counts, ...decisionMoments(records, counts) }).services[0] ?? {};
    return [lastAnswer, firstFailure, lastFailure].map((each) => each?.slice(14, 19));
  };

  it("are those of the last answer, of the first failure and of the last", () =>
    expect(moments([at("12:05", {}), at("01:58"), at("02:10", {}), at("40:00", {})])).toEqual(["01:58", "02:10", "40:00"]));

  it("stay the earliest and the latest where an hour is counted in several batches", () => {
    const first = [at("02:10", {}), at("12:05", {})];
    const counted = { ...decisionCounts(first), ...decisionMoments(first, decisionCounts(first)) };
    expect(moments([at("05:00", {}), at("30:00", {})], counted)).toEqual([undefined, "02:10", "30:00"]);
  });

  it("of several gates are together the earliest and the latest, and no sum", () => {
    const [one, other] = [[at("02:10", {})], [at("03:00", {}), at("40:00", {})]].map((some) => decisionMoments(some, decisionCounts(some)));
    expect(figuresIn(summed([one ?? {}, other ?? {}])).services[0]).toMatchObject({
      firstFailure: "2026-11-20T09:02:10.000Z",
      lastFailure: "2026-11-20T09:40:00.000Z",
    });
  });
});

it.each([
  { lastStep: undefined, letIn: 3 },
  { lastStep: "before-create-user", letIn: 1 },
  { lastStep: "after-sign-in", letIn: 1 },
] as const)("counts who is let in at the last step, $lastStep: $letIn", ({ lastStep, letIn }) => {
  const counts = decisionCounts(
    (["after-sign-in", "before-create-user", "before-sending-token"] as const).map((step) => ({ ...let1, step })),
  );
  expect(figuresIn(counts, lastStep).answers.continue).toBe(letIn);
});
