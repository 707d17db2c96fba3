import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { keptFolder } from "./synth-inputs";

/** Each takes four megabytes. */
const MOST_KEPT = 16;

/**
 * What the CDK app made of these inputs at an earlier start, with whatever data.
 * @returns its folder, where it may be gone at any time: another start removes what has not been used for long
 */
export function keptAssembly(root: string, inputs: string): string | undefined {
  const folder = join(assembliesIn(root), inputs);
  if (!existsSync(folder)) return undefined;
  tryTo(() => utimesSync(folder, new Date(), new Date()));
  return folder;
}

/** Keeps what the CDK app made of these inputs: whole or not at all. Where it cannot be kept, the next start makes it again. */
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
  return join(keptFolder(root), "assemblies");
}

/** Drafts that a killed start left are among them. */
function removeOldest(kept: string): void {
  const usedAt = (name: string) => statSync(join(kept, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newestFirst = readdirSync(kept)
    .map((name) => ({ name, at: usedAt(name) }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of newestFirst.slice(MOST_KEPT)) {
    // Renamed first: a start that is copying it fails at its next file, and never takes a part for the whole.
    const going = mkdtempSync(join(kept, "going-"));
    renameSync(join(kept, name), join(going, name));
    rmSync(going, { recursive: true, force: true });
  }
}

function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    // The folder is not ours to write to, or another start was quicker.
  }
}
