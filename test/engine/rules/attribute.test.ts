import { assertShortName, isBlank } from "../../../engine/rules/attribute";

it.each([
  { value: undefined, blank: true },
  { value: "", blank: true },
  { value: " \t", blank: true },
  { value: " x ", blank: false },
  { value: 0, blank: false },
  { value: false, blank: false },
])("$value is blank: $blank", ({ value, blank }) => expect(isBlank(value)).toBe(blank));

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
