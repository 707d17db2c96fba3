#!/usr/bin/env node
// In the repository, the TypeScript sources run directly. The installed package contains compiled files.

import { existsSync } from "node:fs";
import { nodeTooOld } from "./node-version.cjs";

const tooOld = nodeTooOld();
if (tooOld !== undefined) {
  console.error(tooOld);
  process.exitCode = 1;
} else if (existsSync(new URL("entra-gatehouse.ts", import.meta.url))) {
  const isInstalled = await import("./typescript.mjs").then(
    () => true,
    () => false,
  );
  if (isInstalled) await import("./entra-gatehouse.ts");
  else {
    console.error("The packages are not installed yet: run npm start once, or npm ci.");
    process.exitCode = 1;
  }
} else {
  await import("../dist/node/bin/entra-gatehouse.js");
}
