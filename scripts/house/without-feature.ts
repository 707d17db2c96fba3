import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { registries } from "./parts";
import { type HouseFile, sourceFiles } from "./sources";

/** Features that can go with their folder and their lines in the lists. The list grows: what joins it stays. */
export const standAlone: readonly string[] = [
  "assign",
  "backup",
  "canary",
  "doctor",
  "domains",
  "event-archive",
  "firewall",
  "format",
  "init",
  "lookup",
  "minimum-age",
  "not-domains",
  "notifications",
  "ocsf",
  "only-applications",
  "only-domains",
  "partners",
  "smoke",
  "standby",
  "start",
  "validate",
  "verify-identity",
  "webhooks",
];

/** What is compiled. */
const SOURCES = ["adapters", "bin", "cli", "console", "engine", "features", "handlers", "index.ts", "lambda", "lib", "local", "simulator"];

/**
 * What the compiler says of the project without a feature's files and its lines in the lists, an error each; empty where nothing else
 * needs it. Tests, samples and policies are left out: they may use any feature. @param root the project's folder
 */
export function errorsWithout(feature: string, root: string): readonly string[] {
  const copy = mkdtempSync(join(tmpdir(), "gatehouse-without-"));
  try {
    copyOf(root, copy);
    const files = sourceFiles(root);
    const gone = new Set(files.filter(({ part }) => part === feature).map(({ path }) => path));
    if (gone.size === 0) throw new RangeError(`No file belongs to ${feature}.`);
    for (const path of gone) rmSync(join(copy, path));
    for (const file of files.filter(({ path }) => registries.includes(path))) {
      writeFileSync(join(copy, file.path), withoutLines(file, gone));
    }
    return compile(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function copyOf(root: string, copy: string): void {
  const tracked = execFileSync("git", ["ls-files", "-z", ...SOURCES, "package.json", "tsconfig.json", "policy"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const path of tracked.split("\0").filter((each) => each !== "")) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const config = { extends: "./tsconfig.json", compilerOptions: { types: ["node"] }, include: SOURCES };
  writeFileSync(join(copy, "tsconfig.without.json"), JSON.stringify(config));
}

/** A list without what it has of files that are gone: imports, exports, and the elements and lines that use them. */
function withoutLines({ path, text }: HouseFile, gone: ReadonlySet<string>): string {
  const leadsToGone = (specifier: string) => {
    const target = join(dirname(path), specifier).replaceAll("\\", "/");
    return ["", ".ts", ".tsx"].some((ending) => gone.has(`${target}${ending}`));
  };
  const { program } = parseSync(path, text);
  const names: string[] = [];
  const cuts: { readonly start: number; readonly end: number }[] = [];
  for (const node of program.body) {
    const source = "source" in node ? node.source?.value : undefined;
    if (typeof source !== "string" || !leadsToGone(source)) continue;
    if (node.type === "ImportDeclaration") names.push(...node.specifiers.map(({ local }) => local.name));
    cuts.push(node);
  }
  new Visitor({
    ArrayExpression({ elements }) {
      for (const element of elements) {
        const loaded = element === null ? undefined : /import\("(.*?)"\)/.exec(text.slice(element.start, element.end))?.[1];
        if (element && loaded !== undefined && leadsToGone(loaded)) cuts.push({ start: element.start, end: element.end + 1 });
      }
    },
  }).visit(program);
  const left = cuts
    .sort((one, other) => other.start - one.start)
    .reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
  return names.reduce((rest, name) => rest.replaceAll(new RegExp(`^ *(\\.\\.\\.)?${name}(\\.\\w+)?,\\n`, "gm"), ""), left);
}

function compile(folder: string): readonly string[] {
  const compiler = join(folder, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [compiler, "--project", "tsconfig.without.json", "--noEmit", "--checkers", "1"], {
    cwd: folder,
    encoding: "utf8",
  });
  return stdout.split("\n").filter((line) => /error TS/.test(line));
}
