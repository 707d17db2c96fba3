import { packageRoot } from "../../lib/package-root";
import { sourceFiles } from "../../scripts/house/sources";
import { importsOf, standAlone, withoutFeatures } from "../../scripts/house/without-feature";

const TURNS_A_RUN = 3;
const MS_PER_DAY = 86_400_000;

/** Three a day, in turn: `npm run house -- --without all --suites` tries every feature by itself. */
const day = Math.floor(Date.now() / MS_PER_DAY);
const turns = Array.from({ length: TURNS_A_RUN }, (_, turn) => standAlone[(day * TURNS_A_RUN + turn) % standAlone.length] as string);

const files = sourceFiles(packageRoot);

it.each(standAlone.map((feature) => ({ feature })))("nothing but lists imports $feature", ({ feature }) =>
  expect(importsOf(feature, files)).toEqual([]),
);

it(`without the folders of ${turns.join(", ")} and their lines in the lists, all compiles, and suites of others pass`, () =>
  expect(withoutFeatures(turns, packageRoot, true)).toEqual({ compiler: [], suites: [] }));

it("finds what a feature leaves behind", () => {
  // The access list is what most of the house works on.
  expect(importsOf("access-list", files).length).toBeGreaterThan(0);
});
