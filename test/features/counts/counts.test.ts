import type { DecisionRecord } from "../../../engine/sign-up/record";
import { countedAt, decisionCounts, decisionMoments, figuresIn, isCounted, sumCounts } from "../../../features/counts/counts";
import { decision } from "../../events/records";

const timeout = { service: "experian", kind: "timeout" } as const;
const stopped = { ...decision, verdict: "block" as const };
const let1: DecisionRecord = { ...decision, verdict: "continue", reasons: [], trace: [], durationMs: 30 };

it("the counts of decisions report answers, refusals, durations and external systems", () => {
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
  expect(figuresIn(sumCounts([counts, {}]))).toEqual({
    answers: { continue: 2, block: 3, invalid: 0 },
    refusals: [
      { rule: "access-list", reason: "access-list.denied", count: 1 },
      { rule: "access-list", reason: "a b", count: 1 },
      { rule: "access-list", reason: "c", count: 1 },
      { reason: "gatehouse.unavailable", count: 1 },
    ],
    services: [
      {
        service: "experian",
        asked: 3,
        failures: { timeout: 2 },
      },
    ],
  });
});

it("a row of counts stays small, with any number and length of names", () => {
  const hostile = (from: number) =>
    Array.from({ length: 1_000 }, (_, index) => ({
      ...stopped,
      reasons: [`own.${from + index}`, "x".repeat(10_000)],
      calls: [{ service: `service-${from + index}`, ms: index }],
    }));
  const first = decisionCounts(hostile(0));
  const both = sumCounts([first, decisionCounts(hostile(1_000), first)]);
  expect(JSON.stringify(both).length).toBeLessThan(6_000);
  const { refusals, services } = figuresIn(both);
  expect(refusals[0]).toEqual({ count: 3_960 });
  expect(services.find(({ service }) => service === undefined)?.asked).toBe(1_990);
});

it("a decision is counted in its hour and at its gate", () => {
  const at = "2026-11-21T14:59:59.999Z";
  expect(countedAt({ at, gate: "suppliers" })).toEqual({ hour: "2026-11-21T14", gate: "suppliers" });
  expect(countedAt({ at })).toEqual({ hour: "2026-11-21T14", gate: "default" });
});

const [step, answer] = ["before-create-user", `answers before-create-user`];
it.each<[string, object, object]>([
  ["a row that lacks all else", { step, verdict: "block", durationMs: 7 }, { [`${answer} block`]: 1 }],
  ["no reason of those that go on", { step, verdict: "continue", durationMs: 7, reasons: ["x"] }, { [`${answer} continue`]: 1 }],
  [
    "a name as long as there is room",
    { step, verdict: "invalid", durationMs: 7, rule: "r", reasons: ["x".repeat(78), "y".repeat(79)] },
    { [`${answer} invalid`]: 1, [`refused r ${"x".repeat(78)}`]: 1, "refused *": 1 },
  ],
  [
    "a failure of a kind that is none, and of one that is too long",
    {
      step,
      verdict: "continue",
      durationMs: 7,
      trace: ["Timed out", "timed out", "x".repeat(21), "x".repeat(20)].map((kind, place) => ({
        upstreamFailure: { service: `s-${place}`, kind },
      })),
    },
    {
      [`${answer} continue`]: 1,
      "asked failed s-0": 1,
      "asked failed s-1": 1,
      "asked failed s-2": 1,
      [`asked ${"x".repeat(20)} s-3`]: 1,
    },
  ],
])("the counts of decisions include %s", (_, record, counts) => expect(decisionCounts([record as DecisionRecord])).toEqual(counts));

it("a row of counts has separate room for each kind of name", () => {
  const counted = Object.fromEntries(Array.from({ length: 39 }, (_, place) => [`refused r own.${place}`, 1]));
  const counts = decisionCounts([{ ...stopped, rule: "r", reasons: ["own.7", "own.39", "own.40"] }], { ...counted });
  expect(counts).toMatchObject({ "refused r own.7": 1, "refused r own.39": 1, "refused *": 1 });
});

it("a row of counts does not confuse a policy's own names with built-in ones", () => {
  const record = { ...stopped, rule: "gate", reasons: ["continue"], issuers: ["longer"], calls: [{ service: "block", ms: 7 }], trace: [] };
  expect(figuresIn(decisionCounts([{ ...record, durationMs: 7 }]))).toStrictEqual({
    answers: { continue: 0, block: 1, invalid: 0 },
    refusals: [{ rule: "gate", reason: "continue", count: 1 }],
    services: [{ service: "block", asked: 1, failures: {} }],
  });
});

