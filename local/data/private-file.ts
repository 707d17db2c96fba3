import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const OWN_FOLDER = 0o700;
const OWN_FILE = 0o600;

/** Writes a file that only its owner can read, whole or not at all. */
export function writePrivately(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true, mode: OWN_FOLDER });
  writeFileSync(draft, text, { mode: OWN_FILE });
  // If a killed write left a draft of this name, writeFileSync keeps the old draft's mode.
  chmodSync(draft, OWN_FILE);
  renameSync(draft, file);
}

/** Makes a file or folder accessible to its owner only. Does nothing on Windows, which has access control lists in place of modes. */
export function makePrivate(path: string, reach: "itself" | "with all in it"): void {
  const stat = process.platform === "win32" ? undefined : lstatSync(path, { throwIfNoEntry: false });
  // A link is skipped, because its target is not ours.
  if (stat === undefined || stat.isSymbolicLink()) return;
  chmodSync(path, stat.isDirectory() ? OWN_FOLDER : OWN_FILE);
  if (reach === "itself" || !stat.isDirectory()) return;
  for (const name of readdirSync(path)) makePrivate(join(path, name), reach);
}
