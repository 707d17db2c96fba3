import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";
import { declarationsIn, packageDeclarations } from "../../scripts/declarations";
import { examplesOf, explainedOn, referredExports } from "../../scripts/reference";

const publicExports = referredExports();
const entries = [...new Set(publicExports.map(({ entry }) => entry))];
/** Examples of docstrings; those of the files beside the reference are compiled with the project. */
const inDocstrings = packageDeclarations().exports.flatMap(({ name, entry, example }) =>
  example === undefined ? [] : [{ name, entry, example }],
);

/** What the compiler says of examples, `NAME: message` each. A name of the package that an example uses is imported for it. */
function complaints(examples: readonly { readonly name: string; readonly entry: string; readonly example: string }[]): readonly string[] {
  const imported = (code: string, from: string) =>
    publicExports.filter(({ name, entry }) => entry === from && new RegExp(`\\b${name}\\b`).test(code)).map(({ name }) => name);
  // Beside the project's own sources, so that its packages are found.
  const folder = mkdtempSync(join(packageRoot, ".docs-code-"));
  try {
    for (const { name, entry, example } of examples) {
      const preamble = `import { ${imported(example, entry).join(", ")} } from "${entry}"; import * as v from "valibot"; export {};`;
      // Constructs are made in another one.
      const code = entry === "entra-gatehouse/cdk" ? `function example(this: import("constructs").Construct) {${example}}` : example;
      writeFileSync(join(folder, `${name}.ts`), `${preamble}\n${code}`);
    }
    const files = examples.map(({ name }) => `${name}.ts`);
    const compilerOptions = { verbatimModuleSyntax: false };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../tsconfig.json", compilerOptions, files, include: [] }));
    execFileSync(process.execPath, [
      join(packageRoot, "node_modules/typescript/bin/tsc"),
      "--singleThreaded",
      "--project",
      folder,
      "--pretty",
      "false",
    ]);
    return [];
  } catch (error) {
    const output = String((error as { stdout?: Buffer }).stdout ?? error);
    return output
      .trim()
      .split("\n")
      .map((line) => line.replace(/^\S*?(\w+)\.ts\(\d+,\d+\)/, "$1"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it.each(publicExports)("$name says what it is for ($module)", ({ says }) => expect(says).toMatch(/^[A-Za-z][\s\S]*[.:]/));

// Of a class that is exported as a type, the members show how it is used.
const values = publicExports.filter(({ kind, typeOnly }) => kind !== "interface" && kind !== "type" && !(kind === "class" && typeOnly));
it.each(values)("$name shows how it is used ($module)", ({ name, entry, example }) => {
  // The first that a newcomer reads of it.
  if (!example)
    throw new Error(`${name} has no example: write @example in its docstring, or a part "// ${name}" in test/docs/reference (${entry}).`);
});

describe("an option of a construct", () => {
  const types = new Map(
    packageDeclarations().all.flatMap((each) => (each.kind === "interface" || each.kind === "type" ? [[each.name, each]] : [])),
  );
  const namesIn = (code: string) => [...code.matchAll(/\b[A-Z]\w+\b/g)].map(([name]) => name).filter((name) => types.has(name));
  const props = publicExports.filter(({ name, entry }) => entry === "entra-gatehouse/cdk" && /(Props|Options|Settings)$/.test(name));
  // Those of `GatehouseProps` stand with the features, and theirs beside them.
  const features = packageDeclarations().all.flatMap(({ code }) => namesIn(/: StackFeature<(.*?)[,>]/.exec(code)?.[1] ?? ""));
  const seen = new Set<string>();
  const named = new Set<string>();

  function follow(name: string): void {
    const { code = "", module = "" } = types.get(name) ?? {};
    if (seen.has(name) || name === "FeatureOptions" || module.startsWith("engine/")) return;
    seen.add(name);
    const [, head = "", body = ""] =
      /^(?:interface \w+([^{]*)|type \w+(?:<[^=]*)? = )([\s\S]*)$/.exec(code.replace(/\/\*\*[\s\S]*?\*\/|"[^"\n]*"/g, "")) ?? [];
    for (const each of namesIn(body)) named.add(each);
    for (const each of namesIn(head + body)) follow(each);
  }
  for (const name of [...props.map((each) => each.name), ...features, "OwnOptions"]) follow(name);

  it("has a type that an app can name", () => {
    expect([...seen]).toEqual(expect.arrayContaining(["RotationOption", "BackupOption", "CustomDomainOptions", "PolicyStep"]));
    const exported = new Set(publicExports.map(({ name }) => name));
    expect([...named].filter((name) => !exported.has(name))).toEqual([]);
  });
});

it.each(entries)("every example of %s beside the reference is of something that it exports", (entry) => {
  const names = publicExports.filter((each) => each.entry === entry).map(({ name }) => name);
  expect([...examplesOf(entry).keys()].filter((name) => !names.includes(name))).toEqual([]);
});

describe("a page that explains a type in place of the reference", () => {
  const { all } = packageDeclarations();
  it.each(Object.entries(explainedOn))("names every member of %s: %s", (name, pages) => {
    const code = all.find((each) => each.name === name)?.code ?? "";
    const members = [...code.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, member = ""]) => member);
    const text = pages.map((page) => readFileSync(join(packageRoot, "docs", page), "utf8")).join("\n");
    expect(members.length).toBeGreaterThan(1);
    expect(members.filter((member) => !new RegExp(`\\b${member}\\b`).test(text))).toEqual([]);
  });
});

describe("an example of a docstring", () => {
  const wrong = { name: "mistaken", entry: "entra-gatehouse", example: "accessList({ otherwise: true })" };
  const ofWrong = (line: string) => line.startsWith("mistaken: ");
  let found: readonly string[];
  // At once: the compiler takes most of its time for the types of the packages.
  beforeAll(() => {
    found = complaints([...inDocstrings, wrong]);
  });

  it("compiles", () => {
    expect(inDocstrings.length).toBeGreaterThan(30);
    expect(found.filter((line) => !ofWrong(line))).toEqual([]);
  });

  it("that does not compile is found", () => expect(found.filter(ofWrong)).toEqual([expect.stringMatching(/^mistaken: error TS2322/)]));
});

describe("what a file declares", () => {
  const file = `import { type B } from "./b";
declare const words: readonly ["a", "b"];
/** One of the words. */
export type Word = (typeof words)[number];
/**
 * Says it.
 *
 * @example
 * say("a")
 */
export declare function say(word: Word): void;
export declare function say(word: Word, loud: boolean): void;
export declare class Mouth extends B {
    /** How loud. */
    readonly loud: boolean;
    /** Nobody's business. */
    private readonly tongue;
    private say;
}
interface Local {
    a: string;
}
`;

  it("is read with its docstrings, overloads as one, without what is private", () =>
    expect(declarationsIn(file)).toEqual([
      expect.objectContaining({ name: "words", exported: false }),
      { name: "Word", kind: "type", exported: true, code: 'type Word = "a" | "b";', says: "One of the words.", example: undefined },
      expect.objectContaining({
        name: "say",
        code: "function say(word: Word): void;\nfunction say(word: Word, loud: boolean): void;",
        says: "Says it.",
        example: 'say("a")',
      }),
      expect.objectContaining({ name: "Mouth", code: "class Mouth extends B {\n  /** How loud. */\n  readonly loud: boolean;\n}" }),
      expect.objectContaining({ name: "Local", exported: false, code: "interface Local {\n  a: string;\n}" }),
    ]));
});
