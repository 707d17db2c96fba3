import { packageRoot } from "../../lib/package-root";
import edges from "../../scripts/structure/edges.json";
import { findFeature } from "../../scripts/structure/faults";
import { readTexts } from "../../scripts/structure/sources";
import { tryWithout } from "../../scripts/structure/without-feature";
import { turnsOfDay } from "../support/in-turn";

const all = [...new Set([...readTexts(packageRoot).keys()].flatMap((path) => findFeature(path) ?? []))].sort();
/** Most features stand on them: without one the rest compiles, but not all suites that are left pass. */
const bases = [
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
/** Three a day, in turn: `npm run structure -- --without NAME` tries one. */
const turns = turnsOfDay(
  all.filter((feature) => !bases.includes(feature)),
  3,
);

it(`without ${turns.join(", ")}, what stands on them and their lines in the lists, all compiles, and suites of others pass`, () =>
  expect(tryWithout(turns, packageRoot, edges)).toEqual({ compiler: [], suites: [] }));

it("refuses a feature that does not exist", () =>
  expect(() => tryWithout(["no-feature"], packageRoot, edges)).toThrow("No file belongs to no-feature."));
