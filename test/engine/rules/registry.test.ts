import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogues } from "../../../engine/messages";
import { approvalTexts } from "../../../engine/messages/approval";
import { identityTexts } from "../../../engine/messages/identity";
import { decisionWords, reasonText } from "../../../engine/messages/operator/decisions";
import type { RuleTexts } from "../../../engine/messages/rule-texts";
import { valueTexts } from "../../../engine/messages/values";
import { exportsThatAreNoRules, reasonsOfNoRule, ruleRegistry } from "../../../engine/rules/registry";
import { packageRoot } from "../../../lib/package-root";
import { generatedParts, withPart } from "../../../scripts/generated-docs";
import { meaningOf } from "../../../scripts/rule-tables";

const read = (path: string) => readFileSync(join(packageRoot, path), "utf8");
const filesBelow = (folder: string) =>
  readdirSync(join(packageRoot, folder), { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => /\.tsx?$/.test(file));

/** What index.ts gives a policy from engine/rules, types aside, and the module it comes from. */
const exported = [...read("index.ts").matchAll(/export \{([^}]*)\} from "\.\/engine\/rules\/(.*)";/g)].flatMap(([, names = "", module]) =>
  names
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && !name.startsWith("type "))
    .map((name) => ({ name, module })),
);

const ruleTexts: RuleTexts = { ...approvalTexts, ...identityTexts, ...valueTexts };
const allReasons = [...new Set([...ruleRegistry.flatMap(({ reasons }) => reasons), ...reasonsOfNoRule])];

/** The modules of a rule: its own file, and those of its folder if it has one. */
function sourceOf(module: string): string {
  const folder = module.includes("/") ? join("engine/rules", module.split("/", 1)[0] as string) : undefined;
  return (folder === undefined ? [`engine/rules/${module}.ts`] : filesBelow(folder)).map(read).join("\n");
}

describe("the registry of rules", () => {
  it("knows every rule that a policy can import, and where it stands", () =>
    expect(
      [...ruleRegistry.map((rule) => ({ name: rule.export, module: rule.module }))].sort((a, b) => a.name.localeCompare(b.name)),
    ).toEqual(
      exported
        .filter(({ name }) => !(exportsThatAreNoRules as readonly string[]).includes(name))
        .sort((a, b) => a.name.localeCompare(b.name)),
    ));

  it.each(exportsThatAreNoRules)("tells %s from a rule, and it is exported", (name) =>
    expect(exported.map((each) => each.name)).toContain(name),
  );

  it("has every rule under a name of its own", () => {
    const names = ruleRegistry.map(({ fullest }) => fullest.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("knows every reason that people can be told, and no other", () =>
    expect([...allReasons].sort()).toEqual([...Object.keys(ruleTexts), ...Object.keys(catalogues[0].reasons)].sort()));

  it("is in no function's bundle", () => {
    const importing = ["adapters", "cli", "console", "engine", "lambda", "lib", "local", "policy", "simulator"]
      .flatMap(filesBelow)
      .concat("index.ts")
      .filter((file) => /from "[./\w-]*\/registry"/.test(read(file)));
    expect(importing).toEqual([]);
  });
});

describe.each(ruleRegistry)("the rule $export", ({ module, reasons, written, export: name, fullest }) => {
  it("has a suite of its own", () => {
    const [folder = ""] = module.split("/");
    const tests = [`${module}.test.ts`, `${folder}.test.ts`, folder].map((path) => join(packageRoot, "test/engine/rules", path));
    expect(tests.some(existsSync)).toBe(true);
  });

  it("has its row in the docs", () => expect(read("docs/policy.md")).toContain(`\n| \`${written}\` |`));

  it("is written in the docs as it is called", () => expect(written.startsWith(`${name}(`)).toBe(true));

  it("goes by its export's name in records", () =>
    expect(fullest.name).toBe(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)));

  it("registers every reason that stands in its source", () => {
    const literals = [...sourceOf(module).matchAll(/"([a-z-]+\.[a-z-]+)"/g)].map(([, text = ""]) => text);
    expect(literals.filter((text) => allReasons.includes(text) && !reasons.includes(text))).toEqual([]);
  });
});

describe.each(allReasons)("the reason %s", (reason) => {
  it.each(catalogues)("has a text in $language", ({ language, reasons }) => {
    const text = ruleTexts[reason]?.[language] ?? (reasons as Readonly<Record<string, string>>)[reason];
    expect(text).toMatch(/\S/);
  });

  it("has words for operators, on the terminal and on the console in both its languages", () => {
    expect(meaningOf(reason)).toMatch(/\w/);
    for (const language of ["en", "ko"] as const) expect(reasonText(decisionWords[language], [reason])).toMatch(/ \(.+\)$/);
  });

  it("has its row in the docs", () => expect(read("docs/policy.md")).toContain(`\n| \`${reason}\` |`));
});

describe("what is generated of the docs", () => {
  it.each(generatedParts)("is up to date: $name in $page (npm run docs)", (part) =>
    expect(read(part.page)).toBe(withPart(read(part.page), part)),
  );

  it("is refused by a page without a place for it", () =>
    expect(() => withPart("# A page", { page: "docs/page.md", name: "rules", text: () => "" })).toThrow(
      'docs/page.md has no place for the generated part "rules".',
    ));
});
