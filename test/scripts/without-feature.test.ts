import { packageRoot } from "../../lib/package-root";
import { goWith } from "../../scripts/house/knot";
import { edgesIn, featuresIn } from "../../scripts/house/measure";
import { sourceFiles } from "../../scripts/house/sources";
import { importersOf, withoutFeatures } from "../../scripts/house/without-feature";
import { turnsOfDay } from "../support/in-turn";

const files = sourceFiles(packageRoot);
const edges = edgesIn(files);
/** What `npm start` and its cases are made of. The list shrinks: what leaves it stays out. */
const ofStart: readonly string[] = [
  "access-list",
  "approvals",
  "audit",
  "cases",
  "counterexamples",
  "counts",
  "decisions",
  "entra",
  "external-tenant",
  "limit",
  "look-alikes",
  "mail-facts",
  "preview",
  "simulator",
  "tasks",
  "workbench",
];

const all = featuresIn(files);
/** A start is more than its features: the others can go from it. */
const others = all.filter((feature) => !ofStart.includes(feature));
/** Three a day, in turn: `npm run house -- --without all --suites` tries every feature by itself. */
const turns = turnsOfDay(others, 3);

it.each(others.map((feature) => ({ feature })))("nothing but lists, and what stands on it, imports $feature", ({ feature }) =>
  expect(importersOf(goWith([feature], edges), files)).toEqual([]),
);

it(`without ${turns.join(", ")}, what stands on them and their lines in the lists, all compiles, and suites of others pass`, () =>
  expect(withoutFeatures(turns, packageRoot, true)).toEqual({ compiler: [], suites: [] }));

it("a start needs those that are said to be its own", () =>
  expect(ofStart.filter((feature) => importersOf(goWith([feature], edges), files).length === 0)).toEqual([]));

it("finds what a feature leaves behind", () => expect(importersOf(["approvals"], files).length).toBeGreaterThan(0));