it.each([
  { given: "a drill", record: { ...decision, email: "a@drill.gatehouse.invalid" }, counts: false },
  { given: "a call that could not be read", record: { ...decision, email: undefined }, counts: true },
])("$given is counted: $counts", ({ record, counts }) => expect(isCounted(record)).toBe(counts));

describe("the times recorded for external systems", () => {
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
    const counts = sumCounts([counted, decisionCounts(records)]);
    const { firstFailure, lastFailure, lastAnswer } = figuresIn({ ...counts, ...decisionMoments(records, counts) }).services[0] ?? {};
    return [lastAnswer, firstFailure, lastFailure].map((each) => each?.slice(14, 19));
  };

  it("are those of the last answer, the first failure and the last failure", () =>
    expect(moments([at("12:05", {}), at("01:58"), at("02:10", {}), at("40:00", {})])).toEqual(["01:58", "02:10", "40:00"]));

  it("stay the earliest and the latest if an hour is counted in several batches", () => {
    const first = [at("02:10", {}), at("12:05", {})];
    const counted = { ...decisionCounts(first), ...decisionMoments(first, decisionCounts(first)) };
    expect(moments([at("05:00", {}), at("30:00", {})], counted)).toEqual([undefined, "02:10", "30:00"]);
  });

  it("are kept, with the newest decision's time, only for systems that the row of counts already names", () => {
    const [first, last] = [at("02:10"), at("12:05", {})];
    const counts = { ...decisionCounts([first]), "counted until": 7, "asked ok *": 3 };
    const elsewhere = { ...last, calls: [{ service: "elsewhere", ms: 7 }] };
    const moments = decisionMoments([last, first, elsewhere], counts);
    const [early, late] = [first, last].map((record) => Date.parse(record.at) / 1_000);
    expect(moments).toEqual({
      "counted until": late,
      "last-answered idology": early,
      "first-failed idology": late,
      "last-failed idology": late,
    });
    expect(figuresIn(moments).until).toBe("2026-11-20T09:12:05.000Z");
  });

  it("combine to the earliest and the latest, not to a sum, if there are several gates", () => {
    const [one, other] = [[at("02:10", {})], [at("03:00", {}), at("40:00", {})]].map((some) => decisionMoments(some, decisionCounts(some)));
    expect(figuresIn(sumCounts([one ?? {}, other ?? {}])).services[0]).toMatchObject({
      firstFailure: "2026-11-20T09:02:10.000Z",
      lastFailure: "2026-11-20T09:40:00.000Z",
    });
  });
});

it.each([
  { lastStep: undefined, letIn: 3 },
  { lastStep: "before-create-user", letIn: 1 },
  { lastStep: "after-sign-in", letIn: 1 },
] as const)("people count as let in only at the last step, $lastStep: $letIn", ({ lastStep, letIn }) => {
  const counts = decisionCounts(
    (["after-sign-in", "before-create-user", "before-sending-token"] as const).map((step) => ({ ...let1, step })),
  );
  expect(figuresIn(counts, lastStep).answers.continue).toBe(letIn);
});

it.each([
  { step: "before-create-user", verdict: "block", counts: true },
  { step: "before-create-user", verdict: "continue", counts: true },
  { step: "after-sign-in", verdict: "block", counts: true },
  { step: "after-sign-in", verdict: "invalid", counts: true },
  { step: "after-sign-in", verdict: "continue", counts: false },
  { step: "before-sending-token", verdict: "block", counts: false },
  { step: "before-sending-token", verdict: "continue", counts: false },
] as const)("the answer $verdict of $step counts if the form is the last step: $counts", ({ step, verdict, counts }) => {
  const { answers } = figuresIn(decisionCounts([{ ...let1, step, verdict }]), "before-create-user");
  expect(answers).toEqual({ continue: 0, block: 0, invalid: 0, ...(counts && { [verdict]: 1 }) });
});

it("the counts of decisions list the most frequent names first", () => {
  const named = (name: string) => ({
    ...stopped,
    reasons: [name],
    calls: [{ service: name, ms: 7 }],
    trace: [],
  });
  const { refusals, services } = figuresIn(decisionCounts(["a", "b", "b", "c", "c", "c"].map(named)));
  expect([refusals.map(({ reason }) => reason), services.map(({ service }) => service)]).toEqual(Array(2).fill(["c", "b", "a"]));
});
