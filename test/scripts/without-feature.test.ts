import { packageRoot } from "../../lib/package-root";
import { standAlone, withoutFeature } from "../../scripts/house/without-feature";

const TURNS_A_RUN = 3;
const MS_PER_DAY = 86_400_000;

/** Three a day, in turn, the first of them with suites: `npm run house -- --without all` tries every feature. */
const day = Math.floor(Date.now() / MS_PER_DAY);
const turns = Array.from({ length: TURNS_A_RUN }, (_, turn) => standAlone[(day * TURNS_A_RUN + turn) % standAlone.length] as string);

it.each(turns.map((feature, turn) => ({ feature, suites: turn === 0 })))(
  "nothing else needs $feature: without its folder and its lines in the lists, all compiles, and suites of others pass: $suites",
  ({ feature, suites }) => expect(withoutFeature(feature, packageRoot, suites)).toEqual({ compiler: [], suites: [] }),
);

it("finds what a feature leaves behind", () => {
  // The access list is what most of the house works on.
  expect(withoutFeature("access-list", packageRoot).compiler.length).toBeGreaterThan(0);
});
