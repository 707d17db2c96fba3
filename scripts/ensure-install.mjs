// Makes sure that Node is new enough and that node_modules is what package-lock.json says, before anything needs it.
// Plain Node, no dependency: it runs on a fresh clone. Usage: node scripts/ensure-install.mjs [folder]

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = [20, 11];
const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), ".."));
const lock = join(root, "package-lock.json");
const stamp = join(root, "node_modules", ".gatehouse-install");

const say = (text) => process.stderr.write(`${text}\n`);

function isNodeNewEnough() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/** What an installation depends on: another lock or another system makes it a different one. */
function fingerprint() {
  const hash = createHash("sha256").update(readFileSync(join(root, "package.json")));
  if (existsSync(lock)) hash.update(readFileSync(lock));
  return hash.update(`${process.platform} ${process.arch}`).digest("hex");
}

/** Runs npm without a word of its own; what it printed is shown only if nothing else helped. */
function npm(...words) {
  const command = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const [program, ...before] = command;
  const { status, stdout, stderr, error } = spawnSync(program, [...before, ...words, "--no-audit", "--no-fund"], {
    cwd: root,
    encoding: "utf8",
    shell: program === "npm" && process.platform === "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { ok: status === 0, output: `${stdout ?? ""}${stderr ?? ""}${error ? String(error) : ""}` };
}

if (!isNodeNewEnough()) {
  say(`Gatehouse needs Node ${OLDEST_NODE.join(".")} or newer; this is ${process.versions.node}. Get one at https://nodejs.org.`);
  process.exit(1);
}
const wanted = fingerprint();
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  say("Installing packages, about a minute ...");
  const exact = npm("ci");
  // A lock made on another system lacks this one's binaries; npm then refuses, and installing without it does not.
  const done = exact.ok ? exact : npm("install", "--no-save");
  if (!done.ok) {
    say(exact.output);
    say(done.output);
    say("The packages could not be installed; npm's own words are above.");
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
  say("Packages are installed.");
}
