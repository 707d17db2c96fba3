import { realpathSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { appRoot } from "../app-root";

/** Elsewhere, a policy's imports would find other packages than the app's, or none. */
export function liesInApp(folder: string): boolean {
  const below = relative(realpathSync(appRoot), realpathSync(folder));
  return below !== ".." && !below.startsWith(`..${sep}`) && resolve(below) !== below;
}

export function outsideApp(folder: string): string {
  return `The policy folder ${folder} lies outside the app: move it into ${appRoot}, so that its imports find the app's packages.`;
}
