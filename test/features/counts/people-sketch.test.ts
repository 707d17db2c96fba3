import { createHash } from "node:crypto";
import { packedSketch, peopleInSketch, sketchIn, sketchPlace } from "../../../features/counts/domain-counts";

const hashed = (person: number) => createHash("sha256").update(String(person)).digest("hex");
const sketchOf = (people: number, from = 0) => new Set(Array.from({ length: people }, (_, index) => sketchPlace(hashed(from + index))));

it.each([
  { people: 0, within: 0 },
  { people: 1, within: 0 },
  { people: 12, within: 0 },
  { people: 108, within: 2 },
  { people: 1_000, within: 15 },
  { people: 10_000, within: 300 },
])("the estimate of a sketch for $people people is wrong by at most $within, even after packing", ({ people, within }) => {
  const packed = packedSketch(sketchOf(people));
  expect(packed.length).toBeLessThanOrEqual(512);
  expect(Math.abs(peopleInSketch(sketchIn(packed)) - people)).toBeLessThanOrEqual(within);
});

it("joined sketches of several days count each person once", () => {
  const both = new Set([...sketchOf(60), ...sketchOf(60, 30)]);
  expect(Math.abs(peopleInSketch(both) - 90)).toBeLessThanOrEqual(2);
});

it("a place in the sketch is shared by thousands of people, so that it identifies nobody", () => {
  expect(new Set(Array.from({ length: 100_000 }, (_, index) => sketchPlace(hashed(index)))).size).toBe(4_096);
});

it("the sketch stores few places as a sorted list and many as bits, so that it hides the order of arrival", () => {
  expect(packedSketch(new Set([300, 2]))).toEqual(Buffer.from([0, 2, 1, 44]));
  const places = (count: number) => new Set(Array.from({ length: count }, (_, place) => 4_095 - 7 * place));
  expect([0, 1, 255, 256].map((count) => packedSketch(places(count)).length)).toEqual([0, 2, 510, 512]);
  for (const count of [0, 1, 255, 256]) expect(sketchIn(packedSketch(places(count)))).toEqual(places(count));
});
