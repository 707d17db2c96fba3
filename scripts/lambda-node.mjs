// Runs a script with the Lambda runtime's Node of test/lambda-runtime. Usage: node scripts/lambda-node.mjs SCRIPT [ARGUMENT ...]

import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const modules = join(dirname(fileURLToPath(import.meta.url)), "..", "test", "lambda-runtime", "node_modules");
const { status, error } = spawnSync(join(modules, "node", "bin", "node"), process.argv.slice(2), { stdio: "inherit" });
if (error) console.error(`The Lambda runtime's Node does not start: ${error.message}`);
process.exitCode = status ?? 1;
