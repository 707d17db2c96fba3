// `npm start`. One command, not two joined by the shell, so that the signals npm hands on reach what has to be ended.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const installation = fileURLToPath(new URL("ensure-install.mjs", import.meta.url));
const { status } = spawnSync(process.execPath, [installation], { stdio: ["ignore", "inherit", "inherit"] });
if (status === 0) {
  await import("tsx");
  await import("../local/start.ts");
} else {
  process.exitCode = 1;
}
