import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../lib/package-root";
import { generatedParts, generatedSchemas, withPart } from "./generated-docs";

// Rewrites the parts of docs/ that are generated: npm run docs.
for (const part of generatedParts) {
  const path = join(packageRoot, part.page);
  writeFileSync(path, withPart(readFileSync(path, "utf8"), part));
}
for (const [path, schema] of generatedSchemas) writeFileSync(join(packageRoot, path), `${JSON.stringify(schema, undefined, 2)}\n`);
