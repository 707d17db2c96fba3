const { join } = require("node:path");
const usual = require("../../jest.config.js");

/** `npm run test:aws`: what reads and writes tables, against Amazon's own engine in place of the embedded one. */
module.exports = {
  ...usual,
  rootDir: join(__dirname, "..", ".."),
  testMatch: [
    "<rootDir>/test/aws/**/*.test.ts",
    "<rootDir>/test/adapters/{list-changes,tables}/*.test.ts",
    "<rootDir>/test/bundles/*.test.ts",
    "<rootDir>/test/cli/{approvals,data,decisions,list,person}/*.test.ts",
    "<rootDir>/test/console/paging/*.test.ts",
    "<rootDir>/test/console/pages/{access-list,audit,decisions,overview}/*.test.ts",
    "<rootDir>/test/lambda/{approval-api,audit-changes,decision-counter,records,shadow,provisioning}.test.ts",
  ],
  testPathIgnorePatterns: [
    "/node_modules/",
    // It kills an import of 4,000 rows at some share of its time: here each row is a call of its own. list-changes/killed.test.ts kills at ten places.
    "<rootDir>/test/cli/list/import-interrupted.test.ts",
  ],
  globalSetup: "<rootDir>/test/aws/start-engine.ts",
  globalTeardown: "<rootDir>/test/aws/stop-engine.ts",
  moduleNameMapper: { ...usual.moduleNameMapper, "^(?:\\.\\./)+support/dynamodb$": "<rootDir>/test/aws/dynamodb.ts" },
};
