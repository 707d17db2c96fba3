import { coverageLines, differenceLines, updateLines } from "../../../features/cases/verbs/report";

it.each([
  {
    given: { what: "text.en", expected: "Please wait for approval.", got: "Please wait for a while." },
    shows: [
      "text.en",
      '  - expected "Please wait for approval."',
      '  + got      "Please wait for a while."',
      `             ${" ".repeat(18)}^`,
    ],
  },
  {
    given: { what: "text.ko", expected: "직함: 5자 이상 입력하세요.", got: "직함: 6자 이상 입력하세요." },
    shows: [
      "text.ko",
      '  - expected "직함: 5자 이상 입력하세요."',
      '  + got      "직함: 6자 이상 입력하세요."',
      `             ${" ".repeat(7)}^`,
    ],
  },
  {
    given: { what: "attributes.city", expected: "Seoul", got: undefined },
    shows: ["attributes.city", '  - expected "Seoul"', "  + got      nothing"],
  },
  { given: { what: "asked", expected: ["a"], got: [] }, shows: ["asked", '  - expected ["a"]', "  + got      []"] },
])("the report of cases shows $given.what", ({ given, shows }) => expect(differenceLines(given)).toEqual(shows));

it("the report of an update shows only the changes", () => {
  const before = { verdict: "continue", attributes: {}, rule: "mine" } as const;
  const after = { verdict: "continue", attributes: { city: "Seoul" } } as const;
  expect(updateLines({ file: "a.json", index: 0, name: "one", before, after })).toEqual([
    "updated one",
    "      - attributes: {}",
    '      + attributes: {"city":"Seoul"}',
    '      - rule: "mine"',
  ]);
});

it("the report lists uncovered parts by step, and prints nothing if there are none", () => {
  const rules = [
    { step: "after-sign-in", name: "a" },
    { step: "after-sign-in", name: "b" },
    { step: "before-create-user", name: "c" },
  ] as const;
  expect(coverageLines({ rules, reasons: [] })).toEqual(["No case reaches 3 rules: a, b (after-sign-in); c (before-create-user)."]);
  expect(coverageLines({ rules: [], reasons: [] })).toEqual([]);
  const reasons = [{ step: "after-sign-in", name: "access-list.unlisted" }] as const;
  expect(coverageLines({ rules: [], reasons })).toEqual([]);
  expect(coverageLines({ rules: [], reasons }, "reasons")).toEqual(["No case reaches 1 reason: access-list.unlisted (after-sign-in)."]);
});
