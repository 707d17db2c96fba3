import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";

const PAGES = join(packageRoot, "docs", "recipes");

/** The policy files that a recipe's page shows: parts of blocks that begin with their path. */
const shown = readdirSync(PAGES).flatMap((page) => {
  const blocks = [...readFileSync(join(PAGES, page), "utf8").matchAll(/^```ts\n(\/\/ policy\/.*?)^```$/gms)];
  const folder = join(packageRoot, "samples", "policies", page.replace(/\.md$/, ""));
  if (!existsSync(folder)) return [];
  return blocks.flatMap(([, block = ""]) =>
    block.split(/\n(?=\/\/ policy\/)/).map((part) => {
      const [, file = "", text = ""] = /^\/\/ policy\/([\w-]+\.ts)\n(.*)$/s.exec(part) ?? [];
      return { page, file: join(folder, file), text };
    }),
  );
});

/** Pages say in their own text what the sample says in comments, and show each text in one language. */
const shownOf = (code: string) => code.replace(/^\/\*\*.*?\*\/\n/gms, "").replace(/\{ en: ("[^"]*"), ko: "[^"]*" \}/g, "$1");

describe("the recipes' pages", () => {
  it("show the policies that can be tried", () => {
    expect([...new Set(shown.map(({ page }) => page))]).toEqual(
      expect.arrayContaining(["experian.md", "idology.md", "lookup.md", "permitted-values.md", "prefill.md"]),
    );
  });

  it.each(shown)("$page shows $file, except for comments and languages", ({ file, text }) =>
    expect(shownOf(text)).toBe(shownOf(readFileSync(file, "utf8"))),
  );
});
