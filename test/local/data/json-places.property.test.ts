import fc from "fast-check";
import type { Path } from "../../../lib/schema-flaws";
import { jsonPlaces } from "../../../local/data/json-text";
import { runs } from "../../support/runs";

function each(value: unknown, path: Path = []): readonly (readonly [Path, unknown])[] {
  const inner = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const name = (key: string) => (Array.isArray(value) ? Number(key) : key);
  return [[path, value], ...inner.flatMap(([key, one]) => each(one, [...path, name(key)]))];
}

it("every value's line is found in JSON with any spacing", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 0, 2, "\t", "\r\n"), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      const { lineOf } = jsonPlaces(text);
      const lines = text.split("\n");
      for (const [path, expected] of each(JSON.parse(text))) {
        const begins = lines[lineOf(path) - 1]?.trim() ?? "";
        const name = typeof path.at(-1) === "string" ? `${JSON.stringify(path.at(-1))}:` : "";
        expect(begins).toContain(name);
        expect(begins).toContain(JSON.stringify(expected).slice(0, 1));
      }
    }),
    { numRuns: runs(20, 1_000) },
  );
});

it("the nearest existing value's line is found for a missing one", () => {
  const { lineOf } = jsonPlaces('{\n  "a": {\n    "b": 1\n  }\n}');
  expect(lineOf(["a", "c", "d"])).toBe(2);
  expect(lineOf(["x"])).toBe(1);
});
