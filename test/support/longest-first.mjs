import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { BaseSequencer } from "vitest/node";

/**
 * The suites that take longest, longest first: where one of them comes last, the other workers wait for it. Vitest learns
 * the order by itself, but not on a fresh clone.
 */
const longest = [
  "package/installed",
  "browser/pages",
  "scripts/without-feature",
  "end-to-end/gates",
  "end-to-end/gate",
  "lives/lives",
  // These mostly wait for a clock: beside what keeps both cores busy they cost nothing.
  "features/decisions/decisions",
  "features/verify-identity/dynamodb",
  "lambda/sign-up",
  "features/shadow/shadow",
  "features/entra/declared",
  "adapters/http/outbound",
  "local/aws/events/rules",
  "adapters/aws/client",
  "features/approvals/store/approvals",
  "package/scripts",
  "infrastructure/gatehouse",
  "local/counterexamples/counterexamples",
  "local/cases/supervised",
  "features/cases/cases",
  "features/access-list/import-interrupted",
  "features/entra/external/trouble",
  "local/reload/reload",
  "features/access-list/store/killed",
  "features/entra/trouble",
  "end-to-end/own-policy",
  "features/smoke/smoke",
  "features/backup/s3",
  "package/deploy",
  "local/run/run",
  "types/tenant-attributes",
  "features/doctor/doctor",
  "bundles/bundles",
  "docs/code",
  "adapters/graph/graph",
  "features/approvals/client/account-error",
  "lambda/sign-up.fuzz",
  "features/approvals/provisioning.property",
].map((suite) => fileURLToPath(new URL(`../${suite}.test.ts`, import.meta.url)));

const gone = longest.filter((suite) => !existsSync(suite));
if (gone.length > 0) throw new Error(`test/support/longest-first.mjs names suites that do not exist: ${gone.join(", ")}`);

/** A suite that is not among them comes after them. */
const place = ({ moduleId }) => {
  const listed = longest.indexOf(moduleId);
  return listed < 0 ? longest.length : listed;
};

export class LongestFirst extends BaseSequencer {
  async sort(suites) {
    return (await super.sort(suites)).sort((a, b) => place(a) - place(b));
  }
}
