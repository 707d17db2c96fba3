// Raises the pinned dependencies to their newest minor versions, in package.json and its lock. Usage: node scripts/newest-minors.mjs

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const file = join(root, "package.json");
const manifest = JSON.parse(readFileSync(file, "utf8"));
for (const kind of ["dependencies", "devDependencies", "overrides"]) {
  for (const [name, version] of Object.entries(manifest[kind])) if (/^\d/.test(version)) manifest[kind][name] = `^${version}`;
}
writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
const shell = process.platform === "win32";
execFileSync("npm", ["update", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: root, stdio: "inherit", shell });
