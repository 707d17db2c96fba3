import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../lib/app-root";
import { staleDocs } from "./generated-docs";

// This module rewrites the generated parts of docs/: npm run docs.
async function main(): Promise<void> {
  const stale = await staleDocs((path) => {
    const file = join(packageRoot, path);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  });
  for (const { path, text } of stale) {
    writeFileSync(join(packageRoot, path), text);
    console.log(`Wrote ${path}.`);
  }
  if (stale.length === 0) console.log("The generated docs are up to date.");
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
