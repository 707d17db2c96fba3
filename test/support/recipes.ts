import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";

/** The lines a recipe asks for, as its page prints them. */
export function printedBlocks(page: string): readonly string[] {
  const text = readFileSync(join(packageRoot, "docs", "recipes", `${page}.md`), "utf8");
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? "");
}

/** A file of test/events/recipes, which is type-checked and tried. */
function recipeFile(recipe: string): string {
  return readFileSync(join(packageRoot, "test", "events", "recipes", `${recipe}.ts`), "utf8");
}

/** The lines of a recipe's `add`, with what they import. */
export function recipeLines(recipe: string): string {
  const [head = "", body = ""] = recipeFile(recipe).split("\nexport function add(gatehouse: Gatehouse): void {\n");
  const needed = head.replace('import type { Gatehouse } from "entra-gatehouse/cdk";\n', "");
  const imports = needed.replace(/(, )?type Gatehouse(, (?=\w))?/, (_, before, after) => (before && after) ?? "");
  const lines = body.split("\n").filter((line) => line !== "}");
  return [imports, ...lines.map((line) => line.replace(/^ {2}/, ""))].join("\n");
}
