// Types, lint and format, what nothing uses, and the structure: side by side, as each waits for nothing of the others. Usage: npm run check

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

// The suites' Node, where it is installed, takes a third less time than Node 20.
const suitesNode = join("test", "lambda-runtime", "node_modules", "node", "bin", "node");
const node = existsSync(suitesNode) ? suitesNode : "node";
const checks = [
  "tsc --checkers 1",
  "tsc -p console/browser",
  "biome ci --error-on-warnings .",
  `${node} node_modules/knip/bin/knip.js`,
  `${node} --import ./bin/typescript.mjs scripts/house/house.ts --check`,
];

/** Prints what a check said once it ends, so that their lines do not mix. @returns whether all is well */
function run(command) {
  // By a shell, as npm runs its scripts: on Windows the tools are command files.
  // The compiler is a Go program: to collect its garbage less often takes a fifth less time.
  const env = { GOGC: "400", ...process.env };
  const child = spawn(command, { shell: true, env, stdio: ["ignore", "pipe", "pipe"] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.push(chunk));
  return new Promise((resolve) => {
    child.on("close", (code) => {
      process.stdout.write(Buffer.concat(output));
      resolve(code === 0);
    });
  });
}

const results = await Promise.all(checks.map(run));
if (results.includes(false)) process.exitCode = 1;
