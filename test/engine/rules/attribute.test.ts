import { assertShortName, isBlank, rowsOfCode } from "../../../engine/sign-up/attributes";

it.each([
  { value: undefined, blank: true },
  { value: "", blank: true },
  { value: " \t", blank: true },
  { value: " x ", blank: false },
  { value: 0, blank: false },
  { value: false, blank: false },
])("$value counts as blank: $blank", ({ value, blank }) => expect(isBlank(value)).toBe(blank));

describe("the short name of an attribute", () => {
  it.each(["city", "extension_PartnerNumber"])("may be %s", (name) => expect(() => assertShortName(name, "rule")).not.toThrow());

  it.each([
    { name: "", says: 'rule: write an attribute\'s short name, like "extension_PartnerNumber", not "".' },
    { name: undefined, says: "short name" },
    { name: 7, says: "not 7" },
    { name: "email", says: 'A rule cannot set "email"' },
  ])("cannot be $name", ({ name, says }) => {
    expect(() => assertShortName(name, "rule")).toThrow(TypeError);
    expect(() => assertShortName(name, "rule")).toThrow(says);
  });
});

it.each([
  { typed: "A-1", value: "A-1" },
  { typed: 42, value: "42" },
  { typed: true, value: undefined },
  { typed: ["A-1"], value: undefined },
  { typed: "", value: undefined },
  { typed: "a".repeat(1_025), value: undefined },
  { typed: undefined, value: undefined },
])("the typed code $typed is looked up in the row of $value", ({ typed, value }) =>
  expect(rowsOfCode(typed, "codes")).toEqual(value === undefined ? [] : [{ table: "referenceData", key: { list: "codes", value } }]),
);
