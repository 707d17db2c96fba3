import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const beside = (folder: string, what: "before" | "whole") => join(dirname(folder), `.gatehouse-${what}-${basename(folder)}`);

/** Puts a draft into its folder's place. If the process is killed in between, `undoSwap` finds what the folder was. */
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

/** Puts back a folder that a swap had taken away when it was killed. @returns whether there was one */
export function undoSwap(folder: string): boolean {
  const old = beside(folder, "before");
  if (existsSync(folder) || !existsSync(old)) return false;
  renameSync(old, folder);
  return true;
}

/** Moves what a draft holds, one by one: the folder may be the shell's current one. If the process is killed, `moveRest` goes on. */
export function moveInto(folder: string, draft: string): void {
  renameSync(draft, beside(folder, "whole"));
  moveRest(folder);
}

/** Moves what is left of a draft. @returns false if there is none, or if the folder has got something of its name meanwhile */
export function moveRest(folder: string): boolean {
  const whole = beside(folder, "whole");
  const names = existsSync(whole) ? readdirSync(whole) : [];
  if (names.length === 0 || names.some((name) => existsSync(join(folder, name)))) return false;
  mkdirSync(folder, { recursive: true });
  for (const name of names) renameSync(join(whole, name), join(folder, name));
  rmSync(whole, { recursive: true });
  return true;
}
