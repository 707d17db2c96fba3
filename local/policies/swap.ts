import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const beside = (folder: string, what: "before" | "whole") => join(dirname(folder), `.gatehouse-${what}-${basename(folder)}`);

/** Replaces the folder by the draft. If the process is killed after the folder was moved away, `undoSwap` restores the folder. */
export function swap(folder: string, draft: string): void {
  const old = beside(folder, "before");
  rmSync(old, { recursive: true, force: true });
  renameSync(folder, old);
  try {
    renameSync(draft, folder);
  } catch (error) {
    renameSync(old, folder);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** Restores a folder that a swap moved away before the process was killed. @returns true if there was such a folder */
export function undoSwap(folder: string): boolean {
  const old = beside(folder, "before");
  if (existsSync(folder) || !existsSync(old)) return false;
  renameSync(old, folder);
  return true;
}

/**
 * Moves the draft's contents into the folder one by one, because the folder may be the shell's current folder, which cannot be replaced. If
 * the process is killed meanwhile, `moveRest` can move the rest.
 */
export function moveInto(folder: string, draft: string): void {
  renameSync(draft, beside(folder, "whole"));
  moveRest(folder);
}

/** Moves the rest of a draft. Returns false if there is no rest, or if the folder contains a file of the same name. */
export function moveRest(folder: string): boolean {
  const whole = beside(folder, "whole");
  const names = existsSync(whole) ? readdirSync(whole) : [];
  if (names.length === 0 || names.some((name) => existsSync(join(folder, name)))) return false;
  mkdirSync(folder, { recursive: true });
  for (const name of names) renameSync(join(whole, name), join(folder, name));
  rmSync(whole, { recursive: true });
  return true;
}
