// Prints the SBOM (CycloneDX) of a user's installation, with packages for other systems. The same lock gives the same bytes.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const readJson = (file) => JSON.parse(readFileSync(join(root, file), "utf8"));

/**
 * Returns npm's SBOM of a temporary folder. The folder's lock lists no packages that only development needs. npm's `--omit dev` would also
 * leave out packages that both development and use need.
 */
function sbomByNpm() {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-sbom-"));
  try {
    const { devDependencies: _, ...manifest } = readJson("package.json");
    const { packages, ...lock } = readJson("package-lock.json");
    const { devDependencies: __, ...own } = packages[""];
    const shipped = Object.entries(packages).filter(([path, { dev }]) => path !== "" && !dev);
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ ...lock, packages: { "": own, ...Object.fromEntries(shipped) } }));
    return npm(folder, "sbom", "--sbom-format", "cyclonedx", "--sbom-type", "library", "--package-lock-only");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function npm(cwd, ...words) {
  const { npm_execpath: script } = process.env;
  const [program, ...args] = script ? [process.execPath, script, ...words] : ["npm", ...words];
  const shell = program === "npm" && process.platform === "win32";
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8", maxBuffer: 64 << 20, shell });
  if (status !== 0) throw new Error(`npm cannot list the packages: ${stderr}`);
  return JSON.parse(stdout);
}

// The random number, the time, the folder's name and npm's version differ from run to run. Without them, equal locks give equal files.
const { serialNumber: _, metadata, ...rest } = sbomByNpm();
const { timestamp: __, tools: ___, component, ...about } = metadata;
const named = { ...component, name: readJson("package.json").name };
process.stdout.write(`${JSON.stringify({ ...rest, metadata: { ...about, component: named } }, null, 2)}\n`);
