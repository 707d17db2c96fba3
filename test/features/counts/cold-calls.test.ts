import { coldCallName, readColdWaits, summariseWaits } from "../../../features/counts/cold-calls";
import { decisionCounts, figuresIn } from "../../../features/counts/counts";
import { decision } from "../../events/records";

const cold = (coldMs: number) => ({ ...decision, coldMs });

it.each([
  { coldMs: 1, name: "cold 100" },
  { coldMs: 650, name: "cold 700" },
  { coldMs: 2_000, name: "cold 2000" },
  { coldMs: 2_001, name: "cold 2500" },
  { coldMs: 5_001, name: "cold 10000" },
  { coldMs: 28_999, name: "cold 30000" },
])("a wait of $coldMs ms is counted as $name", ({ coldMs, name }) => expect(coldCallName(cold(coldMs))).toBe(name));

it("no wait is counted for a call that did not wait, or for a call of the step before a token is sent", () => {
  expect(coldCallName(decision)).toBeUndefined();
  expect(coldCallName({ ...cold(650), step: "before-sending-token" })).toBeUndefined();
});

it("a row of counts has at most 32 classes of waits, and its other counts stay exact", () => {
  const counts = decisionCounts(Array.from({ length: 29_000 }, (_, ms) => cold(ms)));
  expect(Object.keys(counts).filter((name) => name.startsWith("cold ")).length).toBeLessThanOrEqual(32);
  expect(figuresIn(counts).answers[decision.verdict]).toBe(29_000);
});

it("the counts of cold calls yield their number, and the waits that 50 % and 95 % of them did not exceed", () => {
  const counts = decisionCounts([...Array.from({ length: 18 }, () => cold(480)), cold(900), cold(3_100), decision]);
  expect(readColdWaits(counts)).toEqual({ count: 20, medianMs: 500, p95Ms: 900 });
  expect(readColdWaits(decisionCounts([decision]))).toBeUndefined();
  expect(summariseWaits([{ ms: 7, count: 1 }])).toEqual({ count: 1, medianMs: 7, p95Ms: 7 });
});
