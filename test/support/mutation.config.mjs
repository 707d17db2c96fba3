import { defineConfig } from "vitest/config";
import { shared } from "../../vitest.config.mjs";

/** `npm run mutation`: the suites of one folder, in the copy in which it changes the code. */
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: [process.env.MUTATION_SUITES],
    // Those that start a database, read the docs, or try thousands of made-up cases.
    exclude: ["**/dynamodb.test.ts", "**/registry.test.ts", "**/*.{property,fuzz}.test.ts"],
    globalSetup: [],
    setupFiles: ["test/support/fixed-seed.ts"],
  },
});
