import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

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

/** Folder of the shipped policies, relative to this package's folder. */
export const SAMPLE_POLICIES = "samples/policies";

/**
 * Returns the absolute path of a policy folder in the app. If the app has no such folder, but this package ships it as a sample, returns
 * the sample's path.
 */
export function policyPath(folder: string, app: string = appRoot): string {
  const appPath = resolve(app, folder);
  const shippedPath = join(packageRoot, folder);
  return !existsSync(appPath) && isShipped(shippedPath) && existsSync(shippedPath) ? shippedPath : appPath;
}

/** True for a sample of this package, wherever the package is installed. @param path absolute path */
export function isShipped(path: string): boolean {
  return resolve(path).startsWith(join(packageRoot, SAMPLE_POLICIES, "/"));
}

/** True if the folder is in the app. In another place, a policy's imports would find other packages than the app's, or no packages. */
export function liesInApp(folder: string): boolean {
  const below = relative(realpathSync(appRoot), realpathSync(folder));
  return below !== ".." && !below.startsWith(`..${sep}`) && resolve(below) !== below;
}

export function outsideApp(folder: string): string {
  return `The policy folder ${folder} lies outside the app: move it into ${appRoot}, so that its imports find the app's packages.`;
}
