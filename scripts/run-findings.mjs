// Runs all scripts of findings/, each to its end, and names those whose library behaves in another way now. Usage:
// node scripts/run-findings.mjs

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "findings");
const scripts = readdirSync(folder).filter((name) => name.endsWith(".sh"));
const changed = scripts.filter((name) => {
  process.stdout.write(`${name}\n`);
  return spawnSync("bash", [join(folder, name)], { stdio: "inherit" }).status !== 0;
});
if (scripts.length === 0) throw new Error(`There is no script in ${folder}.`);
for (const name of changed) process.stderr.write(`findings/${name} ended with an error: read its first lines.\n`);
if (changed.length > 0) process.exitCode = 1;
