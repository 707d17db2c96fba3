import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

/** Each uses four megabytes. */
const MOST_KEPT = 16;

/**
 * Finds the result of an earlier run of the CDK app with the same inputs, for any data folder.
 * @returns its folder, which may disappear at any time: other starts remove results that have not been used for long
 */
export function keptAssembly(root: string, inputs: string): string | undefined {
  const folder = join(assembliesIn(root), inputs);
  if (!existsSync(folder)) return undefined;
  tryTo(() => utimesSync(folder, new Date(), new Date()));
  return folder;
}

/** Keeps a result of the CDK app, whole or not at all. If it cannot be kept, the next start runs the app again. */
export function keepAssembly(root: string, inputs: string, made: string): void {
  const kept = assembliesIn(root);
  tryTo(() => {
    mkdirSync(kept, { recursive: true, mode: 0o700 });
    const draft = mkdtempSync(join(kept, "draft-"));
    try {
      cpSync(made, join(draft, inputs), { recursive: true });
      renameSync(join(draft, inputs), join(kept, inputs));
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    removeOldest(kept);
  });
}

function assembliesIn(root: string): string {
  return join(root, "node_modules", ".cache", "entra-gatehouse", "assemblies");
}

/** Also removes drafts that a killed start left. */
function removeOldest(kept: string): void {
  const usedAt = (name: string) => statSync(join(kept, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newestFirst = readdirSync(kept)
    .map((name) => ({ name, at: usedAt(name) }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of newestFirst.slice(MOST_KEPT)) {
    // Renamed first: a start that is copying the folder then fails at its next file, and never uses an incomplete copy.
    const going = mkdtempSync(join(kept, "going-"));
    renameSync(join(kept, name), join(going, name));
    rmSync(going, { recursive: true, force: true });
  }
}

function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    // The folder is not writable, or another start was quicker.
  }
}
