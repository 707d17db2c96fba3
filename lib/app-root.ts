import { existsSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";

/** The CDK app's own folder, to which policy folders and `.local` are relative. In this repository it is the package's folder too. */
export const appRoot = findAppRoot(process.cwd());

/** The nearest folder at or above `start` with a cdk.json; failing that, with a package.json; failing that, `start`. */
export function findAppRoot(start: string): string {
  return nearestFolderWith("cdk.json", start) ?? nearestFolderWith("package.json", start) ?? start;
}

/** Of `start` and the folders around it, the nearest that holds the file. Absolute. */
export function nearestFolderWith(file: string, start: string): string | undefined {
  const folder = resolve(start);
  if (existsSync(join(folder, file))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestFolderWith(file, parent);
}

/** A text in which the app's files are named as people type them: relative to its folder. */
export function withRelativePaths(text: string): string {
  return text.replaceAll(`${appRoot}${sep}`, "");
}
