import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { swap } from "../policies/swap";
import type { WhoPlan } from "./plan";

/** A policy is the team's, whatever the rest of the instance's files are. */
const SHARED_FILE = 0o644;
const SHARED_FOLDER = 0o755;

/**
 * Makes the folder what the plan says: the new one is made beside it, tried, and then takes its place, so that the policy is
 * never half-written. What it was before is copied first.
 * @param before takes the copy
 * @param assertUsable rejects for a folder that holds no usable policy: nothing has changed then
 * @param isUnchanged false where somebody has saved a file since the plan was made: nothing changes then either
 */
export async function writePlan(
  folder: string,
  { writes, removes }: Pick<WhoPlan, "writes" | "removes">,
  { before, assertUsable, isUnchanged }: { readonly before: string; assertUsable(draft: string): Promise<void>; isUnchanged(): boolean },
): Promise<void> {
  // At the same depth, so that what its files import is found from there.
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
  // A start's files are its owner's alone, unless the start says otherwise.
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
