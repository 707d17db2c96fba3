import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MS_PER_DAY = 86_400_000;

/**
 * Suites that take most of the time: whole packages, browsers, gates and towns. Each day runs one set, beside all other suites. A set takes
 * about 80 seconds of a processor.
 */
const turns = [
  ["package/installed", "infrastructure/policy-folder", "features/entra/lost", "infrastructure/gates", "features/person/reach"],
  ["browser/console"],
  [
    "scripts/without-feature",
    "end-to-end/recipes",
    "features/doctor/doctor",
    "infrastructure/gate-resources",
    "features/approvals/mail-stack",
  ],
  [
    "browser/who",
    "lives/lives",
    "local/cases/supervised",
    "features/cases/cases",
    "features/smoke/smoke",
    "infrastructure/deploying",
    "infrastructure/tokens",
    "memory/contract",
  ],
  [
    "browser/simulator",
    "end-to-end/external-tenant",
    "local/run/run",
    "infrastructure/written-rows",
    "features/backup/restore",
    "features/admit/table",
    "features/approvals/client/account-error",
    "features/smoke/deployed",
  ],
  [
    "end-to-end/documented-commands",
    "package/deploy",
    "end-to-end/gates",
    "local/reload/reload",
    "infrastructure/events",
    "features/entra/trouble",
    "features/deploy/deploy",
    "infrastructure/external-tenant",
    "features/counterexamples/find",
  ],
  [
    "local/counterexamples/counterexamples",
    "types/tenant-attributes",
    "handlers/stream-readers",
    "end-to-end/own-policy",
    "features/rotation/passwords",
    "infrastructure/place",
    "infrastructure/lifecycle",
  ],
  [
    "features/access-list/import-interrupted",
    "simulator/conformance/extension",
    "adapters/graph/graph",
    "features/verify-identity/dynamodb",
    "cli/entry-point",
    "features/approval-api/worker",
    "features/incidents/incident",
    "features/entra/external/trouble",
    "features/preview/preview",
  ],
].map((suites) => suites.map((suite) => `test/${suite}.test.ts`));

const gone = turns.flat().filter((suite) => !existsSync(fileURLToPath(new URL(`../../${suite}`, import.meta.url))));
if (gone.length > 0) throw new Error(`test/support/turns.mjs names suites that do not exist: ${gone.join(", ")}`);

/** The suites that other days run. */
export function suitesOfOtherDays() {
  const today = Math.floor(Date.now() / MS_PER_DAY) % turns.length;
  return turns.filter((_, turn) => turn !== today).flat();
}
