import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { declarationsIn, packageDeclarations } from "../../scripts/declarations";
import { generatedSchemas, staleDocs, withPart } from "../../scripts/generated-docs";
import { listOptioned, listTypeOptions } from "../../scripts/option-lists";
import { explainedOn, readExamples, referredExports } from "../../scripts/reference";
import { reasonsList } from "../../scripts/schema-tables";
import { refusalOf, refusing } from "../scripts/wrong-options";
import { type Complaint, compileCode, type Example } from "./compile-code";
import { type Block, blocks } from "./pages";

// Docstrings, what is generated from them, and the code of all pages: one suite, because the package is compiled for each.

const publicExports = referredExports();
const entries = [...new Set(publicExports.map(({ entry }) => entry))];
it.each(publicExports)("$name has a description ($module)", ({ says }) => expect(says).toMatch(/^[A-Za-z][\s\S]*[.:]/));

// Of a class that is exported as a type, the members show how it is used.
const values = publicExports.filter(({ kind, typeOnly }) => kind !== "interface" && kind !== "type" && !(kind === "class" && typeOnly));
it.each(values)("$name has an example ($module)", ({ name, entry, example }) => {
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

  it("has an exported type", () => {
    expect([...seen]).toEqual(expect.arrayContaining(["RotationOption", "BackupOption", "CustomDomainOptions", "PolicyStep"]));
    const exported = new Set(publicExports.map(({ name }) => name));
    expect([...named].filter((name) => !exported.has(name))).toEqual([]);
  });
});

it.each(entries)("every extra example of %s belongs to one of its exports", (entry) => {
  const names = publicExports.filter((each) => each.entry === entry).map(({ name }) => name);
  expect([...readExamples(entry).keys()].filter((name) => !names.includes(name))).toEqual([]);
});

describe("a page that explains a type in place of docs/reference.md", () => {
  const { all } = packageDeclarations();
  it.each(Object.entries(explainedOn))("names every member of %s: %s", (name, pages) => {
    const code = all.find((each) => each.name === name)?.code ?? "";
    const members = [...code.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, member = ""]) => member);
    const text = pages.map((page) => readFileSync(join(packageRoot, "docs", page), "utf8")).join("\n");
    expect(members.length).toBeGreaterThan(1);
    expect(members.filter((member) => !new RegExp(`\\b${member}\\b`).test(text))).toEqual([]);
  });
});

