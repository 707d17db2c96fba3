import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Settings that all suites share, including those against DynamoDB Local. */
export const shared = {
  // The package's name resolves to its sources in the repository, as in tsconfig.json.
  resolve: {
    alias: [
      { find: /^entra-gatehouse$/, replacement: path("index.ts") },
      { find: /^entra-gatehouse\/cdk$/, replacement: path("bin/cdk.ts") },
      { find: /^entra-gatehouse\/package\.json$/, replacement: path("package.json") },
    ],
  },
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx" } },
  test: {
    globals: true,
    pool: "forks",
    // A worker keeps its modules for all its suites. Loading the modules again for each suite took a fifth of the whole time.
    isolate: false,
    // Loads TypeScript files of policies as the command does. The cache is in a folder that no other user can write.
    execArgv: ["--require", path("bin/typescript.cjs")],
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/each-suite.ts"],
    // The limit is so long that a slow machine does not fail a test.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
};

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    // One worker more than cores, because suites often wait for a process that they start. Each further worker would load all modules.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    include: ["test/**/*.test.ts"],
    // The suites in test/aws need Java: npm run test:aws.
    exclude: ["**/node_modules/**", "test/aws/**"],
  },
});
