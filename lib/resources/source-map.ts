import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { IN_CODE } from "../../adapters/report";

// Functions' threads load this file, so it must not need the folder of this package or of the app.

/** The source map is beside the folder of a function's code, so that the deployed code does not grow. */
function fileBeside(folder: string): string {
  return `${folder}.map`;
}

/** @param folder folder of the function's code */
export function writeSourceMap(folder: string, map: string): void {
  writeFileSync(fileBeside(folder), map);
}

export function hasSourceMap(folder: string): boolean {
  return existsSync(fileBeside(folder));
}

/** Undefined if no source map is readable there. */
export function sourceMapBeside(folder: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(fileBeside(folder), "utf8")));
  } catch {
    return undefined;
  }
}

/** Undefined if the CDK's output lacks this version's source map. @param output folder such as cdk.out */
export function sourceMapOfVersion(output: string, version: string): SourceMap | undefined {
  const folders = existsSync(output) ? readdirSync(output).filter((name) => name.startsWith(`asset.${version}`)) : [];
  return folders.flatMap((name) => sourceMapBeside(join(output, name.replace(/\.map$/, ""))) ?? [])[0];
}

/** Returns a line of a stack trace with its place in the source: `at x (policy/before-create-user.ts:5:18)`. */
export function placeAtSource(map: SourceMap, line: string): string {
  const [place, row, column] = IN_CODE.exec(line) ?? [];
  if (place === undefined) return line;
  const origin = map.findOrigin(Number(row), Number(column));
  return "fileName" in origin ? line.replace(place, () => `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}`) : line;
}
