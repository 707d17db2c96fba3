import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeUpdates } from "../../../local/cases/case-file";
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
      '{\n  "cases": [\n    {\n      "expect": {\n        "verdict": "continue",\n        "attributes": {\n          "city": "Seoul"\n        }\n      },\n      "name":   "odd spaces"\n    }\n  ]\n}\n',
  },
  {
    where: "at the end of a case that expects nothing",
    text: '{\n  "cases": [\n    {\n      "name": "one"\n    }\n  ]\n}',
    becomes:
      '{\n  "cases": [\n    {\n      "name": "one",\n      "expect": {\n        "verdict": "continue",\n        "attributes": {\n          "city": "Seoul"\n        }\n      }\n    }\n  ]\n}',
  },
  {
    where: "by tabs where the file has them",
    text: '{\n\t"cases": [\n\t\t{\n\t\t\t"name": "one"\n\t\t}\n\t]\n}',
    becomes:
      '{\n\t"cases": [\n\t\t{\n\t\t\t"name": "one",\n\t\t\t"expect": {\n\t\t\t\t"verdict": "continue",\n\t\t\t\t"attributes": {\n\t\t\t\t\t"city": "Seoul"\n\t\t\t\t}\n\t\t\t}\n\t\t}\n\t]\n}',
  },
])("the update writes a case's expectation $where", ({ text, becomes }) => expect(updated(text, 0)).toBe(becomes));

it("the update leaves valid JSON, whichever cases it writes", () => {
  const text = '{"cases":[{"name":"a"},{"name":"b","expect":{}},{"name":"c"}]}';
  const { cases } = JSON.parse(updated(text, 0, 1)) as { cases: object[] };
  expect(cases).toEqual([{ name: "a", expect: expect.anything() }, { name: "b", expect: expect.anything() }, { name: "c" }]);
});
