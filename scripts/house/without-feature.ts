import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { goWith } from "./knot";
import { edgesIn, featuresIn } from "./measure";
import { registries } from "./parts";
import { type HouseFile, sourceFiles } from "./sources";

const SOURCES = ["adapters", "bin", "cli", "console", "engine", "features", "handlers", "index.ts", "lambda", "lib", "local", "simulator"];

/** Faults without a feature, one a line. */
interface Without {
  readonly compiler: readonly string[];
  /** Suites that fail; empty if they did not run. */
  readonly suites: readonly string[];
}

/** Files outside these features that import one of them, except lists. They would not compile without it. @returns sorted */
export function importersOf(features: readonly string[], files: readonly HouseFile[]): readonly string[] {
  const gone = new Set(features.flatMap((feature) => [...filesOf(feature, files)]));
  return files
    .filter(({ path, part }) => !gone.has(path) && !registries.includes(path) && !features.includes(part ?? "") && isCompiled(path))
    .filter(({ imports }) => imports.some((each) => gone.has(each)))
    .map(({ path }) => path)
    .sort();
}

const isCompiled = (path: string) => SOURCES.some((each) => path === each || path.startsWith(`${each}/`));

/**
 * Compiles the project without some features, the features that need them, and their lines in the lists. Returns one line for each error;
 * none if no other part needs them. Leaves out tests, samples and policies, which may use any feature.
 * @param root the project's folder
 * @param alsoSuites true to run the kernel's suites, and those of two other features, as well
 */
export function withoutFeatures(features: readonly string[], root: string, alsoSuites = false): Without {
  const copy = mkdtempSync(join(tmpdir(), "gatehouse-without-"));
  try {
    copyOf(root, copy, alsoSuites ? ["."] : [...SOURCES, "package.json", "tsconfig.json", "policy"]);
    const files = sourceFiles(root);
    const all = goWith(features, edgesIn(files));
    const gone = new Set(all.flatMap((feature) => [...filesOf(feature, files)]));
    for (const path of listsOf(gone, files)) gone.add(path);
    for (const path of gone) rmSync(join(copy, path));
    for (const file of files.filter(({ path }) => registries.includes(path) && !gone.has(path))) {
      writeFileSync(join(copy, file.path), withoutLines(file, gone));
    }
    const others = featuresIn(files).filter((each) => !all.includes(each) && each > (features[0] as string));
    const said = compile(copy);
    // The shipped policy may use a removed feature: suites that run it are left out.
    const isOfPolicy = (line: string) => line.startsWith("policy/");
    const unusable = new Set([...gone, ...said.filter(isOfPolicy).map((line) => line.split("(", 1)[0] as string)]);
    return {
      compiler: said.filter((line) => !isOfPolicy(line)),
      suites: alsoSuites ? runSuites(suitesBeside(others, unusable, copy), copy) : [],
    };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Lists that only removed files import. */
function listsOf(gone: ReadonlySet<string>, files: readonly HouseFile[]): readonly string[] {
  return registries.filter((list) => {
    const readers = files.filter(({ imports }) => imports.includes(list));
    return readers.length > 0 && readers.every(({ path }) => gone.has(path));
  });
}

function filesOf(feature: string, files: readonly HouseFile[]): ReadonlySet<string> {
  const own = files.filter(({ part }) => part === feature).map(({ path }) => path);
  if (own.length === 0) throw new RangeError(`No file belongs to ${feature}.`);
  return new Set(own);
}

function copyOf(root: string, copy: string, what: readonly string[]): void {
  const tracked = execFileSync("git", ["ls-files", "-z", ...what], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 24,
  });
  for (const path of tracked.split("\0").filter((each) => each !== "")) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const config = { extends: "./tsconfig.json", compilerOptions: { types: ["node"] }, include: SOURCES };
  writeFileSync(join(copy, "tsconfig.without.json"), JSON.stringify(config));
}

/** The kernel's suites and those of two features, without suites that use a removed feature. */
function suitesBeside(features: readonly string[], gone: ReadonlySet<string>, copy: string): readonly string[] {
  const left = namesLeft(copy);
  const tested = features.map((each) => `test/features/${each}`).filter((folder) => existsSync(join(copy, folder)));
  return ["test/engine/sign-up", ...tested.slice(0, 2)].flatMap((folder) => {
    const names = readdirSync(join(copy, folder), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".test.ts"));
    const suites = names.map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
    return suites.filter((suite) => !leadsTo(gone, suite, copy, left));
  });
}

/** True if a suite, or a test file that it imports, imports a removed file. */
function leadsTo(gone: ReadonlySet<string>, suite: string, copy: string, left: NamesLeft): boolean {
  const seen = new Set([suite]);
  for (const path of seen) {
    const text = readFileSync(join(copy, path), "utf8");
    const imports = [...text.matchAll(/"(\.{1,2}\/[^"]*)"/g)].map(([, specifier = ""]) => specifier);
    if (imports.some((specifier) => isGone(gone, path, specifier)) || usesGoneName(text, left)) return true;
    for (const specifier of imports) {
      const target = join(dirname(path), specifier).replaceAll("\\", "/");
      const found = [".ts", ".tsx"]
        .map((ending) => `${target}${ending}`)
        .find((each) => each.startsWith("test/") && existsSync(join(copy, each)));
      if (found !== undefined) seen.add(found);
    }
  }
  return false;
}

