import { packageRoot } from "../../lib/package-root";
import { goWith } from "../../scripts/house/knot";
import { edgesIn, featuresIn } from "../../scripts/house/measure";
import { sourceFiles } from "../../scripts/house/sources";
import { importersOf, withoutFeatures } from "../../scripts/house/without-feature";
import { turnsOfDay } from "../support/in-turn";

const files = sourceFiles(packageRoot);
const edges = edgesIn(files);
const all = featuresIn(files);
/** Most of the house stands on them: without one all else compiles, but not every suite that is left does without it. The list shrinks. */
const bases: readonly string[] = [
  "access-list",
  "approvals",
  "audit",
  "counts",
  "decisions",
  "look-alikes",
  "profiles",
  "reference-data",
  "simulator",
  "tasks",
];
/** Three a day, in turn: `npm run house -- --without all --suites` tries every feature by itself. */
const turns = turnsOfDay(
  all.filter((feature) => !bases.includes(feature)),
  3,
);

it.each(all.map((feature) => ({ feature })))("nothing but lists, and what stands on it, imports $feature", ({ feature }) =>
  expect(importersOf(goWith([feature], edges), files)).toEqual([]),
);

it(`without ${turns.join(", ")}, what stands on them and their lines in the lists, all compiles, and suites of others pass`, () =>
  expect(withoutFeatures(turns, packageRoot, true)).toEqual({ compiler: [], suites: [] }));

it("finds what a feature leaves behind", () => expect(importersOf(["approvals"], files).length).toBeGreaterThan(0));
