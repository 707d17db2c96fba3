import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import type { HouseFile } from "./sources";

/** A function and its place. */
export interface MeasuredFunction {
  readonly path: string;
  readonly line: number;
  /** Number of lines, or its cognitive complexity. */
  readonly amount: number;
}

/** Functions above this number of lines, nested ones included, the longest first. */
export function longFunctions(files: readonly HouseFile[], most: number): readonly MeasuredFunction[] {
  return files.flatMap((file) => functionsIn(file).filter(({ amount }) => amount > most)).sort((one, other) => other.amount - one.amount);
}

function functionsIn({ path, text }: HouseFile): readonly MeasuredFunction[] {
  const found: MeasuredFunction[] = [];
  const add = ({ start, end }: { readonly start: number; readonly end: number }) => {
    const line = text.slice(0, start).split("\n").length;
    found.push({ path, line, amount: text.slice(start, end).split("\n").length });
  };
  new Visitor({ FunctionDeclaration: add, FunctionExpression: add, ArrowFunctionExpression: add }).visit(parseSync(path, text).program);
  return found;
}

interface Diagnostic {
  readonly category: string;
  readonly message: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

const RULE = "noExcessiveCognitiveComplexity";

/** Functions above this cognitive complexity, as Biome counts it, the highest first. @param root the project's folder */
export function complexFunctions(root: string, files: readonly HouseFile[], most: number): readonly MeasuredFunction[] {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-house-"));
  try {
    const complexity = { [RULE]: { level: "error", options: { maxAllowedComplexity: most } } };
    const linter = { rules: { recommended: false, complexity } };
    writeFileSync(join(folder, "biome.json"), JSON.stringify({ root: true, files: { includes: [`${root}/**`] }, linter }));
    const options = [`--config-path=${folder}`, "--reporter=json", "--max-diagnostics=none"];
    const { diagnostics } = JSON.parse(biome(["lint", ...options, ...files.map(({ path }) => path)], root)) as {
      diagnostics: readonly Diagnostic[];
    };
    const found = diagnostics.filter(({ category }) => category.endsWith(RULE));
    return found
      .map(({ message, location }) => ({ path: location.path, line: location.start.line, amount: Number(/\d+/.exec(message)?.[0]) }))
      .sort((one, other) => other.amount - one.amount);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Ignores exit code 1, which Biome uses for findings. */
function biome(args: readonly string[], cwd: string): string {
  try {
    const program = join(cwd, "node_modules/@biomejs/biome/bin/biome");
    return execFileSync(process.execPath, [program, ...args], {
      cwd,
      encoding: "utf8",
      maxBuffer: 100_000_000,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch (error) {
    const { stdout } = error as { readonly stdout?: string };
    if (!stdout) throw error;
    return stdout;
  }
}
