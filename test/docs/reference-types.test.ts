import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { packageDeclarations } from "../../scripts/declarations";

const page = readFileSync(join(packageRoot, "docs/reference.md"), "utf8");
/** Type parameters of `Services<Service>` and `ServiceRequest<Path>`: the package has types of these names that the page does not mean. */
const parameters = new Set(["Service", "Path"]);

/** The code of a page, without texts and comments. */
function codeIn(text: string): string {
  const spans = [...text.matchAll(/```typescript\n([\s\S]*?)```|`` (.*?) ``|`([^`\n]+)`/g)].map(([, ...codes]) => codes.join(""));
  return spans.join("\n").replace(/"[^"\n]*"|\/\/.*$/gm, "");
}

function typesUnexplained(text: string): readonly string[] {
  const types = new Set(
    packageDeclarations().all.flatMap(({ kind, name }) => (["class", "interface", "type"].includes(kind) ? [name] : [])),
  );
  const named = new Set([...codeIn(text).matchAll(/(?<![\w.$])[A-Z]\w+/g)].map(([name]) => name));
  const isExplained = (name: string) => new RegExp(`^(?:### (?:type )?${name}$|- (?:\`\` |\`)${name}(?:\`|<| =))`, "m").test(text);
  return [...named].filter((name) => types.has(name) && !parameters.has(name) && !isExplained(name));
}

describe("docs/reference.md", () => {
  it("defines or links each of the package's types that it names", () => {
    expect(typesUnexplained(page)).toEqual([]);
  });

  it("is reported if it names a type of the package without a definition or link", () => {
    const without = page.replace(/^### type Situation\n[\s\S]*?(?=^### )/m, "").replace(/^- `LimitWindow`.*$/m, "");
    expect(typesUnexplained(without)).toEqual(expect.arrayContaining(["Situation", "LimitWindow"]));
  });
});
