// Checks that Node is new enough. Installs the packages of package-lock.json if node_modules differs. Uses only plain Node, because it runs
// on a fresh clone. Usage: node scripts/ensure-install.mjs [folder] [--without-dev]. With --without-dev, packages for development are left
// out, except the optional packages that npm start needs. A later run without the option adds the packages that were left out.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeTooOld } from "../bin/node-version.cjs";

const WITHOUT_DEV = "--without-dev";
const withoutDev = process.argv.includes(WITHOUT_DEV);
const [folder] = process.argv.slice(2).filter((each) => each !== WITHOUT_DEV);
const root = resolve(folder ?? join(dirname(fileURLToPath(import.meta.url)), ".."));
const modules = join(root, "node_modules");
const stamp = join(modules, ".gatehouse-install");

const READ_ONLY = `Packages cannot be installed: ${root} is read-only for you. Copy it to a folder that you can write to.`;

const failures = [
  [
    /EUSAGE|in sync/,
    "package-lock.json does not match package.json: check out both of one commit, or run npm install and commit the lock.",
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|SOCKET_TIMEOUT/,
    "npm cannot reach a registry: check the network, the proxy and what `npm config get registry` says, then try again.",
  ],
  [/\bE40[134]\b/, "The registry refuses these packages: check what `npm config get registry` says, and that you are signed in there."],
  [/EACCES|EROFS|EPERM/, READ_ONLY],
  [/ENOSPC/, "The disk is too full for the packages, which take about 600 MB: make room and try again."],
];

const readJson = (file) => JSON.parse(readFileSync(join(root, file), "utf8"));

function fingerprint() {
  const { dependencies, devDependencies, peerDependencies, overrides } = readJson("package.json");
  const system = [process.platform, process.arch];
  return createHash("sha256")
    .update(JSON.stringify({ dependencies, devDependencies, peerDependencies, overrides, system }))
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

/**
 * True if npm installed every package of the lock that is needed and not optional. False if an installed package has another version or is
 * for another system. npm lists the installed packages in a file that it writes last.
 */
function hasInstalled(isNeeded) {
  const list = join("node_modules", ".package-lock.json");
  if (!existsSync(join(root, list))) return false;
  const [{ packages: there }, { packages: locked }] = [list, "package-lock.json"].map(readJson);
  const isSame = ([path, { version, integrity }]) => locked[path]?.version === version && locked[path].integrity === integrity;
  const isOfThisSystem = ([, { os = [process.platform], cpu = [process.arch] }]) =>
    os.includes(process.platform) && cpu.includes(process.arch);
  const isThere = ([path, entry]) => path === "" || entry.optional || !isNeeded(path, entry) || there[path] !== undefined;
  const found = Object.entries(there);
  return found.every(isSame) && found.every(isOfThisSystem) && Object.entries(locked).every(isThere);
}

function npm(...words) {
  if (!isWritable()) return READ_ONLY;
  const { npm_execpath: script } = process.env;
  const [program, ...args] = script ? [process.execPath, script, ...words] : ["npm", ...words];
  const { status, stdout, stderr, error } = spawnSync(program, [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
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

function install(omitDev = false) {
  if (omitDev) {
    process.stderr.write("Installing packages, about 20 seconds ...\n");
    const wanted = optionalPackages().map((name) => `${name}@${readJson("package.json").devDependencies[name]}`);
    const failure = npm("ci", "--omit=dev");
    return failure ?? (wanted.length === 0 ? undefined : npm("install", "--no-save", "--save-prod", "--omit=dev", ...wanted));
  }
  process.stderr.write("Installing packages, about a minute ...\n");
  return npm("ci", "--include=dev");
}

/** Lists the optional packages. `npm start` needs them, but an app that only deploys does not. */
function optionalPackages() {
  return Object.keys(readJson("package.json").peerDependenciesMeta ?? {});
}

/** Uses `npm install`, because `npm ci` would first remove all packages. */
function addDev() {
  process.stderr.write("Installing the packages for development, about half a minute ...\n");
  return npm("install", "--no-save", "--include=dev") ?? (hasInstalled(() => true) ? undefined : install());
}

function ensureInstalled() {
  const all = fingerprint();
  const withoutTools = `${all} ${WITHOUT_DEV}`;
  const stamped = existsSync(stamp) ? readFileSync(stamp, "utf8") : undefined;
  if (stamped === all || (withoutDev && stamped === withoutTools)) return undefined;
  const optional = optionalPackages().map((name) => `node_modules/${name}`);
  if (hasInstalled((path, { dev }) => !(withoutDev && dev) || optional.includes(path))) {
    // If the folder is not writable, no stamp marks the installation, and each run checks it.
    if (isWritable()) writeFileSync(stamp, hasInstalled(() => true) ? all : withoutTools);
    return undefined;
  }
  // If packages are installed already, the packages for development are not left out, because the installation would lose them.
  const omitDev = withoutDev && !existsSync(modules);
  const failure = stamped === withoutTools ? addDev() : install(omitDev);
  if (failure !== undefined) return failure;
  writeFileSync(stamp, omitDev ? withoutTools : all);
  process.stderr.write("Packages are installed.\n");
  return undefined;
}

const failure = nodeTooOld() ?? ensureInstalled();
if (failure !== undefined) {
  process.stderr.write(`${failure}\n`);
  process.exitCode = 1;
}
