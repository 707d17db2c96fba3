// Makes sure that Node is new enough and that node_modules is what package-lock.json says, before anything needs it.
// Plain Node, no dependency: it runs on a fresh clone. Usage: node scripts/ensure-install.mjs [folder]

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeTooOld } from "../bin/node-version.cjs";

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), ".."));
const stamp = join(root, "node_modules", ".gatehouse-install");

const READ_ONLY = `Packages cannot be installed: ${root} is read-only for you. Copy it to a folder that you can write to.`;

/** How npm's failures are told: by a sign in what it prints. */
const failures = [
  [
    /EUSAGE|in sync/,
    "package-lock.json does not match package.json: check out both of one commit, or run npm install and commit the lock.",
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|SOCKET_TIMEOUT/,
    "npm reaches no registry to install from: check the network, the proxy and what `npm config get registry` says, then try again.",
  ],
  [
    /\bE40[134]\b/,
    "The registry does not hand out these packages: check what `npm config get registry` says, and that you are signed in there.",
  ],
  [/EACCES|EROFS|EPERM/, READ_ONLY],
  [/ENOSPC/, "The disk is too full for the packages, which take about 600 MB: make room and try again."],
];

/** What an installation depends on: another lock or another system makes it a different one. */
function fingerprint() {
  const { dependencies, devDependencies, overrides } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const system = [process.platform, process.arch];
  return createHash("sha256")
    .update(JSON.stringify({ dependencies, devDependencies, overrides, system }))
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

/** Whether npm has just this installed, by the list that it writes last: `npm ci` by hand leaves no stamp. */
function isInstalledByHand() {
  const list = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(list)) return false;
  const [{ packages: there }, { packages: locked }] = [list, join(root, "package-lock.json")].map((file) =>
    JSON.parse(readFileSync(file, "utf8")),
  );
  const isSame = ([path, { version, integrity }]) => locked[path]?.version === version && locked[path].integrity === integrity;
  const isOfThisSystem = ([, { os = [process.platform], cpu = [process.arch] }]) =>
    os.includes(process.platform) && cpu.includes(process.arch);
  const isThere = ([path, { optional }]) => path === "" || optional || there[path] !== undefined;
  const found = Object.entries(there);
  return found.every(isSame) && found.every(isOfThisSystem) && Object.entries(locked).every(isThere);
}

/** Installs what the lock says, never anything else. @returns what went wrong, if anything did */
function install() {
  if (!isWritable()) return READ_ONLY;
  const { npm_execpath: npm } = process.env;
  const [program, ...args] = npm ? [process.execPath, npm, "ci"] : ["npm", "ci"];
  const { status, stdout, stderr, error } = spawnSync(program, [...args, "--no-audit", "--no-fund"], {
    cwd: root,
    encoding: "utf8",
    shell: program === "npm" && process.platform === "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status === 0) return undefined;
  const output = `${stdout ?? ""}${stderr ?? ""}${error ?? ""}`;
  return failures.find(([sign]) => sign.test(output))?.[1] ?? `${output}\nThe packages could not be installed: npm says why above.`;
}

function isWritable() {
  try {
    accessSync(root, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns what went wrong, if anything did */
function ensureInstalled() {
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return undefined;
  if (!existsSync(stamp) && isInstalledByHand()) {
    // One that cannot be written to is looked at anew each time.
    if (isWritable()) writeFileSync(stamp, wanted);
    return undefined;
  }
  process.stderr.write("Installing packages, about a minute ...\n");
  const failure = install();
  if (failure !== undefined) return failure;
  writeFileSync(stamp, wanted);
  process.stderr.write("Packages are installed.\n");
  return undefined;
}

const failure = nodeTooOld() ?? ensureInstalled();
if (failure !== undefined) {
  process.stderr.write(`${failure}\n`);
  process.exitCode = 1;
}
