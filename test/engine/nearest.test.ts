import { nearest } from "../../engine/nearest";

it.each([
  { name: "ctiy", names: ["city", "country"], rest: ": did you mean city?" },
  { name: "fax", names: ["city", "country"], rest: ": there are city, country" },
  { name: "fax", names: [], rest: "" },
])("of $name among $names, the sentence ends with $rest", ({ name, names, rest }) => expect(nearest(name, names)).toBe(rest));
