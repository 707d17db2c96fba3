import { customNameFor, isBuiltInAttribute, isCustom, longestValue } from "../../engine/protocols/attributes";

it.each([
  { name: "city", builtIn: true, custom: false, longest: 128 },
  { name: "companyName", builtIn: true, custom: false, longest: 64 },
  { name: "department", builtIn: false, custom: false, longest: 64 },
  { name: "extension_Seats", builtIn: false, custom: true, longest: 250 },
  { name: "extension_", builtIn: false, custom: false, longest: 250 },
  { name: "my_extension_Seats", builtIn: false, custom: false, longest: undefined },
  { name: "extension_0123456789abcdef0123456789abcdef_Seats", builtIn: false, custom: false, longest: 250 },
  { name: "badge", builtIn: false, custom: false, longest: undefined },
])("the attribute $name is built in: $builtIn, and custom: $custom", ({ name, builtIn, custom, longest }) =>
  expect([isBuiltInAttribute(name), isCustom(name), longestValue(name)]).toEqual([builtIn, custom, longest]),
);

it("an attribute that no form collects gets the name of a custom attribute", () =>
  expect(customNameFor("department")).toBe("extension_Department"));
