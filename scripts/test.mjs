// All that a change has to pass: `npm run check` beside the suites, which leave a processor idle now and then. Suites run on the
// Lambda runtime's Node. Plain Node: it runs on a fresh clone. Usage: npm test [-- OPTION OF VITEST ...]

import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** @returns whether it ended well, and what it printed where that is kept */
function run(args, stdout = "inherit") {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["inherit", stdout, stdout] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => output.push(chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ isWell: code === 0, text: Buffer.concat(output) })));
}

const install = join("scripts", "ensure-install.mjs");
const installed = await Promise.all([run([install]), run([install, join("test", "lambda-runtime")])]);
if (installed.every(({ isWell }) => isWell)) {
  const suites = [join("scripts", "lambda-node.mjs"), join("node_modules", "vitest", "vitest.mjs"), "run", ...process.argv.slice(2)];
  const checked = run([join("scripts", "check.mjs")], "pipe").then(({ isWell, text }) => {
    process.stdout.write(text);
    return isWell;
  });
  const tested = await run(suites);
  const isChecked = await checked;
  if (!isChecked) console.error("npm run check failed: its lines are further up, among those of the suites.");
  if (!isChecked || !tested.isWell) process.exitCode = 1;
} else process.exitCode = 1;
