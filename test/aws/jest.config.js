const { join } = require("node:path");
const usual = require("../../jest.config.js");

/** `npm run test:aws`: what reads and writes tables, against Amazon's own engine in place of the embedded one. */
module.exports = {
  ...usual,
  rootDir: join(__dirname, "..", ".."),
  testMatch: [
    "<rootDir>/test/aws/**/*.test.ts",
    "<rootDir>/test/adapters/tables/*.test.ts",
    "<rootDir>/test/bundles/*.test.ts",
    "<rootDir>/test/cli/{approvals,data,decisions,list,person}/*.test.ts",
    "<rootDir>/test/lambda/{records,shadow,provisioning}.test.ts",
  ],
  testPathIgnorePatterns: [
    "/node_modules/",
    // They go by the pace of an engine in the same process: who of several at once is read first, what a killed process had written.
    "<rootDir>/test/adapters/tables/approvals.test.ts",
    "<rootDir>/test/lambda/approval-api.test.ts",
    "<rootDir>/test/cli/list/import-interrupted.test.ts",
  ],
  globalSetup: "<rootDir>/test/aws/start-engine.ts",
  globalTeardown: "<rootDir>/test/aws/stop-engine.ts",
  moduleNameMapper: { ...usual.moduleNameMapper, "^(?:\\.\\./)+support/dynamodb$": "<rootDir>/test/aws/dynamodb.ts" },
};
