import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";
import { CommandError } from "../failure";

/**
 * Packs the very package that runs into a folder, built first where it is a clone: an app that installs this file, by the hash in its
 * lock, asks no registry for a name that anybody may register there. @returns the file's name
 */
export function pack(folder: string): string {
  const build = join(packageRoot, "scripts", "build.mjs");
  if (existsSync(build)) ran(process.execPath, [build]);
  const { npm_execpath: npm = "" } = process.env;
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const output = /npm-cli\.c?js$/.test(npm) ? ran(process.execPath, [npm, ...args]) : ran("npm", args);
  const [packed] = JSON.parse(output) as readonly { readonly filename: string }[];
  if (packed === undefined) throw new CommandError("Nothing was written: npm pack made no file.");
  return packed.filename;
}

function ran(program: string, args: readonly string[]): string {
  // On Windows npm is a script, which only a shell runs.
  const shell = program === "npm" && process.platform === "win32";
  const quoted = shell ? args.map((arg) => `"${arg}"`) : args;
  const { status, stdout, stderr, error } = spawnSync(program, quoted, { cwd: packageRoot, encoding: "utf8", shell });
  if (status === 0) return stdout;
  const why = (error?.message ?? stderr).trim();
  throw new CommandError(`Nothing was written: ${program === "npm" ? "npm cannot pack Gatehouse" : "Gatehouse cannot be built"}. ${why}`);
}
