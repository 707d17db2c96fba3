const { existsSync } = require("node:fs");
const { join } = require("node:path");
const Sequencer = require("@jest/test-sequencer").default;

/**
 * The suites that take longest, longest first: where one of them comes last, the other workers wait for it. Jest learns the
 * order by itself, but not on a fresh clone.
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
].map((suite) => join(__dirname, "..", `${suite}.test.ts`));

const gone = longest.filter((suite) => !existsSync(suite));
if (gone.length > 0) throw new Error(`test/support/sequencer.js names suites that do not exist: ${gone.join(", ")}`);

/** A suite that is not among them comes after them. */
const place = ({ path }) => longest.indexOf(path) + 1 || longest.length + 1;

module.exports = class extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => place(a) - place(b));
  }
};
