import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageRoot } from "../lib/app-root";

export interface Declaration {
  readonly name: string;
  readonly entry: Entry;
  readonly kind: "function" | "const" | "class" | "interface" | "type";
  /** True if the declaration is exported only as a type. If such a declaration is a class, only Gatehouse creates instances. */
  readonly typeOnly: boolean;
  readonly exported: boolean;
  /** The declaration's module, relative to the project: `engine/rules/format`. */
  readonly module: string;
  /** The code without docstring, `export` and private members. */
  readonly code: string;
  /** The docstring without tags, and without remarks, because a page of docs/ has the remarks' text. */
  readonly says: string;
  /** The docstring's `@example`. */
  readonly example: string | undefined;
}

const entries = { "entra-gatehouse": "index", "entra-gatehouse/cdk": "lib/index" } as const;
type Entry = keyof typeof entries;

type ReadDeclarations = (module: string) => string;

export type DeclaredPart = Omit<Declaration, "entry" | "typeOnly">;

interface Package {
  readonly exports: readonly Declaration[];
  /** Every declaration of every module, exported or not. */
  readonly all: readonly DeclaredPart[];
}

let madePackage: Package | undefined;

export function packageDeclarations(): Package {
  madePackage ??= withDeclarations((read, modules) => ({
    exports: (Object.keys(entries) as Entry[]).flatMap((entry) => declaredBy(entry, read)),
    all: modules.flatMap((module) => declarationsIn(read(module)).map((each) => ({ ...each, module }))),
  }));
  return madePackage;
}

function withDeclarations<T>(use: (read: ReadDeclarations, modules: readonly string[]) => T): T {
  // The folder is beside the sources, because a declaration may refer to another by its path.
  const folder = mkdtempSync(join(packageRoot, ".docs-code-"));
  try {
    const compiler = join(packageRoot, "node_modules/typescript/bin/tsc");
    const project = join(packageRoot, "tsconfig.build.json");
    execFileSync(process.execPath, [compiler, "--singleThreaded", "--project", project, "--outDir", folder, "--noCheck"]);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".d.ts"));
    const modules = files.map((file) => file.replaceAll("\\", "/").replace(/\.d\.ts$/, "")).sort();
    return use((module) => readFileSync(join(folder, `${module}.d.ts`), "utf8"), modules);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function declaredBy(entry: Entry, read: ReadDeclarations): readonly Declaration[] {
  const index = entries[entry];
  const lists = [...read(index).matchAll(/^export (type )?(?:\{([^}]*)\}|\*) from "([^"]*)";/gm)];
  return lists.flatMap(([, types, list, path = ""]) => {
    const module = join(dirname(index), path).replaceAll("\\", "/");
    const declarations = declarationsIn(read(module)).flatMap((each) =>
      each.exported ? [{ ...each, entry, module, typeOnly: false }] : [],
    );
    if (list === undefined) return declarations;
    return namesIn(list).map((writtenName) => {
      const name = writtenName.replace(/^type /, "");
      const declaration = declarations.find((each) => each.name === name);
      if (declaration === undefined) throw new Error(`${module} declares no ${name}.`);
      return { ...declaration, typeOnly: types !== undefined || writtenName !== name };
    });
  });
}

function namesIn(list: string): readonly string[] {
  return list
    .split(",")
    .map((each) => each.trim())
    .filter((name) => name !== "");
}

const HEAD = /^(export )?(?:declare )?(?:abstract )?(function|const|class|interface|type) (\w+)/;

/** Overloads of a function count as one declaration. */
export function declarationsIn(text: string): readonly Omit<DeclaredPart, "module">[] {
  const partsByName = new Map<string, Omit<DeclaredPart, "module">>();
  for (const { docstring, code } of topLevel(text)) {
    const [, exported, kind, name] = HEAD.exec(code) ?? [];
    if (name === undefined) continue;
    const before = partsByName.get(name);
    const shownText = spelledOut(shownCode(code), text);
    partsByName.set(
      name,
      before === undefined
        ? { name, kind: kind as Declaration["kind"], exported: exported !== undefined, code: shownText, ...docstringParts(docstring) }
        : { ...before, code: `${before.code}\n${shownText}` },
    );
  }
  return [...partsByName.values()];
}

interface Statement {
  readonly docstring: string;
  readonly code: string;
}

/** The later lines of a statement are indented, or begin with a closing brace. */
function topLevel(text: string): readonly Statement[] {
  const statements = withUnionsIndented(text).matchAll(/^(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?((?!\/\*\*| |\})\S.*(?:\n(?: |\}).*)*)/gm);
  return [...statements].map(([, docstring = "", code = ""]) => ({ docstring, code }));
}

/** Indents a union's unindented lines (docstrings, and a first part that is a string), because they would look like statements. */
function withUnionsIndented(text: string): string {
  return text.replace(/^(?:(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)(?= \||")|(?="))/gm, " $1");
}

/** Replaces each `(typeof LIST)[number]` in the code by the words of LIST. The text contains the declaration of LIST. */
function spelledOut(code: string, text: string): string {
  return code.replace(/\(typeof (\w+)\)\[number\]/g, (typeText, list: string) => {
    const [, words] = new RegExp(`const ${list}: readonly \\[([^\\]]*)\\]`).exec(text) ?? [];
    return words === undefined ? typeText : words.split(", ").join(" | ");
  });
}

function shownCode(code: string): string {
  return code
    .replace(/^(?:export )?(?:declare )?/, "")
    .replace(/^ {4}(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n {4})?private .*\n/gm, "")
    .replace(/^ +/gm, (indent) =>
      " ".repeat(indent.startsWith("     *") || indent.length % 4 === 1 ? (indent.length - 1) / 2 + 1 : indent.length / 2),
    );
}

function docstringParts(docstring: string): Pick<Declaration, "says" | "example"> {
  const text = docstring.replace(/^ *\* ?/gm, "").trim();
  const [says = "", example] = text.split(/^@example\n/m);
  const [summary = ""] = says.split(/^@remarks\b/m);
  return { says: summary.replace(/^@\w+.*$/gm, "").trim(), example: example?.trim() };
}

export function readMembers(code: string): readonly { readonly docstring: string; readonly signature: string }[] {
  // The later lines of a signature are indented more than its first line, or begin with a closing brace.
  const members = code.matchAll(
    /^ {2}(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2})?((?!\/\*\*)\w(?:.|\n(?= {3}| {2}\}))*?);$(?!\n(?: {3}| {2}\}))/gm,
  );
  return [...members].map(([, docstring = "", signature = ""]) => ({
    docstring: docstring.replace(/^ *\* ?/gm, "").trim(),
    signature: signature.replace(/\s*\n\s*/g, " "),
  }));
}

export function linkPages(says: string): string {
  return says
    .replace(/\{@link (\w+)\}/g, "`$1`")
    .replace(/(?<![\w/`(])docs\/([\w/-]+\.md)/g, "[$1]($1)")
    .replace(/(?<![\w/("])(https:\/\/[\w./-]*\w)/g, "<$1>");
}
