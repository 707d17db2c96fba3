import type { Row } from "../../../engine/sign-up/rule";
import { isBySurge, surgedPosture } from "../../../features/posture/change";

const now = new Date("2030-06-15T12:00:00.000Z");
const surge = { surgeSince: "2030-06-15T12:00:00.000Z", surgeUntil: "2030-06-15T16:00:00.000Z", surgeWindow: "w-7" };
const set: Row = { reference: "posture", id: "suppliers", state: "listed", reason: "the fair", revision: 6 };
const surged: Row = { ...set, ...surge, revision: 7 };

it("a surge sets a gate for four hours, and keeps the operators' settings", () => {
  expect(surgedPosture(set, "suppliers", "w-7", now)).toStrictEqual(surged);
  expect(surgedPosture(undefined, undefined, "w-7", now)).toStrictEqual({ reference: "posture", id: "default", ...surge, revision: 1 });
  expect(surgedPosture({ revision: "6" }, "suppliers", "w-7", now)).toMatchObject({ revision: 1 });
});

it.each<[string, Row | undefined, Row | undefined, boolean]>([
  ["a gate with a row", set, surged, true],
  ["a gate without one", undefined, { reference: "posture", id: "default", ...surge, revision: 1 }, true],
  ["the next window of a surge", { ...surged, surgeSince: "2030-06-15T08:00:00.000Z" }, { ...surged, revision: 8 }, true],
  ["a change beside it", set, { ...surged, state: "open" }, false],
  ["a cell beside it", set, { ...surged, note: "x" }, false],
  ["a cell that is taken away", { ...set, note: "x" }, surged, false],
  ["another revision", set, { ...surged, revision: 8 }, false],
  ["a longer time", set, { ...surged, surgeUntil: "2031-01-01T00:00:00.000Z" }, false],
  ["a surge that was there", surged, { ...surged, revision: 8 }, false],
  ["no window", set, { ...surged, surgeWindow: undefined }, false],
  ["a beginning that is no text", set, { ...surged, surgeSince: 7 }, false],
  ["no surge", set, { ...set, revision: 7 }, false],
  ["a row that is removed", surged, undefined, false],
])("recognizes a change that only a surge made: %s", (_, before, after, is) => expect(isBySurge(before, after)).toBe(is));
