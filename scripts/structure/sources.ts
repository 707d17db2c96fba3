import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dirname } from "node:path/posix";
import { parseSync } from "oxc-parser";

/**
 * Paths of imported sources, by the specifier as written; undefined if the specifier names no source of the project. Imports of types count
 * too.
 */
export type Imports = ReadonlyMap<string, string | undefined>;

export function readTexts(root: string): ReadonlyMap<string, string> {
  const kinds = ["*.ts", "*.tsx", "*.mjs", "*.cjs", "*.js"];
  const fileList = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--deduplicate", ...kinds], {
    cwd: root,
    encoding: "utf8",
  });
  const paths = fileList.split("\n").filter((path) => path !== "" && existsSync(join(root, path)));
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

/** Reads every source's imports. @param texts by path, relative to the project's folder, with forward slashes */
export function readImports(texts: ReadonlyMap<string, string>): ReadonlyMap<string, Imports> {
  return new Map(
    [...texts].map(([path, text]) => [path, new Map(readSpecifiers(path, text).map((each) => [each, resolve(path, each, texts)]))]),
  );
}

function readSpecifiers(path: string, text: string): readonly string[] {
  const { module } = parseSync(path, text);
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? [])),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
  ];
}

function resolve(path: string, specifier: string, texts: ReadonlyMap<string, unknown>): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const target = join(dirname(path), specifier).replaceAll("\\", "/");
  return ["", ".ts", ".tsx", "/index.ts", ".d.ts"].map((ending) => `${target}${ending}`).find((each) => texts.has(each));
}
