import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../lib/package-root";
import { generatedParts, withPart } from "./generated-docs";

// Rewrites the parts of docs/ that are generated: npm run docs.
for (const part of generatedParts) {
  const path = join(packageRoot, part.page);
  writeFileSync(path, withPart(readFileSync(path, "utf8"), part));
}
