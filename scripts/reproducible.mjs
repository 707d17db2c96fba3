// Builds this commit twice, in folders with different names and umasks. Compares package, SBOM, template and assets byte by byte. Usage:
// npm run reproducible [-- FOLDER]; the folder receives the package, the SBOM and their SHA-256.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [given] = process.argv.slice(2);
/** Files of the CDK's command line with local facts, such as the app's folder or the time of a synth. A deployment does not upload them. */
const LOCAL = /\.metadata\.json$|performance-counters\.json$/;

/** The commit is read once, so that a commit during the run changes nothing. */
const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
const scratch = mkdtempSync(join(tmpdir(), "gatehouse-twice-"));
try {
  const [one, other] = [
    { folder: join(scratch, "a"), umask: 0o022 },
    { folder: join(scratch, "another place", "with a long name"), umask: 0o077 },
  ].map(buildCheckout);
  const differing = [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name) !== other.get(name)).sort();
  for (const name of differing) process.stderr.write(`differs: ${name}\n`);
  if (differing.length > 0) process.exitCode = 1;
  else {
    process.stdout.write(`${one.size} files are the same byte for byte.\n`);
    if (given) hand(resolve(given));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Builds everything in a checkout. @returns file -> SHA-256 */
function buildCheckout({ folder, umask }) {
  const before = process.umask(umask);
  try {
    const checkout = join(folder, "checkout");
    const out = join(folder, "out");
    mkdirSync(out, { recursive: true });
    execFileSync("git", ["clone", "--quiet", "--no-checkout", root, checkout]);
    execFileSync("git", ["checkout", "--quiet", "--detach", commit], { cwd: checkout });
    const run = (program, ...args) =>
      execFileSync(program, args, { cwd: checkout, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
    run("node", "scripts/build.mjs");
    run("npm", "pack", "--ignore-scripts", "--silent", "--pack-destination", out);
    writeFileSync(join(out, "sbom.cdx.json"), run("node", "scripts/sbom.mjs"));
    run("npx", "--no-install", "cdk", "synth", "--quiet", "--output", join(out, "cdk.out"));
    return hashes(out);
  } finally {
    process.umask(before);
  }
}

function hashes(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).filter((path) => !LOCAL.test(path));
  return new Map(paths.map((path) => [path.slice(folder.length + 1), createHash("sha256").update(readFileSync(path)).digest("hex")]));
}

/** Copies the released files, with a list of their hashes. */
function hand(folder) {
  const out = join(scratch, "a", "out");
  const released = readdirSync(out).filter((name) => name.endsWith(".tgz") || name === "sbom.cdx.json");
  mkdirSync(folder, { recursive: true });
  for (const name of released) cpSync(join(out, name), join(folder, name));
  const all = hashes(out);
  writeFileSync(join(folder, "SHA256SUMS"), released.map((name) => `${all.get(name)}  ${name}\n`).join(""));
}
