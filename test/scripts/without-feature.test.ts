import { packageRoot } from "../../lib/app-root";
import { findFeature, readTexts } from "../../scripts/structure/faults";
import { tryWithout } from "../../scripts/structure/without-feature";

const all = [...new Set([...readTexts(packageRoot).keys()].flatMap((path) => findFeature(path) ?? []))].sort();
/** Most features stand on them: without one the rest compiles, but not all suites that are left pass. */
const bases = [
  "access-list",
  "approvals",
  "audit",
  "countries",
  "counts",
  "decisions",
  "free-mail",
  "look-alikes",
  "profiles",
  "reference-data",
  "simulator",
  "tasks",
];
const deletable = all.filter((feature) => !bases.includes(feature));
/** Every second feature, and the others: each is deleted once, and what the other half leaves has to do without it. */
const halves = [0, 1].map((rest) => deletable.filter((_, place) => place % 2 === rest));

it("the rest of the project compiles and passes its suites if either half of the features is removed", () =>
  expect(tryWithout(halves, packageRoot)).toEqual({ compiler: [], suites: [] }));

it("an unknown feature is refused", () =>
  expect(() => tryWithout([["no-feature"]], packageRoot)).toThrow("No file belongs to no-feature."));
