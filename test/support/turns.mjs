import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MS_PER_DAY = 86_400_000;

/**
 * Suites that take most of the time: whole packages, browsers, gates and towns. Each day runs one set, beside all other suites. A set takes
 * about 100 seconds of a processor.
 */
const turns = [
  [
    "package/installed",
    "infrastructure/policy-folder",
    "cli/entry-point",
    "simulator/conformance/extension",
    "features/entra/lost",
    "infrastructure/gates",
    "features/person/reach",
    "features/verify-identity/dynamodb",
    "features/audit/row-proof",
  ],
  [
    "browser/console",
    "infrastructure/lifecycle",
    "infrastructure/events",
    "features/entra/external/trouble",
    "infrastructure/place",
    "features/rotation/passwords",
    "docs/layers",
    "features/preview/preview",
  ],
  [
    "end-to-end/recipes",
    "scripts/without-feature",
    "lives/lives",
    "handlers/stream-readers",
    "features/incidents/incident",
    "local/cases/supervised",
    "infrastructure/gate-resources",
    "features/approvals/mail-stack",
    "features/approval-api/worker",
  ],
  [
    "browser/who",
    "local/counterexamples/counterexamples",
    "features/doctor/doctor",
    "features/cases/cases",
    "end-to-end/own-policy",
    "features/smoke/smoke",
    "infrastructure/deploying",
    "infrastructure/tokens",
    "memory/contract",
    "features/smoke/deployed",
    "adapters/graph/graph",
  ],
  [
    "browser/simulator",
    "end-to-end/external-tenant",
    "types/tenant-attributes",
    "features/access-list/import-interrupted",
    "local/run/run",
    "infrastructure/written-rows",
    "features/backup/restore",
    "features/admit/table",
    "features/approvals/client/account-error",
  ],
  [
    "end-to-end/gates",
    "end-to-end/documented-commands",
    "local/reload/reload",
    "package/deploy",
    "features/entra/trouble",
    "features/deploy/deploy",
    "infrastructure/external-tenant",
    "features/counterexamples/find",
  ],
].map((suites) => suites.map((suite) => `test/${suite}.test.ts`));

const gone = turns.flat().filter((suite) => !existsSync(fileURLToPath(new URL(`../../${suite}`, import.meta.url))));
if (gone.length > 0) throw new Error(`test/support/turns.mjs names suites that do not exist: ${gone.join(", ")}`);

/** The suites that other days run. */
export function suitesOfOtherDays() {
  const today = Math.floor(Date.now() / MS_PER_DAY) % turns.length;
  return turns.filter((_, turn) => turn !== today).flat();
}
