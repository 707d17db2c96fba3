import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { shared } from "../../vitest.config.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** `npm run test:aws`: what reads and writes tables, against Amazon's own engine in place of the embedded one. */
export default defineConfig({
  ...shared,
  root: path("../.."),
  resolve: { alias: [...shared.resolve.alias, { find: /^(?:\.\.\/)+support\/(?:embedded-)?dynamodb$/, replacement: path("dynamodb.ts") }] },
  test: {
    ...shared.test,
    // Some of these suites have functions begin again, each with its modules.
    isolate: true,
    include: [
      "test/aws/**/*.test.ts",
      "test/adapters/tables/*.test.ts",
      "test/features/*/store/*.test.ts",
      "test/bundles/*.test.ts",
      "test/memory/*.test.ts",
      "test/features/{access-list,approvals,audit,decisions,invitations,permitted-value,person,profiles,reference-data}/*.test.ts",
      "test/features/{access-list,audit,decisions,inbox}/pages/*.test.ts",
      "test/features/{approval-api,counts,look-alikes,shadow}/*.test.ts",
      "test/features/{approvals,counts}/worker/*.test.ts",
      "test/lambda/{audit-changes,decision-counter,records,shadow}.test.ts",
    ],
    exclude: [
      "**/node_modules/**",
      // It kills an import of 4,000 rows at some share of its time: here each row is a call of its own. list-changes/killed.test.ts kills at ten places.
      "test/features/access-list/import-interrupted.test.ts",
    ],
    globalSetup: ["test/aws/start-engine.ts"],
  },
});
