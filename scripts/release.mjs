// Builds this commit's release twice, in folders with different names and umasks, and compares package, SBOM, template and zips byte by
// byte. Usage: npm run release -- FOLDER; the folder receives them with their SHA-256.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [given] = process.argv.slice(2);
if (given === undefined) {
  process.stderr.write("Name a folder: npm run release -- FOLDER\n");
  process.exit(1);
}

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
    hand(one, resolve(given));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

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
    run("node", "--import", "./bin/typescript.mjs", "scripts/release/write-template.ts", out);
    return hashes(out);
  } finally {
    process.umask(before);
  }
}

function hashes(folder) {
  const hash = (name) =>
    createHash("sha256")
      .update(readFileSync(join(folder, name)))
      .digest("hex");
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, hash(name)]),
  );
}

function hand(files, folder) {
  cpSync(join(scratch, "a", "out"), folder, { recursive: true });
  writeFileSync(join(folder, "SHA256SUMS"), [...files].map(([name, hash]) => `${hash}  ${name}\n`).join(""));
}
