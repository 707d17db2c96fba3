import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";
import { generatedSchemas, staleDocs, withPart } from "../../scripts/generated-docs";
import { reasonsTable } from "../../scripts/rule-tables";

const read = (path: string) => {
  const file = join(packageRoot, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
};
const stalePaths = (reader: typeof read) => staleDocs(reader).map(({ path }) => path);

describe("what is generated of the docs", () => {
  it("is up to date", () => {
    const stale = stalePaths(read);
    if (stale.length > 0) throw new Error(`Run npm run docs: ${stale.join(", ")} ${stale.length === 1 ? "is" : "are"} out of date.`);
  });

  it("is written where it differs, and nowhere else", () => {
    const [[schemaPath, schema] = ["", {}]] = generatedSchemas;
    const own = stalePaths(read);
    const staleWith = (path: string, text: string | undefined) =>
      stalePaths((each) => (each === path ? text : read(each))).filter((each) => !own.includes(each));
    expect(staleWith("docs/events.md", read("docs/events.md")?.replace("| ---", "| --"))).toEqual(["docs/events.md"]);
    expect(staleWith(schemaPath, undefined)).toEqual([schemaPath]);
    expect(staleWith(schemaPath, "{}")).toEqual([schemaPath]);
    expect(staleWith(schemaPath, JSON.stringify(schema))).toEqual([]);
  });

  it("is refused by a page without a place for it", () =>
    expect(() => withPart("# A page", { page: "docs/page.md", name: "rules", text: () => "" })).toThrow(
      'docs/page.md has no place for the generated part "rules".',
    ));

  it("is not written while a reason has no words for operators", () =>
    expect(() => reasonsTable({ "domain.not-allowed": "the domain is not one that may sign up", "attribute.required": "" })).toThrow(
      /^engine\/messages\/operator\/meanings\.ts has no words for .*access-list\.denied, access-list\.unlisted, application\.not-allowed, attribute\.required,/,
    ));
});
