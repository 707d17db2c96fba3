import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { synthInputs } from "./synth-inputs";

interface AssemblyPlace {
  /** The folder of the project. Undefined for your own app: its inputs are unknown. */
  readonly root: string | undefined;
  /** The policy's folder, absolute. */
  readonly policy: string;
  readonly outDir: string;
}

/** The folder that keeps results for later starts, as the parts of its path. */
const KEPT = ["node_modules", ".cache", "entra-gatehouse", "assemblies"];
/** Each result uses four megabytes. */
const MOST_KEPT = 16;

/**
 * Puts a result into `outDir`: the kept one of the same inputs, or else that of `make`. If `make` fails, `outDir` stays unchanged.
 * @param make writes the result into the folder that is passed to it
 */
export async function placeAssembly({ root, policy, outDir }: AssemblyPlace, make: (outputFolder: string) => Promise<void>): Promise<void> {
  const inputsNow = () => (root === undefined ? undefined : synthInputs(root, policy));
  const inputs = inputsNow();
  const keptFolder = root === undefined || inputs === undefined ? undefined : join(root, ...KEPT, inputs);
  if (keptFolder !== undefined && existsSync(keptFolder) && isCopied(keptFolder, outDir)) return;
  const scratch = mkdtempSync(join(tmpdir(), "gatehouse-synth-"));
  try {
    const outputFolder = join(scratch, "cdk.out");
    await make(outputFolder);
    replace(outDir, outputFolder);
    // If an input changed while the app ran, it is unknown which inputs the result has.
    if (keptFolder !== undefined && inputsNow() === inputs) keep(outputFolder, keptFolder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function isCopied(keptFolder: string, outDir: string): boolean {
  return tryTo(() => {
    replace(outDir, keptFolder);
    utimesSync(keptFolder, new Date(), new Date());
  });
}

function replace(outDir: string, by: string): void {
  rmSync(outDir, { recursive: true, force: true });
  cpSync(by, outDir, { recursive: true });
}

/** Keeps a copy of the output, whole or not at all. If that fails, the next start runs the app again. */
function keep(outputFolder: string, keptFolder: string): void {
  const folder = dirname(keptFolder);
  tryTo(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const draft = mkdtempSync(join(folder, "draft-"));
    cpSync(outputFolder, draft, { recursive: true });
    // The rename fails if another start has already kept this result.
    if (!tryTo(() => renameSync(draft, keptFolder))) rmSync(draft, { recursive: true });
    removeOldest(folder);
  });
}

function removeOldest(folder: string): void {
  const newestFirst = readdirSync(folder)
    .map((name) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { path } of newestFirst.slice(MOST_KEPT)) {
    // The folder is renamed before it is removed: a start that is copying the folder fails at its next file, and never uses an incomplete
    // copy.
    const going = mkdtempSync(join(folder, "going-"));
    renameSync(path, join(going, "it"));
    rmSync(going, { recursive: true, force: true });
  }
}

/** @returns false if the work throws, for example because the folder is not writable or another start was quicker */
function tryTo(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
