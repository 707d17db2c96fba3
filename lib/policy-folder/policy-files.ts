import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Step } from "../../engine/sign-up/sign-up";
import { appRoot, packageRoot, withRelativePaths } from "../app-root";

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

export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** Returns a step's own file, then the other TypeScript files of its folder, without cases. Empty if the policy is from no file. */
export function readSources({ file }: Pick<SourceFile, "file">): readonly SourceFile[] {
  if (!existsSync(file)) return [];
  const folder = dirname(file);
  const others = typeScriptIn(folder)
    .filter((each) => each !== file)
    .sort();
  return [file, ...others].map((each) => ({ file: each, text: readFileSync(each, "utf8") }));
}

/** Returns the files of several steps without repetition. */
export function sourcesOfAll(steps: readonly Pick<SourceFile, "file">[]): readonly SourceFile[] {
  return [...new Map(steps.flatMap(readSources).map((source) => [source.file, source])).values()];
}

/** Returns a folder's TypeScript files. Node's own recursive listing would follow a link to packages. */
function typeScriptIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ["cases", "node_modules"].includes(entry.name) ? [] : typeScriptIn(path);
    return entry.name.endsWith(".ts") ? path : [];
  });
}

/** Returns the beginning of a sentence: "policy/before-create-user.ts:7: ", or "In before-create-user, " if no file has the name. */
export function findPlace(step: Step, sources: readonly SourceFile[], name: string): string {
  const word = new RegExp(`(?<![\\w$-])${name.replace(/[^\w]/g, "\\$&")}(?![\\w$-])`);
  for (const { file, text } of sources) {
    const line = text.split("\n").findIndex((each) => word.test(each.replace(/^\s*(\/\/|\/?\*).*/, "")));
    if (line >= 0) return `${withRelativePaths(file)}:${line + 1}: `;
  }
  return `In ${step}, `;
}

/** Returns the place of a character in a file, as the beginning of a sentence. */
export function placeAt({ file, text }: SourceFile, index: number): string {
  return `${withRelativePaths(file)}:${text.slice(0, index).split("\n").length}: `;
}

/** Returns each text that the pattern's first group matches, with its place. */
export function foundIn({ file, text }: SourceFile, pattern: RegExp): readonly { readonly name: string; readonly place: string }[] {
  return text.split("\n").flatMap((line, index) =>
    [...line.replace(/^\s*(\/\/|\/?\*).*/, "").matchAll(pattern)].map((match) => ({
      name: match.slice(1).find((each) => each !== undefined) as string,
      place: `${withRelativePaths(file)}:${index + 1}: `,
    })),
  );
}
