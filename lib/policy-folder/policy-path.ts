import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { appRoot, packageRoot } from "../app-root";

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