describe("the declarations of a file", () => {
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

  it("include docstrings, join overloads and leave out private members", () =>
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

const inLanguage = (language: string) => blocks.filter((block) => block.language === language);

describe("TypeScript in the docs", () => {
  const made = (code: string) => ({ page: "README.md", line: 10, language: "ts", code: `export default ${code};\n` });
  const misspelt = made("beforeCreateUser([\n  accessLst(),\n])");
  const open = made('beforeCreateUser([accessList({ otherwise: "continue" })], { trust: "any" })');
  const inDocstrings = packageDeclarations().exports.flatMap(({ name, entry, example }) =>
    example === undefined ? [] : [{ name, entry, example }],
  );
  const mistaken = { name: "mistaken", entry: "entra-gatehouse", example: "accessList({ otherwise: true })" };
  let found: readonly Complaint[];
  beforeAll(() => {
    found = compileCode([...inLanguage("ts"), misspelt, open], [...inDocstrings, mistaken]);
  });
  const textsOf = (of: Block | Example) => found.filter((complaint) => complaint.of === of).map(({ text }) => text);

  it("compiles in each block, and each policy loads", () => {
    expect(inLanguage("ts").length).toBeGreaterThan(20);
    expect(inLanguage("ts").flatMap(textsOf)).toEqual([]);
  });

  it("compiles in each example of a docstring", () => {
    expect(inDocstrings.length).toBeGreaterThan(30);
    expect(inDocstrings.flatMap(textsOf)).toEqual([]);
  });

  it("is reported if it does not compile or if its policy does not load", () => {
    expect(textsOf(misspelt)).toEqual([expect.stringMatching(/^README\.md:11: error TS2304/)]);
    expect(textsOf(mistaken)).toEqual([expect.stringMatching(/^mistaken: error TS2322/)]);
    expect(textsOf(open)).toEqual([
      expect.stringMatching(/^README\.md:10: TypeError: The policy for before-create-user lets everybody in/),
    ]);
  });
});

it.each(inLanguage("json"))("$page:$line is valid JSON", ({ code }) => {
  expect(() => JSON.parse(code)).not.toThrow();
});

const read = (path: string) => {
  const file = join(packageRoot, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
};
const stalePaths = async (reader: typeof read) => (await staleDocs(reader)).map(({ path }) => path);

describe("a generated part of the docs", () => {
  it("is up to date", async () => {
    const stale = await stalePaths(read);
    if (stale.length > 0) throw new Error(`Run npm run docs: ${stale.join(", ")} ${stale.length === 1 ? "is" : "are"} out of date.`);
  });

  it("is rewritten only if it differs", async () => {
    const [[schemaPath, schema] = ["", {}]] = generatedSchemas;
    const own = await stalePaths(read);
    const staleWith = async (path: string, text: string | undefined) =>
      (await stalePaths((each) => (each === path ? text : read(each)))).filter((each) => !own.includes(each));
    expect(await staleWith("docs/policy.md", read("docs/policy.md")?.replace("- `accessList()`", "- `accessLists()`"))).toEqual([
      "docs/policy.md",
    ]);
    expect(await staleWith("docs/cli.md", read("docs/cli.md")?.replace("`list add`", "`list put`"))).toEqual(["docs/cli.md"]);
    expect(await staleWith(schemaPath, undefined)).toEqual([schemaPath]);
    expect(await staleWith(schemaPath, "{}")).toEqual([schemaPath]);
    expect(await staleWith(schemaPath, JSON.stringify(schema))).toEqual([]);
  });

  it("is refused if the page has no place for it", () =>
    expect(() => withPart("# A page", { page: "docs/page.md", name: "rules", text: () => "" })).toThrow(
      'docs/page.md has no place for the generated part "rules".',
    ));

  it("is refused if a reason has no words for operators", () =>
    expect(() =>
      reasonsList({
        "domain.not-allowed": { meaning: { en: "the domain is not one that may sign up" } },
        "attribute.required": { meaning: { en: "" } },
      }),
    ).toThrow(/^No reasons\.ts of a feature has words for (?=.*access-list\.denied,)(?=.*attribute\.required,)(?!.*domain\.not-allowed)/));
});

describe("options on docs/reference.md", () => {
  const all = listOptioned().flatMap((each) => listTypeOptions(each.types).map((option) => ({ ...option, call: each.call })));

  it("have a table for each type of options that a policy imports", () => {
    const types = packageDeclarations().exports.filter(({ name, entry }) => entry === "entra-gatehouse" && name.endsWith("Options"));
    const shown = listOptioned().flatMap((each) => each.types);
    expect(types.map(({ name }) => name).filter((name) => !shown.includes(name))).toEqual([]);
  });

  it.each(all)("$call: $name states its meaning and its default", ({ means, byDefault, type }) => {
    expect(means).toMatch(/\S.*\.$|\S.*`\.?$/);
    expect(byDefault).not.toBe("");
    // A number without bounds would be taken at any size.
    if (type.includes("number")) expect(means).toMatch(/\d+ to \d+/);
  });

  it.each(Object.entries(refusing).flatMap(([call, { refused }]) => Object.keys(refused).map((option) => ({ call, option }))))(
    "$call: the error about an impossible value of $option names the option",
    ({ call, option }) => {
      expect(all.filter((each) => each.call === call).map(({ name }) => name)).toContain(option);
      expect(refusalOf(call, option)).toContain(option.replace(/s$/, ""));
    },
  );

  it("are each tested with an impossible value if they have a range or a list of words", () => {
    const open = all.filter(({ call, name, type }) => /number|"/.test(type) && !Object.hasOwn(refusing[call]?.refused ?? {}, name));
    expect(open.map(({ call, name }) => `${call}: ${name}`)).toEqual([]);
  });
});
