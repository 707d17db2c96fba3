#!/usr/bin/env node
// In the repository, the TypeScript sources run directly. The installed package contains compiled files.

import { existsSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { nodeTooOld } from "./node-version.cjs";

const tooOld = nodeTooOld();
if (tooOld !== undefined) {
  console.error(tooOld);
  process.exitCode = 1;
} else if (existsSync(new URL("entra-gatehouse.ts", import.meta.url))) {
  runSources();
} else {
  await import("../dist/node/bin/entra-gatehouse.js");
}

/** Only `require` is hooked: hooks for `import` would take a thread and half of a command's start. */
function runSources() {
  const require = createRequire(import.meta.url);
  try {
    require("./typescript.cjs");
  } catch {
    console.error("The packages are not installed yet: run npm start once, or npm ci.");
    process.exitCode = 1;
    return;
  }
  const compile = Module.prototype._compile;
  // An `import()` of a source file becomes a `require`. Other files, such as an app's own ES modules, keep theirs.
  Module.prototype._compile = function compileSource(code, file, ...others) {
    const isSource = /\.tsx?$/.test(file);
    const relative = /\bimport\((["'])(\.{1,2}\/[^"']+)\1\)/g;
    return compile.call(this, isSource ? code.replace(relative, "Promise.resolve().then(() => require($1$2$1))") : code, file, ...others);
  };
  require("./entra-gatehouse.ts");
}
