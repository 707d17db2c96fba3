import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { swap } from "../policies/swap";
import type { WhoPlan } from "./plan";

/** A policy is shared by a team, unlike the instance's other files. */
const SHARED_FILE = 0o644;
const SHARED_FOLDER = 0o755;

/**
 * Builds and tests a draft beside the policy's folder. Then copies the folder to `before`, and replaces the folder by the draft. So the
 * policy is never half-written.
 * @param before the folder for the copy
 * @param assertUsable rejects if a folder holds no usable policy. Nothing has changed then.
 * @param isUnchanged returns false if a file was saved since the plan was made. Nothing changes then either.
 */
export async function writePlan(
  folder: string,
  { writes, removes }: Pick<WhoPlan, "writes" | "removes">,
  { before, assertUsable, isUnchanged }: { readonly before: string; assertUsable(draft: string): Promise<void>; isUnchanged(): boolean },
): Promise<void> {
  // The draft is at the folder's depth, so that relative imports of its files still work.
  const draft = mkdtempSync(join(dirname(folder), ".gatehouse-policy-"));
  try {
    copy(folder, draft);
    for (const path of removes) rmSync(join(draft, path), { force: true });
    for (const [path, text] of writes) writeShared(draft, path, text);
    await assertUsable(draft);
    if (!isUnchanged()) throw new Error("A file of the policy was saved meanwhile. Nothing was written: answer again.");
    copy(folder, before);
    swap(folder, draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  // The process's umask makes new folders private, so the modes of the original folders are set.
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true }).filter((each) => each.isDirectory())) {
    const path = relative(from, join(entry.parentPath, entry.name));
    chmodSync(join(to, path), statSync(join(from, path)).mode);
  }
  chmodSync(to, SHARED_FOLDER);
}

function writeShared(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  if (mkdirSync(dirname(file), { recursive: true, mode: SHARED_FOLDER }) !== undefined) chmodSync(dirname(file), SHARED_FOLDER);
  writeFileSync(file, text);
  chmodSync(file, SHARED_FILE);
}
