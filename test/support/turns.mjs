import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MS_PER_DAY = 86_400_000;

/**
 * Suites that take most of the time: whole packages, browsers, gates and towns. Each day runs one set, beside all other suites. A set takes
 * about 110 seconds of a processor.
 */
const turns = [
  [
    "package/installed",
    "end-to-end/external-tenant",
    "local/reload/reload",
    "features/access-list/import-interrupted",
    "features/entra/trouble",
  ],
  [
    "browser/console",
    "end-to-end/documented-commands",
    "local/counterexamples/counterexamples",
    "package/deploy",
    "end-to-end/own-policy",
    "features/smoke/smoke",
  ],
  [
    "end-to-end/recipes",
    "browser/who",
    "features/cases/cases",
    "types/tenant-attributes",
    "handlers/stream-readers",
    "simulator/conformance/extension",
  ],
  [
    "end-to-end/gates",
    "browser/simulator",
    "lives/lives",
    "scripts/without-feature",
    "features/doctor/doctor",
    "infrastructure/policy-folder",
  ],
].map((suites) => suites.map((suite) => `test/${suite}.test.ts`));

const gone = turns.flat().filter((suite) => !existsSync(fileURLToPath(new URL(`../../${suite}`, import.meta.url))));
if (gone.length > 0) throw new Error(`test/support/turns.mjs names suites that do not exist: ${gone.join(", ")}`);

/** The suites that other days run. */
export function suitesOfOtherDays() {
  const today = Math.floor(Date.now() / MS_PER_DAY) % turns.length;
  return turns.filter((_, turn) => turn !== today).flat();
}
