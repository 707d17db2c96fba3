// Prints what an upgrade has to keep of the templates of an older commit: test/fixtures/upgrade. Usage, in a checkout of that commit with its
// packages installed: node --import ./bin/typescript.mjs PATH/scripts/upgrade/write-fixture.ts > PATH/test/fixtures/upgrade/COMMIT.json

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployments, reduceTemplate } from "./deployments";

const requireThere = createRequire(join(process.cwd(), "package.json"));
const { App } = requireThere("aws-cdk-lib") as typeof import("aws-cdk-lib");
const { GatehouseStack } = requireThere("./lib/gatehouse-stack.ts") as typeof import("../../lib/gatehouse-stack");
const { context } = JSON.parse(readFileSync("cdk.json", "utf8")) as { context: Record<string, unknown> };

const outdir = mkdtempSync(join(tmpdir(), "gatehouse-upgrade-"));
const kept = Object.entries(deployments).map(([name, options]) => {
  // Code is not needed, so nothing is bundled.
  const app = new App({ outdir, context: { ...context, "aws:cdk:bundling-stacks": [] } });
  const stack = new GatehouseStack(app, "Gatehouse", options);
  return [name, reduceTemplate(app.synth().getStackArtifact(stack.artifactId).template)] as const;
});
rmSync(outdir, { recursive: true });
process.stdout.write(`${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
