import { countNames, findNameFaults, NAME_BOUNDS } from "../../scripts/structure/faults";

function countIn(path: string, ...lines: readonly string[]) {
  const { participles, of, prepositions } = countNames(new Map([[path, lines.join("\n")]]));
  return [participles.length, of.length, prepositions.length];
}

describe("a function's name", () => {
  test.each<readonly [string, string, readonly [number, number, number]]>([
    ["a participle", "function judged() {}", [1, 0, 0]],
    ["an irregular participle", "export async function found() {}", [1, 0, 0]],
    ["a participle of an arrow function", "const kept = (row: Row) => row;", [1, 0, 0]],
    ["Of at its end", "function keyOf(row: Row) {}", [0, 1, 0]],
    ["another preposition at its end", "  const keyFor = (row: Row): string => row.key;", [0, 0, 1]],
    ["a verb phrase", "export function readEntries() {}", [0, 0, 0]],
    ["a participle within a phrase", "function findExpired() {}", [0, 0, 0]],
    ["a value, no function", "const found = rows.find(isOpen);", [0, 0, 0]],
  ])("is classified by its shape: %s", (_, line, counts) => {
    expect(countIn("engine/a.ts", line)).toEqual(counts);
  });

  test.each(["test/a.ts", "samples/a.ts", "docs/a.ts", "policy/a.ts", "engine/a.d.ts"])("is not counted in %s", (path) => {
    expect(countIn(path, "function judged() {}")).toEqual([0, 0, 0]);
  });

  test("is reported with its file if there are more such names than the limit allows", () => {
    const lines = Array.from({ length: NAME_BOUNDS.participles + 1 }, () => "function judged() {}");
    expect(findNameFaults(new Map([["engine/a.ts", lines.slice(1).join("\n")]]))).toEqual([]);
    expect(findNameFaults(new Map([["engine/a.ts", lines.join("\n")]])).join()).toContain("engine/a.ts: judged");
  });
});
