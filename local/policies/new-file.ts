import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withRelativePaths } from "../../lib/app-root";

/** Letters, digits and single hyphens: the same file on every system, and no way out of the folder. */
const fileName = /^(?=.{1,60}$)[a-z0-9]+(-[a-z0-9]+)*$/i;
/** What Windows keeps for devices. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
/** Such a file is the team's, whatever the rest of the instance's are. */
const SHARED = 0o644;

/** Whether a file may be called so, its ending apart. */
export function isFileName(name: string): boolean {
  return fileName.test(name) && !reserved.test(name);
}

type Written =
  | { readonly ok: true; readonly file: string }
  | { readonly ok: false; readonly why: "name" | "exists" | "file"; readonly detail: string };

/** Writes a file of the project that is not there yet, never over one that is. */
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
