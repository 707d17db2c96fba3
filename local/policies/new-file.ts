import { chmodSync, existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { withRelativePaths } from "../../lib/app-root";
import { packageRoot } from "../../lib/package-root";

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
