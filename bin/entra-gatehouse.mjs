#!/usr/bin/env node
// In the repository, the TypeScript sources run directly. The installed package contains compiled files.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { nodeTooOld } from "./node-version.cjs";

const require = createRequire(import.meta.url);
const tooOld = nodeTooOld();
if (tooOld !== undefined) {
  console.error(tooOld);
  process.exitCode = 1;
} else if (existsSync(new URL("entra-gatehouse.ts", import.meta.url))) {
  runSources();
} else {
  require("./code-cache.cjs").keepDependencies();
  require("../dist/node/bin/entra-gatehouse.js");
}

/** Only `require` is hooked: hooks for `import` would take a thread and half of a command's start. */
function runSources() {
  try {
    require.resolve("tsx/cjs");
  } catch {
    console.error("The packages are not installed yet: run npm start once, or npm ci.");
    process.exitCode = 1;
    return;
  }
  require("./typescript.cjs");
  require("./entra-gatehouse.ts");
}
