import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { type Edges, findFeature, isFeatureList, withDependents } from "./faults";
import { type Imports, readImports, readTexts } from "./sources";

/** The failures without a feature. */
interface Failures {
  /** The compiler's lines on sources: policies, samples and tests may use any feature. */
  readonly compiler: readonly string[];
  /** Lines of the suites that fail. */
  readonly suites: readonly string[];
}

/**
 * Deletes features in a copy of the project, with those that stand on them and their lines in the lists. Compiles the copy, and runs the
 * kernel's suites and those of two features that are left. Suites that use what is deleted do not run.
 * @param root the project's folder
 */
export function tryWithout(features: readonly string[], root: string, edges: Edges): Failures {
  const copy = mkdtempSync(join(tmpdir(), "gatehouse-without-"));
  try {
    const texts = readTexts(root);
    const sources = readImports(texts);
    const all = withDependents(features, edges);
    const gone = new Set([...texts.keys()].filter((path) => all.has(findFeature(path) ?? "")));
    if (gone.size === 0) throw new RangeError(`No file belongs to ${features.join(", ")}.`);
    for (const path of listsWithoutReader(gone, sources)) gone.add(path);
    copyProject(root, copy);
    for (const path of gone) rmSync(join(copy, path));
    const edited = [...sources].flatMap(([path, imports]) => (isFeatureList(path) && !gone.has(path) ? [[path, imports] as const] : []));
    for (const [path, imports] of edited) writeFileSync(join(copy, path), cutLines(path, texts.get(path) ?? "", imports, gone));
    const lines = compile(copy);
    const isOfUser = (line: string) => /^(bench|policy|samples|scripts|test)\//.test(line);
    // `npm start` shows the workbench: who deletes it edits these by hand.
    const isOfStart = (line: string) => all.has("workbench") && /^local\/run\/(run|lasting)\.ts\(/.test(line);
    const broken = new Set([...gone, ...lines.map((line) => line.split("(", 1)[0] ?? line)]);
    const left = Object.keys(edges).filter((each) => !all.has(each) && each > (features[0] ?? ""));
    return {
      compiler: lines.filter((line) => !isOfUser(line) && !isOfStart(line)),
      suites: runSuites(findSuites(left, broken, texts, sources), copy),
    };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Lists that only deleted files import. */
function listsWithoutReader(gone: ReadonlySet<string>, sources: ReadonlyMap<string, Imports>): readonly string[] {
  return [...sources.keys()].filter(isFeatureList).filter((list) => {
    const readers = [...sources].filter(([path, imports]) => !path.startsWith("test/") && [...imports.values()].includes(list));
    return readers.length > 0 && readers.every(([path]) => gone.has(path));
  });
}

function copyProject(root: string, copy: string): void {
  const listed = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard", "--deduplicate"], { cwd: root, encoding: "utf8" });
  for (const path of listed.split("\0").filter((each) => each !== "" && existsSync(join(root, each)))) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
}

/** Removes imports and exports of deleted files from a list, and the elements, members and getters that use them. */
function cutLines(path: string, text: string, imports: Imports, gone: ReadonlySet<string>): string {
  const isGone = (specifier: string | undefined) => gone.has(imports.get(specifier ?? "") ?? "");
  const { program } = parseSync(path, text);
  const cuts: { readonly start: number; readonly end: number }[] = [];
  const names = new Set<string>();
  for (const node of program.body) {
    if (!("source" in node) || !isGone(node.source?.value)) continue;
    if (node.type === "ImportDeclaration") for (const { local } of node.specifiers) names.add(local.name);
    cuts.push(node);
  }
  const usesName = (code: string) => code.match(/\w+/g)?.some((word) => names.has(word)) ?? false;
  const cutElements = (elements: readonly ({ readonly start: number; readonly end: number } | null)[]) => {
    for (const { start, end } of elements.filter((each) => each !== null)) {
      const code = text.slice(start, end);
      // An element that holds further lists stays; they are cut by themselves.
      const isPlain = /^(\.\.\.)?\w+(\.\w+)?$|^\{[^[(]*\}$/.test(code);
      const isLoaded = isGone(/import\("(.*?)"\)/.exec(code)?.[1]);
      if ((isPlain && usesName(code)) || isLoaded) cuts.push({ start, end: text[end] === "," ? end + 1 : end });
    }
  };
  new Visitor({
    ArrayExpression: ({ elements }) => cutElements(elements),
    ObjectExpression: ({ properties }) => cutElements(properties),
    ClassBody: ({ body }) => cuts.push(...body.filter(({ start, end }) => usesName(text.slice(start, end)))),
  }).visit(program);
  const whole = cuts.filter((one) => !cuts.some((other) => other !== one && other.start <= one.start && one.end <= other.end));
  return whole.sort((one, other) => other.start - one.start).reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
}

function compile(folder: string): readonly string[] {
  const compiler = join(folder, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [compiler, "--checkers", "1"], { cwd: folder, encoding: "utf8" });
  return stdout.split("\n").filter((line) => /error TS/.test(line));
}

/** Finds suites of the kernel and of two features that neither are broken, nor import what is, nor name the folder of a broken policy. */
function findSuites(
  features: readonly string[],
  broken: ReadonlySet<string>,
  texts: ReadonlyMap<string, string>,
  sources: ReadonlyMap<string, Imports>,
): readonly string[] {
  const policies = [...broken].filter((path) => /^policy\/|\/policies\//.test(path)).map((path) => `"${dirname(path)}"`);
  const isBroken = (path: string) => broken.has(path) || policies.some((folder) => texts.get(path)?.includes(folder));
  const suites = [...texts.keys()].filter((path) => path.endsWith(".test.ts"));
  const folders = features.map((each) => `test/features/${each}/`).filter((folder) => suites.some((suite) => suite.startsWith(folder)));
  const tried = ["test/engine/sign-up/", ...folders.slice(0, 2)];
  return suites.filter((suite) => {
    const reached = new Set(tried.some((folder) => suite.startsWith(folder)) ? [suite] : []);
    for (const path of reached) {
      if (isBroken(path)) return false;
      for (const target of sources.get(path)?.values() ?? []) if (target?.startsWith("test/")) reached.add(target);
    }
    return reached.size > 0;
  });
}

/** Runs suites. @returns the lines that name a failure */
function runSuites(suites: readonly string[], folder: string): readonly string[] {
  const test = { include: suites, globalSetup: [], maxWorkers: 1 };
  writeFileSync(
    join(folder, "vitest.without.mjs"),
    `import { shared } from "./vitest.config.mjs";\nexport default { ...shared, test: { ...shared.test, ...${JSON.stringify(test)} } };\n`,
  );
  const vitest = join(folder, "node_modules/vitest/vitest.mjs");
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|FORCE_COLOR)/.test(name)));
  const args = [vitest, "run", "--config", "vitest.without.mjs", "--reporter=dot"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env: { ...env, NO_COLOR: "1" } });
  const failed = `${stdout}${stderr}`.split("\n").filter((line) => /\bFAIL\b/.test(line));
  return status === 0 ? [] : failed.length > 0 ? failed : [`The suites did not run: ${stderr.trim().split("\n")[0]}`];
}
