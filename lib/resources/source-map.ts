import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { IN_CODE } from "../../engine/sign-up/thrown";

// Loaded by functions' threads too: it knows no folder of this package or of the app.

/** Beside the folder of a function's code, and no part of it: what is deployed stays as small as it was. */
function fileBeside(folder: string): string {
  return `${folder}.map`;
}

/** @param folder of the function's code */
export function writeSourceMap(folder: string, map: string): void {
  writeFileSync(fileBeside(folder), map);
}

/** The source map beside the folder of a function's code, if there is one that can be read. */
export function sourceMapBeside(folder: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(fileBeside(folder), "utf8")));
  } catch {
    return undefined;
  }
}

/** The same of the code that was deployed as this version, if the CDK's output has it. @param output such as cdk.out */
export function sourceMapOfVersion(output: string, version: string): SourceMap | undefined {
  const folders = existsSync(output) ? readdirSync(output).filter((name) => name.startsWith(`asset.${version}`)) : [];
  return folders.flatMap((name) => sourceMapBeside(join(output, name.replace(/\.map$/, ""))) ?? [])[0];
}

/** A line of a stack with the place in the source: `at x (policy/before-create-user.ts:5:18)`. */
export function atSource(map: SourceMap, line: string): string {
  const [place, row, column] = IN_CODE.exec(line) ?? [];
  if (place === undefined) return line;
  const origin = map.findOrigin(Number(row), Number(column));
  return "fileName" in origin ? line.replace(place, () => `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}`) : line;
}
