import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeUpdates } from "../../../local/cases/update";
import { policyFolder } from "../../support/policy-folder";

function updated(text: string, ...indexes: readonly number[]): string {
  const file = join(policyFolder({ "a.json": text }), "a.json");
  const after = { verdict: "continue", attributes: { city: "Seoul" } } as const;
  writeUpdates(indexes.map((index) => ({ file, index, name: String(index), before: undefined, after })));
  return readFileSync(file, "utf8");
}

it.each([
  {
    where: "in place of what stands there",
    text: '{\n  "cases": [\n    {\n      "expect": { "verdict": "block" },\n      "name":   "odd spaces"\n    }\n  ]\n}\n',
    becomes:
      '{\n  "cases": [\n    {\n      "expect": {\n        "verdict": "continue",\n        "attributes": { "city": "Seoul" }\n      },\n      "name":   "odd spaces"\n    }\n  ]\n}\n',
  },
  {
    where: "at the end of a case that expects nothing",
    text: '{\n  "cases": [\n    {\n      "name": "one"\n    }\n  ]\n}',
    becomes:
      '{\n  "cases": [\n    {\n      "name": "one",\n      "expect": {\n        "verdict": "continue",\n        "attributes": { "city": "Seoul" }\n      }\n    }\n  ]\n}',
  },
])("writes $where", ({ text, becomes }) => expect(updated(text, 0)).toBe(becomes));

it("leaves JSON, whichever of several cases it writes", () => {
  const text = '{"cases":[{"name":"a"},{"name":"b","expect":{}},{"name":"c"}]}';
  const { cases } = JSON.parse(updated(text, 0, 1)) as { cases: object[] };
  expect(cases).toEqual([{ name: "a", expect: expect.anything() }, { name: "b", expect: expect.anything() }, { name: "c" }]);
});

it("breaks a line that would be long", () => {
  const long = "x".repeat(120);
  const file = join(policyFolder({ "a.json": '{ "cases": [{ "name": "one" }] }' }), "a.json");
  writeUpdates([{ file, index: 0, name: "one", before: undefined, after: { text: { en: long }, asked: [long, long] } }]);
  expect(readFileSync(file, "utf8").split("\n").length).toBeGreaterThan(6);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ cases: [{ name: "one", expect: { text: { en: long }, asked: [long, long] } }] });
});
