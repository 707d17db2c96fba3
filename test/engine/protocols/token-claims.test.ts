import { carryClaims } from "../../../engine/protocols/token-claims";
import type { Attributes } from "../../../engine/sign-up/sign-up";

it.each<{ attributes: Attributes; claims: Attributes }>([
  { attributes: { tier: "gold", seats: 3, approved: true }, claims: { tier: "gold", seats: "3", approved: "true" } },
  { attributes: { roles: ["buyer", 1, false], none: [] }, claims: { roles: ["buyer", "1", "false"], none: [] } },
])("claims are texts and lists of texts: $claims", ({ attributes, claims }) => expect(carryClaims(attributes)).toEqual(claims));

it.each<{ attributes: Attributes; says: string }>([
  { attributes: { "": "x" }, says: "A claim has no name." },
  { attributes: { " ": "x" }, says: "A claim has no name." },
  { attributes: { tier: { a: 1 } }, says: 'A rule set the claim "tier" to an object, which a token cannot carry.' },
  { attributes: { tiers: ["gold", { a: 1 }] }, says: 'A rule set the claim "tiers" to an object, which a token cannot carry.' },
])("a token cannot carry $attributes", ({ attributes, says }) => expect(() => carryClaims(attributes)).toThrow(new TypeError(says)));

it("names and values take no more than 3 KiB together, in bytes", () => {
  const list = Array<string>(2).fill("é".repeat(500));
  const claims = (length: number) => carryClaims({ roles: list, more: "x".repeat(length) });
  const room = 3_072 - "roles".length - 2_000 - "more".length;
  expect(() => claims(room)).not.toThrow();
  expect(() => claims(room + 1)).toThrow(new RangeError("The claims take 3073 bytes; a token takes 3072."));
});
