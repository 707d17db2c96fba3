import { packageRoot } from "../../lib/package-root";
import { longFunctions } from "../../scripts/house/functions";
import { largestKnot } from "../../scripts/house/knot";
import { idlePatterns, partOf, sourceFiles } from "../../scripts/house/sources";

const arrows = (pairs: readonly string[]) => {
  const found = new Map<string, Set<string>>();
  for (const pair of pairs) {
    const [from = "", to = ""] = pair.split(">");
    found.set(from, (found.get(from) ?? new Set()).add(to));
  }
  return found;
};

it.each([
  { of: "nothing", pairs: [], knot: [] },
  { of: "a chain", pairs: ["a>b", "b>c"], knot: ["c"] },
  { of: "a circle with a way in and a way out", pairs: ["x>a", "a>b", "b>c", "c>a", "c>y"], knot: ["a", "b", "c"] },
  { of: "two circles", pairs: ["a>b", "b>a", "c>d", "d>e", "e>c", "a>c"], knot: ["c", "d", "e"] },
  { of: "two circles that share a node", pairs: ["a>b", "b>a", "b>c", "c>b"], knot: ["a", "b", "c"] },
])("the largest knot of $of", ({ pairs, knot }) => expect([...largestKnot(arrows(pairs))].sort()).toEqual(knot));

it.each([
  { path: "engine/sign-up/engine.ts", part: "kernel" },
  { path: "features/external-tenant/journey.ts", part: "external-tenant" },
  { path: "features/limit/rule.ts", part: "limit" },
  { path: "adapters/tables/table.ts", part: "platform" },
  { path: "features/partners/store/partners.ts", part: "partners" },
  { path: "console/parts/badge.tsx", part: "console-frame" },
  { path: "features/partners/model.ts", part: "partners" },
  { path: "elsewhere/file.ts", part: undefined },
])("$path belongs to $part", ({ path, part }) => expect(partOf(path)).toBe(part));

it("counts lines of a function from its first to its last, and those within it too", () => {
  const inner = `const inner = () => {\n${"\n".repeat(3)}};`;
  const text = `export function outer() {\n${inner}\n}\n`;
  const file = { path: "a.ts", text, part: undefined, imports: [] };
  expect(longFunctions([file], 4).map(({ line, amount }) => [line, amount])).toEqual([
    [1, 7],
    [2, 5],
  ]);
});

describe("the project", () => {
  const files = sourceFiles(packageRoot);

  it("has a part for every file, and no pattern that fits none", () => {
    expect(files.flatMap(({ path, part }) => (part === undefined ? [path] : []))).toEqual([]);
    expect(idlePatterns(files)).toEqual([]);
  });

  it("is read with imports of types, of re-exports, and those at run time", () => {
    const importsOf = (name: string) => files.find(({ path }) => path === name)?.imports;
    expect(importsOf("cli/main.ts")).toContain("features/doctor/verbs/commands.ts");
    expect(importsOf("index.ts")).toContain("features/limit/rule.ts");
    expect(importsOf("console/features.ts")).toContain("console/app/visit.ts");
  });
});
