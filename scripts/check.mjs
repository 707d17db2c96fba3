// Checks types, lint, format, unused code, structure and lists, all in parallel. Usage: npm run check

import { spawn } from "node:child_process";

const checks = [
  "tsc --checkers 1",
  "tsc -p console/browser",
  "biome ci --error-on-warnings .",
  "knip",
  "node --import ./bin/typescript.mjs scripts/structure/check.ts",
  "node --import ./bin/typescript.mjs scripts/lists/run.ts --check",
];

/** Prints a check's output once it ends, so that lines do not mix. @returns true if it succeeded */
function run(command) {
  // The command runs in a shell, because on Windows the tools are command files.
  const child = spawn(command, { shell: true, stdio: ["ignore", "pipe", "pipe"] });
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
