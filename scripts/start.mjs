// `npm start`: checks the installation, then runs the gate in the same process.

import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const installation = fileURLToPath(new URL("ensure-install.mjs", import.meta.url));
const { status } = spawnSync(process.execPath, [installation, "--without-dev"], { stdio: ["ignore", "inherit", "inherit"] });

if (status === 0) {
  // `npm start` runs in this script's folder, because cmd.exe finds the `exec` file there. An app's folder stays the current folder.
  const here = fileURLToPath(new URL(".", import.meta.url));
  if (join(process.cwd(), "/") === here) process.chdir("..");
  // `require` loads TypeScript files, so only `require` is hooked. Hooks for `import` would take a thread and a fifth of the loading time.
  const require = createRequire(import.meta.url);
  require("../bin/typescript.cjs");
  const { start } = require("../local/start.ts");
  await start(process.argv.slice(2));
} else {
  process.exitCode = 1;
}
