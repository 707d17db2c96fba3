import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { LISTS, writeLists } from "../lists/surfaces";
import { type Edges, findEdges, findFeature, type Imports, isFeatureList, readImports, readTexts, withDependents } from "./faults";
import { editedByHand } from "./map";

interface Failures {
  /** The compiler's lines about the sources. Lines about policies, samples and tests are left out, because these may use any feature. */
  readonly compiler: readonly string[];
  /** Lines of the suites' output that name a failure. */
  readonly suites: readonly string[];
}

interface Copy {
  readonly root: string;
  readonly folder: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly sources: ReadonlyMap<string, Imports>;
  readonly edges: Edges;
}

interface Deletion {
  /** The deleted features: the named ones, and the features that depend on them. */
  readonly features: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  readonly edited: readonly string[];
}

/**
 * Deletes each group of features, and the features that depend on the group, in a copy. Compiles the remaining code. After the last group,
 * also runs suites that use no deleted code: the kernel's, and those of two remaining features.
 */
export function tryWithout(groups: readonly (readonly string[])[], root: string): Failures {
  const texts = readTexts(root);
  const names = new Set([...texts.keys()].map(findFeature));
  const unknown = groups.flat().filter((feature) => !names.has(feature));
  if (unknown.length > 0) throw new RangeError(`No file belongs to ${unknown.join(", ")}.`);
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-without-"));
  try {
    const sources = readImports(texts);
    const copy = { root, folder, texts, sources, edges: findEdges(sources) };
    copyProject(root, folder);
    const others = groups.slice(0, -1).flatMap((features) => {
      const deletion = deleteFeatures(features, copy);
      const lines = compile(folder, []);
      for (const path of [...deletion.files, ...deletion.edited]) copyFileSync(join(root, path), join(folder, path));
      return selectFaults(lines, deletion);
    });
    const last = groups.at(-1) ?? [];
    const deletion = deleteFeatures(last, copy);
    const remainingNames = [...names].filter((each) => each !== undefined && !deletion.features.has(each)) as readonly string[];
    const suites = findSuites(remainingNames, texts).filter((suite) => !reaches(suite, deletion.files, copy.sources));
    const lines = compile(folder, suites);
    const broken = withUsers(new Set([...deletion.files, ...lines.map((line) => line.split("(", 1)[0] ?? line)]), texts);
    const sound = suites.filter((suite) => !reaches(suite, broken, copy.sources));
    return { compiler: [...others, ...selectFaults(lines, deletion)], suites: runSuites(sound, folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function deleteFeatures(features: readonly string[], { folder, texts, sources, edges }: Copy): Deletion {
  const all = withDependents(features, edges);
  const gonePaths = new Set([...texts.keys()].filter((path) => all.has(findFeature(path) ?? "")));
  for (const path of listsWithoutReader(gonePaths, sources)) gonePaths.add(path);
  for (const path of gonePaths) rmSync(join(folder, path));
  const lists = writeLists(new Map([...texts].filter(([path]) => !gonePaths.has(path))));
  for (const [path, text] of lists) if (!gonePaths.has(path)) writeFileSync(join(folder, path), text);
  const editedSources = [...sources].filter(([path]) => isFeatureList(path) && !path.startsWith(`${LISTS}/`) && !gonePaths.has(path));
  for (const [path, imports] of editedSources) writeFileSync(join(folder, path), cutLines(path, texts.get(path) ?? "", imports, gonePaths));
  return { features: all, files: gonePaths, edited: [...editedSources.map(([path]) => path), ...lists.keys()] };
}

/** Removes lines about code that may use any feature, such as tests, and about files that people edit by hand for a deleted one. */
function selectFaults(lines: readonly string[], { features }: Deletion): readonly string[] {
  const isOfUser = (line: string) => /^(bench|policy|samples|scripts|test)\//.test(line);
  const isByHand = (line: string) => features.has(editedByHand[line.split("(", 1)[0] ?? ""] ?? "");
  return lines.filter((line) => !isOfUser(line) && !isByHand(line));
}

/** If a deleted or broken file belongs to a policy, adds all files whose text names the policy's folder. */
function withUsers(broken: ReadonlySet<string>, texts: ReadonlyMap<string, string>): ReadonlySet<string> {
  const policies = [...broken].filter((path) => /^policy\/|\/policies\//.test(path)).map((path) => `"${dirname(path)}"`);
  const users = [...texts].filter(([, text]) => policies.some((folder) => text.includes(folder)));
  return new Set([...broken, ...users.map(([path]) => path)]);
}

function listsWithoutReader(gonePaths: ReadonlySet<string>, sources: ReadonlyMap<string, Imports>): readonly string[] {
  return [...sources.keys()].filter(isFeatureList).filter((list) => {
    const readers = [...sources].filter(([path, imports]) => !path.startsWith("test/") && [...imports.values()].includes(list));
    return readers.length > 0 && readers.every(([path]) => gonePaths.has(path));
  });
}

function copyProject(root: string, copy: string): void {
  const fileList = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard", "--deduplicate"], { cwd: root, encoding: "utf8" });
  const paths = fileList.split("\0").filter((each) => each !== "" && existsSync(join(root, each)));
  for (const folder of new Set(paths.map(dirname))) mkdirSync(join(copy, folder), { recursive: true });
  for (const path of paths) copyFileSync(join(root, path), join(copy, path));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
}

/** Removes imports and exports of deleted files from a list. Also removes the elements, members and getters that use such an import. */
function cutLines(path: string, text: string, imports: Imports, gonePaths: ReadonlySet<string>): string {
  const isGone = (specifier: string | undefined) => gonePaths.has(imports.get(specifier ?? "") ?? "");
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
      // An element that contains further lists stays, because the visitor cuts these lists separately.
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

/**
 * Compiles the code that is deployed and run. If suites are given, also compiles the suites and all policies. Other tests are left out,
 * because they would take longer than all else together.
 */
function compile(folder: string, suites: readonly string[]): readonly string[] {
  const settings = JSON.parse(readFileSync(join(folder, "tsconfig.json"), "utf8"));
  const include = (settings.include as readonly string[]).filter(
    (each) => !["bench", "scripts", "test"].includes(each) && (suites.length > 0 || !["policy", "samples"].includes(each)),
  );
  const project = join(folder, "tsconfig.without.json");
  writeFileSync(
    project,
    JSON.stringify({ ...settings, include: [...include, ...(suites.length > 0 ? ["test/**/policies", ...suites] : [])] }),
  );
  const args = [join(folder, "node_modules/typescript/bin/tsc"), "--checkers", "1", "--project", project, "--pretty", "false"];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  return stdout.split("\n").filter((line) => /error TS/.test(line));
}

/** Finds the suites of the kernel and of the two features that have the fewest suites. */
function findSuites(features: readonly string[], texts: ReadonlyMap<string, string>): readonly string[] {
  const suites = [...texts.keys()].filter((path) => path.endsWith(".test.ts"));
  const selectSuites = (folder: string) => suites.filter((suite) => suite.startsWith(folder));
  const ofFeatures = features.map((each) => selectSuites(`test/features/${each}/`)).filter((all) => all.length > 0);
  const fewest = ofFeatures.sort((one, other) => one.length - other.length).slice(0, 2);
  return [...selectSuites("test/engine/sign-up/"), ...fewest.flat()];
}

function reaches(suite: string, paths: ReadonlySet<string>, sources: ReadonlyMap<string, Imports>): boolean {
  const reachedPaths = new Set([suite]);
  for (const path of reachedPaths) {
    if (paths.has(path)) return true;
    for (const target of sources.get(path)?.values() ?? [])
      if (target?.startsWith("test/") || paths.has(target ?? "")) reachedPaths.add(target ?? "");
  }
  return false;
}

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
  const failedLines = `${stdout}${stderr}`.split("\n").filter((line) => /\bFAIL\b/.test(line));
  return status === 0 ? [] : failedLines.length > 0 ? failedLines : [`The suites did not run: ${stderr.trim().split("\n")[0]}`];
}
