import { hoursToCompare, medianOf, TYPICAL_WEEKS } from "../../../engine/sign-up/unusual";

it.each([
  { values: [3], median: 3 },
  { values: [9, 1, 5], median: 5 },
  { values: [10, 2], median: 6 },
  { values: [1, 2], median: 2 },
  { values: [100, 3, 20, 1], median: 12 },
  { values: [], median: 0 },
])("the median of $values is $median", ({ values, median }) => {
  expect(medianOf(values)).toBe(median);
});

it("an hour is compared with the same hour of four weeks, as far as there were counts", () => {
  const place = { hour: "2026-06-29T08", gate: "suppliers" };
  const all = ["2026-06-22T08", "2026-06-15T08", "2026-06-08T08", "2026-06-01T08"].map((hour) => ({ hour, gate: "suppliers" }));
  expect(TYPICAL_WEEKS).toBe(4);
  expect(hoursToCompare(place, "2026-01-01T00:00:00.000Z")).toEqual(all);
  expect(hoursToCompare(place, "2026-06-15T08:00:00.000Z")).toEqual(all.slice(0, 2));
  expect(hoursToCompare(place, "2026-06-15T08:00:00.001Z")).toEqual(all.slice(0, 1));
});
