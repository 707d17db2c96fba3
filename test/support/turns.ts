import { existsSync } from "node:fs";
import { join } from "node:path";
import { dayNumber } from "./in-turn";

/**
 * Suites that take most of the time: whole packages, browsers, gates and towns. Each day runs one set, beside all other suites. A set takes
 * about 110 seconds of a processor.
 */
const turns = [
  ["package/installed", "end-to-end/external-tenant", "local/reload/reload", "features/access-list/import-interrupted"],
  ["browser/console", "end-to-end/documented-commands", "local/counterexamples/counterexamples", "package/deploy", "end-to-end/own-policy"],
  ["end-to-end/recipes", "browser/who", "features/cases/cases", "types/tenant-attributes", "handlers/stream-readers"],
  [
    "end-to-end/gates",
    "browser/simulator",
    "lives/lives",
    "scripts/without-feature",
    "features/doctor/doctor",
    "infrastructure/policy-folder",
  ],
].map((suites) => suites.map((suite) => `test/${suite}.test.ts`));

const gone = turns.flat().filter((suite) => !existsSync(join(import.meta.dirname, "..", "..", suite)));
if (gone.length > 0) throw new Error(`test/support/turns.ts names suites that do not exist: ${gone.join(", ")}`);

/** Today's turn, counted from 1, of how many; the suites that the other days run. */
export function turnOfDay(): { turn: number; of: number; left: readonly string[] } {
  const today = dayNumber() % turns.length;
  return { turn: today + 1, of: turns.length, left: turns.filter((_, turn) => turn !== today).flat() };
}
