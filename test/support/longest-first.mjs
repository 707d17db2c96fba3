import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { BaseSequencer } from "vitest/node";

/**
 * The suites that take longest, longest first: where one of them comes last, the other workers wait for it. Vitest learns
 * the order by itself, but not on a fresh clone.
 */
const longest = [
  "lambda/sign-up.fuzz",
  "end-to-end/gate",
  "browser/console",
  "lambda/provisioning.property",
  "end-to-end/own-policy",
  "cli/list/import-interrupted",
  "package/installed",
  "infrastructure/gatehouse",
  "engine/rules/permitted-value/code.property",
  "end-to-end/recipes",
  "end-to-end/identity-recipes",
  "end-to-end/shadows",
  "engine/rules/approved.property",
  "browser/simulator",
  "engine/access-list/files/plan.property",
  "local/run/run",
  "end-to-end/approval",
  "end-to-end/documented-commands",
  "adapters/graph/graph",
  "adapters/graph/accounts/account-error",
  "lambda/sign-up",
  "lambda/shadow",
  "engine/rules/verify-identity/dynamodb",
  "cli/decisions/decisions",
].map((suite) => fileURLToPath(new URL(`../${suite}.test.ts`, import.meta.url)));

const gone = longest.filter((suite) => !existsSync(suite));
if (gone.length > 0) throw new Error(`test/support/longest-first.mjs names suites that do not exist: ${gone.join(", ")}`);

/** A suite that is not among them comes after them; the isolated ones come last, as they end the workers that others share. */
const place = ({ moduleId, project }) => (project.config.isolate ? 1_000 : longest.indexOf(moduleId) + 1 || longest.length + 1);

export class LongestFirst extends BaseSequencer {
  async sort(suites) {
    return (await super.sort(suites)).sort((a, b) => place(a) - place(b));
  }
}