/** Names that remain in the copy, for suites that use them without an import. */
interface NamesLeft {
  readonly exported: ReadonlySet<string>;
  readonly verbs: ReadonlySet<string>;
}

function namesLeft(copy: string): NamesLeft {
  const verbs = readFileSync(join(copy, "cli/main.ts"), "utf8").matchAll(/\bname: "([\w-]+)"/g);
  return {
    exported: new Set(readFileSync(join(copy, "index.ts"), "utf8").match(/\w+/g)),
    verbs: new Set([...verbs].map(([, name = ""]) => name)),
  };
}

/** True if a suite uses a removed export of the package, or a removed verb. */
function usesGoneName(text: string, { exported, verbs }: NamesLeft): boolean {
  const taken = [...text.matchAll(/import \{([^}]*)\} from "(?:\.\.\/)+index";/g)].flatMap(([, names = ""]) => names.split(","));
  const called = [...text.matchAll(/\bgatehouse\(\s*"([\w-]+)"/g)].map(([, verb = ""]) => verb);
  return (
    taken.map((name) => name.replace(/^\s*(type )?/, "").trim()).some((name) => name !== "" && !exported.has(name)) ||
    called.some((verb) => !verbs.has(verb))
  );
}

function isGone(gone: ReadonlySet<string>, path: string, specifier: string): boolean {
  const target = join(dirname(path), specifier).replaceAll("\\", "/");
  return ["", ".ts", ".tsx"].some((ending) => gone.has(`${target}${ending}`));
}

/** The output lines of failed suites. */
function runSuites(suites: readonly string[], folder: string): readonly string[] {
  const test = { include: suites, globalSetup: [], maxWorkers: 1 };
  writeFileSync(
    join(folder, "vitest.without.mjs"),
    `import { shared } from "./vitest.config.mjs";\nexport default { ...shared, test: { ...shared.test, ...${JSON.stringify(test)} } };\n`,
  );
  const vitest = join(folder, "node_modules/vitest/vitest.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [vitest, "run", "--config", "vitest.without.mjs", "--reporter=dot"], {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...process.env,
      NO_COLOR: "1",
      FORCE_COLOR: undefined,
      VITEST: undefined,
      VITEST_WORKER_ID: undefined,
      VITEST_POOL_ID: undefined,
    },
  });
  const failed = `${stdout}${stderr}`.split("\n").filter((line) => /\bFAIL\b/.test(line));
  return status === 0 ? [] : failed.length > 0 ? failed : [`The suites did not run: ${stderr.trim().split("\n")[0]}`];
}

/** Removes imports, exports and elements of removed files from a list. */
function withoutLines({ path, text }: HouseFile, gone: ReadonlySet<string>): string {
  const { program } = parseSync(path, text);
  const names = new Set<string>();
  const cuts: { readonly start: number; readonly end: number }[] = [];
  for (const node of program.body) {
    const source = "source" in node ? node.source?.value : undefined;
    if (typeof source !== "string" || !isGone(gone, path, source)) continue;
    if (node.type === "ImportDeclaration") for (const { local } of node.specifiers) names.add(local.name);
    cuts.push(node);
  }
  const cut = (element: { readonly start: number; readonly end: number }, loads = "", always = false) => {
    const [, name = ""] = /^(?:\.\.\.)?(\w+)(?:\.\w+)?$/.exec(text.slice(element.start, element.end)) ?? [];
    if (!always && !names.has(name) && !(loads !== "" && isGone(gone, path, loads))) return;
    const [comma = ""] = /^\s*,/.exec(text.slice(element.end)) ?? [];
    cuts.push({ start: element.start, end: element.end + comma.length });
  };
  new Visitor({
    ArrayExpression({ elements }) {
      // A group of verbs is imported on demand.
      for (const each of elements) {
        if (each === null) continue;
        cut(each, /import\("(.*?)"\)/.exec(text.slice(each.start, each.end))?.[1]);
        const values = each.type === "ObjectExpression" ? each.properties.map((member) => "value" in member && member.value) : [];
        for (const value of values) if (value !== false && value.type === "Identifier" && names.has(value.name)) cut(each, "", true);
      }
    },
    ObjectExpression({ properties }) {
      for (const each of properties) cut(each);
    },
    ClassBody({ body }) {
      // A getter of a feature's construct.
      for (const each of body) if (namedIn(text.slice(each.start, each.end)).some((name) => names.has(name))) cuts.push(each);
    },
  }).visit(program);
  const whole = cuts.filter((one) => !cuts.some((other) => other !== one && other.start <= one.start && one.end <= other.end));
  return whole.sort((one, other) => other.start - one.start).reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
}

const namedIn = (text: string): readonly string[] => text.match(/\w+/g) ?? [];

function compile(folder: string): readonly string[] {
  const compiler = join(folder, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [compiler, "--project", "tsconfig.without.json", "--noEmit", "--checkers", "1"], {
    cwd: folder,
    encoding: "utf8",
  });
  return stdout.split("\n").filter((line) => /error TS/.test(line));
}
