// Starts the gate as people do, signs one person up, and ends it. Usage: node scripts/start-once.mjs

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const isWindows = process.platform === "win32";
const command = ["start", "--silent", "--", "--json", "--ephemeral", "--port", "0"];
const child = spawn("npm", command, { cwd: root, stdio: ["ignore", "pipe", "inherit"], shell: isWindows });
const lines = createInterface({ input: child.stdout });
const [line] = await Promise.race([
  once(lines, "line"),
  once(child, "exit").then(([code]) => Promise.reject(new Error(`npm start ended with ${code}.`))),
]);
const { apiUrl, username, password } = JSON.parse(line);
const response = await fetch(`${apiUrl}/before-create-user`, {
  method: "POST",
  headers: { authorization: `Basic ${btoa(`${username}:${password}`)}`, "content-type": "application/json" },
  body: JSON.stringify({ email: "blocked@contoso.com" }),
});
const { action } = await response.json();
process.stdout.write(`${response.status} ${action}\n`);
if (response.status !== 200 || action !== "ShowBlockPage") process.exitCode = 1;
// On Windows no signal reaches the processes that the shell has started.
if (isWindows) execFileSync("taskkill", ["/pid", String(child.pid), "/t", "/f"]);
else child.kill("SIGINT");
await once(child, "exit");
