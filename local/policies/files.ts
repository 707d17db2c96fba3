import { chmodSync, existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { packageRoot, withRelativePaths } from "../../lib/app-root";

/** Letters, digits and single hyphens: valid on every system, and never a path out of the folder. */
const fileName = /^(?=.{1,60}$)[a-z0-9]+(-[a-z0-9]+)*$/i;
/** Windows reserves these names for devices. */
const reservedNames = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
/** The file is shared by a team, unlike the instance's other files. */
const SHARED = 0o644;

/** True if a file can have the name, without its extension. */
export function isFileName(name: string): boolean {
  return fileName.test(name) && !reservedNames.test(name);
}

/** Returns the path of the schema by which editors check a case file, relative to the folder's real location. */
export function caseSchema(folder: string): string {
  const from = existsSync(folder) ? realpathSync(folder) : folder;
  return relative(from, join(packageRoot, "docs", "schemas", "cases.json")).replaceAll("\\", "/");
}

type Written =
  | { readonly ok: true; readonly file: string }
  | { readonly ok: false; readonly why: "name" | "exists" | "file"; readonly detail: string };

/** Writes a new file. Never overwrites one. */
export function writeNew(folder: string, name: string, text: string): Written {
  if (!isFileName(name)) return { ok: false, why: "name", detail: name };
  const file = join(folder, `${name}.json`);
  try {
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
    writeFileSync(file, text, { flag: "wx" });
    chmodSync(file, SHARED);
    return { ok: true, file: withRelativePaths(file) };
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    return {
      ok: false,
      why: code === "EEXIST" ? "exists" : "file",
      detail: `${withRelativePaths(file)}${code === "EEXIST" ? "" : ` (${code})`}`,
    };
  }
}

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
