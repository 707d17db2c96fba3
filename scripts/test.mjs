// Runs all checks of a change: the suites, on the Lambda runtime's Node, and at once `npm run check`, because the suites leave a processor
// idle at times. Uses only plain Node, because it runs on a fresh clone. Usage: npm test [-- OPTION OF VITEST ...]

import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

function run(...args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
  return new Promise((resolve) => child.on("close", (code) => resolve(code === 0)));
}

const install = join("scripts", "ensure-install.mjs");
const installed = await Promise.all([run(install), run(install, join("test", "lambda-runtime"))]);
if (installed.includes(false)) process.exitCode = 1;
else {
  const suites = [join("scripts", "lambda-node.mjs"), join("node_modules", "vitest", "vitest.mjs"), "run", ...process.argv.slice(2)];
  // Each check prints its lines together when it ends.
  const [isChecked, isTested] = await Promise.all([run(join("scripts", "check.mjs")), run(...suites)]);
  if (!isChecked) console.error("npm run check failed: its lines are further up, among those of the suites.");
  if (!isChecked || !isTested) process.exitCode = 1;
}
