import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";
import { packageDeclarations } from "../../scripts/declarations";
import { generatedSchemas, staleDocs, withPart } from "../../scripts/generated-docs";
import { optioned, optionsOf } from "../../scripts/option-lists";
import { reasonsList } from "../../scripts/rule-tables";
import { refusalOf, refusing } from "./wrong-options";

const read = (path: string) => {
  const file = join(packageRoot, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
};
const stalePaths = async (reader: typeof read) => (await staleDocs(reader)).map(({ path }) => path);

describe("what is generated of the docs", () => {
  it("is up to date", async () => {
    const stale = await stalePaths(read);
    if (stale.length > 0) throw new Error(`Run npm run docs: ${stale.join(", ")} ${stale.length === 1 ? "is" : "are"} out of date.`);
  });

  it("is written where it differs, and nowhere else", async () => {
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

  it("is refused by a page without a place for it", () =>
    expect(() => withPart("# A page", { page: "docs/page.md", name: "rules", text: () => "" })).toThrow(
      'docs/page.md has no place for the generated part "rules".',
    ));

  it("is not written while a reason has no words for operators", () =>
    expect(() =>
      reasonsList({
        "domain.not-allowed": { meaning: { en: "the domain is not one that may sign up" } },
        "attribute.required": { meaning: { en: "" } },
      }),
    ).toThrow(/^features\/reasons\.ts has no words for (?=.*access-list\.denied,)(?=.*attribute\.required,)(?!.*domain\.not-allowed)/));
});

// Here, for the package is compiled once a suite.
describe("options on docs/reference.md", () => {
  const all = optioned.flatMap((each) => optionsOf(each.types).map((option) => ({ ...option, call: each.call })));

  it("every type of options that a policy imports has its table", () => {
    const types = packageDeclarations().exports.filter(({ name, entry }) => entry === "entra-gatehouse" && name.endsWith("Options"));
    const shown = optioned.flatMap((each) => each.types);
    expect(types.map(({ name }) => name).filter((name) => !shown.includes(name))).toEqual([]);
  });

  it.each(all)("$call: $name says what it means and what holds without it", ({ means, byDefault, type }) => {
    expect(means).toMatch(/\S.*\.$|\S.*`\.?$/);
    expect(byDefault).not.toBe("");
    // A number without bounds would be taken at any size.
    if (type.includes("number")) expect(means).toMatch(/\d+ to \d+/);
  });

  it.each(Object.entries(refusing).flatMap(([call, { refused }]) => Object.keys(refused).map((option) => ({ call, option }))))(
    "$call: what $option cannot mean is refused by its name",
    ({ call, option }) => {
      expect(all.filter((each) => each.call === call).map(({ name }) => name)).toContain(option);
      expect(refusalOf(call, option)).toContain(option.replace(/s$/, ""));
    },
  );

  it("every option with a range or a list of words is refused outside it", () => {
    const open = all.filter(({ call, name, type }) => /number|"/.test(type) && !Object.hasOwn(refusing[call]?.refused ?? {}, name));
    expect(open.map(({ call, name }) => `${call}: ${name}`)).toEqual([]);
  });
});
