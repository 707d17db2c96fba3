import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { appRoot } from "../app-root";
import { packageRoot } from "../package-root";

/** Where the policies that are shipped lie, in this package as in the clone. */
export const SAMPLE_POLICIES = "samples/policies";

/** A policy folder by its name: the app's own; failing that, samples/policies/NAME of this package. Absolute. */
export function policyPath(folder: string, app: string = appRoot): string {
  const appPath = resolve(app, folder);
  const shippedPath = join(packageRoot, folder);
  return !existsSync(appPath) && isShipped(shippedPath) && existsSync(shippedPath) ? shippedPath : appPath;
}

/** True for a sample of this package, wherever that is installed. @param path absolute */
export function isShipped(path: string): boolean {
  return resolve(path).startsWith(join(packageRoot, SAMPLE_POLICIES, "/"));
}

/** Elsewhere, a policy's imports would find other packages than the app's, or none. */
export function liesInApp(folder: string): boolean {
  const below = relative(realpathSync(appRoot), realpathSync(folder));
  return below !== ".." && !below.startsWith(`..${sep}`) && resolve(below) !== below;
}

export function outsideApp(folder: string): string {
  return `The policy folder ${folder} lies outside the app: move it into ${appRoot}, so that its imports find the app's packages.`;
}
