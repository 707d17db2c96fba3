import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const OWN_FOLDER = 0o700;
const OWN_FILE = 0o600;

/** Writes a file that its owner alone can read, whole or not at all. */
export function writePrivately(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true, mode: OWN_FOLDER });
  writeFileSync(draft, text, { mode: OWN_FILE });
  // An older draft keeps the mode it was made with.
  chmodSync(draft, OWN_FILE);
  renameSync(draft, file);
}

/** Takes a file or folder away from everybody but its owner. Windows keeps lists of its own: nothing is done there. */
export function makePrivate(path: string, reach: "itself" | "with all in it"): void {
  const stat = process.platform === "win32" ? undefined : lstatSync(path, { throwIfNoEntry: false });
  // Where a link leads is none of ours.
  if (stat === undefined || stat.isSymbolicLink()) return;
  chmodSync(path, stat.isDirectory() ? OWN_FOLDER : OWN_FILE);
  if (reach === "itself" || !stat.isDirectory()) return;
  for (const name of readdirSync(path)) makePrivate(join(path, name), reach);
}
