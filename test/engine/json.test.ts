import { canonicalJson } from "../../engine/json";

it.each([
  { value: { b: 1, a: { d: [{ f: 1, e: 2 }], c: null } }, json: '{"a":{"c":null,"d":[{"e":2,"f":1}]},"b":1}' },
  { value: { a: 1, b: 2, c: 3 }, json: '{"a":1,"b":2,"c":3}' },
  { value: [2, 1], json: "[2,1]" },
  { value: "x", json: '"x"' },
])("$json is the canonical form of its value", ({ value, json }) => expect(canonicalJson(value)).toBe(json));
