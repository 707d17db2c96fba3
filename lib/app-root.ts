import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";

/** The CDK app's own folder. Policy folders and `.local` are relative to it. In this repository, also the package's folder. */
export const appRoot = findAppRoot(process.cwd());

/** Returns the nearest folder at or above `start` with a cdk.json; if there is none, with a package.json; otherwise `start`. */
export function findAppRoot(start: string): string {
  return nearestFolderWith("cdk.json", start) ?? nearestFolderWith("package.json", start) ?? start;
}

/** Returns the absolute path of the nearest folder, at or above `start`, that has the file. */
export function nearestFolderWith(file: string, start: string): string | undefined {
  const folder = resolve(start);
  if (existsSync(join(folder, file))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestFolderWith(file, parent);
}

/** Makes paths in the app's folder relative to it, as people type paths. */
export function withRelativePaths(text: string): string {
  return text.replaceAll(`${appRoot}${sep}`, "");
}

/** The folder of this package, with its package.json and samples. */
export const packageRoot = nearestFolderWith("package.json", __dirname) as string;

export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string }).version;
}

/** The folder of the modules from which functions are bundled: TypeScript in the repository, ES modules in an installed package. */
export const bundleRoot = __filename.endsWith(".ts") ? packageRoot : join(packageRoot, "dist", "bundle");

/** Environment variable: the folder in which `npm start` keeps bundles without a policy. A deployment builds all bundles. */
export const KEPT_BUNDLES = "GATEHOUSE_KEPT_BUNDLES";
