import { computeMedian, hoursToCompare, TYPICAL_WEEKS, unusualHour } from "../../../features/counts/unusual";

it.each([
  { values: [3], median: 3 },
  { values: [9, 1, 5], median: 5 },
  { values: [10, 2], median: 6 },
  { values: [1, 2], median: 2 },
  { values: [100, 3, 20, 1], median: 12 },
  { values: [], median: 0 },
])("the median of $values is $median", ({ values, median }) => {
  expect(computeMedian(values)).toBe(median);
});

it("an hour is compared with the same hour of the last four weeks, if counts exist", () => {
  const place = { hour: "2026-06-29T08", gate: "suppliers" };
  const all = ["2026-06-22T08", "2026-06-15T08", "2026-06-08T08", "2026-06-01T08"].map((hour) => ({ hour, gate: "suppliers" }));
  expect(TYPICAL_WEEKS).toBe(4);
  expect(hoursToCompare(place, "2026-01-01T00:00:00.000Z")).toEqual(all);
  expect(hoursToCompare(place, "2026-06-15T08:00:00.000Z")).toEqual(all.slice(0, 2));
  expect(hoursToCompare(place, "2026-06-15T08:00:00.001Z")).toEqual(all.slice(0, 1));
});

const hour = (continued: number, blocked = 0) => ({
  "answers before-create-user continue": continued,
  "answers before-create-user block": blocked,
  "answers before-create-user invalid": 500,
  "answers after-sign-in continue": 500,
  "answers before-sending-token continue": 500,
});

it.each([
  { given: "three times as many", counts: hour(21), weeks: [hour(7)], unusual: { count: 21, typical: 7 }, is: false },
  { given: "more than three times as many", counts: hour(22), weeks: [hour(7)], unusual: { count: 22, typical: 7 }, is: true },
  { given: "people who were stopped among them", counts: hour(12, 10), weeks: [hour(3, 4)], unusual: { count: 22, typical: 7 }, is: true },
  { given: "twenty people in a quiet hour", counts: hour(20), weeks: [hour(0)], unusual: { count: 20, typical: 0 }, is: true },
  { given: "nineteen people in a quiet hour", counts: hour(19), weeks: [hour(0)], unusual: { count: 19, typical: 0 }, is: false },
  {
    given: "one busy week of three",
    counts: hour(40),
    weeks: [hour(10), hour(400), hour(12)],
    unusual: { count: 40, typical: 12 },
    is: true,
  },
  { given: "no week to compare with", counts: hour(400), weeks: [], unusual: { count: 400, typical: 0 }, is: false },
])("an hour with $given is unusual: $is", ({ counts, weeks, unusual, is }) => {
  expect(unusualHour(counts, weeks)).toEqual(is ? unusual : undefined);
});
