import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../../lib/app-root";

const made: string[] = [];

/**
 * A folder of its own with these files, texts or what is to be JSON, which finds our packages. It goes when the suite ends.
 * @param from a folder to begin with
 */
export function policyFolder(files: Readonly<Record<string, unknown>>, from?: string): string {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-policy-"));
  made.push(folder);
  if (from !== undefined) cpSync(from, folder, { recursive: true });
  symlinkSync(join(packageRoot, "node_modules"), join(folder, "node_modules"), "junction");
  for (const [name, content] of Object.entries(files)) writeInto(folder, name, content);
  return folder;
}

export function writeInto(folder: string, name: string, content: unknown): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content, undefined, 2));
}

/** For the end of each suite: a module's own hooks would run for the first suite of a worker alone. */
export function removePolicyFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}
