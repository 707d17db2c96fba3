import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** What all suites share, those against DynamoDB Local too. */
export const shared = {
  // As tsconfig.json has it: in the repository the package is its sources.
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
    // A worker loads a module once and keeps it for all its suites: to load them again for each took a fifth of the whole.
    isolate: false,
    // So that a policy's folder loads in a test as it does in the command, and no other user's cache with it.
    execArgv: ["--require", path("bin/typescript.cjs")],
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/each-suite.ts"],
    // A slow machine must not look like a failed test.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
};

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    // One more than there are cores, as suites wait for what they start. Each loads all modules for itself.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    include: ["test/**/*.test.ts"],
    // The second needs Java: npm run test:aws.
    exclude: ["**/node_modules/**", "test/aws/**"],
  },
});
