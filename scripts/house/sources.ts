import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync } from "oxc-parser";
import { parts } from "./parts";

/** A source file of the project. */
export interface HouseFile {
  /** Relative to the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** A part of `parts`, or a folder of features/. Undefined if no pattern matches. */
  readonly part: string | undefined;
  /** Source files that it imports, types included. */
  readonly imports: readonly string[];
}

const TESTS_AND_TEXTS = /^(test|docs|samples|policy)\//;

/** `.ts .tsx .mjs .cjs .js` files without tests, docs, samples, policy and ignored files. @param root the project's folder */
export function sourceFiles(root: string): readonly HouseFile[] {
  const listed = execFileSync(
    "git",
    ["ls-files", "-co", "--exclude-standard", "--deduplicate", "*.ts", "*.tsx", "*.mjs", "*.cjs", "*.js"],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  const paths = listed.split("\n").filter((path) => path !== "" && !TESTS_AND_TEXTS.test(path) && existsSync(join(root, path)));
  const known = new Set(paths);
  return paths.map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return { path, text, part: partOf(path), imports: importsOf(path, text, known) };
  });
}

function importsOf(path: string, text: string, known: ReadonlySet<string>): readonly string[] {
  const { module } = parseSync(path, text);
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? [])),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
  ];
  const found = specifiers.filter((each) => each.startsWith(".")).map((each) => join(dirname(path), each).replaceAll("\\", "/"));
  const files = found.flatMap(
    (each) => [each, `${each}.ts`, `${each}.tsx`, `${each}/index.ts`, `${each}.d.ts`].find((name) => known.has(name)) ?? [],
  );
  return [...new Set(files)];
}

interface Pattern {
  readonly part: string;
  readonly expression: RegExp;
  /** Number of literal parts of a path. */
  readonly spelled: number;
}

const patterns: readonly Pattern[] = Object.entries(parts).flatMap(([part, globs]) =>
  globs
    .flatMap(withoutBraces)
    .map((glob) => ({ part, expression: expressionOf(glob), spelled: glob.replaceAll("*", "").length + (glob.includes("*") ? 0 : 1) })),
);

/** Patterns that match no file, and can be deleted. */
export function idlePatterns(files: readonly HouseFile[]): readonly string[] {
  return patterns
    .filter(({ expression }) => !files.some(({ path }) => expression.test(withoutSuffix(path))))
    .map(({ part, expression }) => `${part}: ${expression.source}`);
}

/** The part of files directly in features/: lists with a line for each feature. */
export const LISTS = "lists";

export function partOf(path: string): string | undefined {
  const [top, name, ...rest] = path.split("/");
  if (top === "features") return rest.length > 0 ? name : LISTS;
  const fitting = patterns.filter(({ expression }) => expression.test(withoutSuffix(path)));
  return fitting.sort((one, other) => other.spelled - one.spelled)[0]?.part;
}

function withoutSuffix(path: string): string {
  return path.replace(/\.(tsx?|mjs|cjs|js)$/, "");
}

/** "a/{b,c}" -> "a/b", "a/c" */
function withoutBraces(glob: string): readonly string[] {
  const [, before, choices, after] = /^(.*?)\{(.*?)\}(.*)$/.exec(glob) ?? [];
  return choices === undefined ? [glob] : choices.split(",").flatMap((choice) => withoutBraces(`${before}${choice}${after}`));
}

function expressionOf(glob: string): RegExp {
  const text = glob
    .replaceAll(/[.+^$()|[\]\\]/g, "\\$&")
    .replaceAll("**", "\0")
    .replaceAll("*", "[^/]*")
    .replaceAll("\0", ".*");
  return new RegExp(`^${text}$`);
}
