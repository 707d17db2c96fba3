import { isCustom } from "../../../engine/protocols/attributes";
import { renameAttributes, withLongNames } from "../../../features/approvals/long-names";
import { person } from "../../engine/sign-up/people";
import { APP } from "./requests";

const tier = `extension_${APP}_Tier`;
const other = `extension_${"1".repeat(32)}_Tier`;

type Names = Readonly<Record<string, string>>;

it.each<{ given: string; longNames?: Names; present?: Names; shortNames?: Names | "none"; becomes: string }>([
  { given: "it has that attribute", longNames: { extension_Tier: tier }, becomes: "extension_Tier" },
  { given: "it knows it by another short name", longNames: { extension_Level: tier }, becomes: "extension_Level" },
  { given: "it has no such attribute", becomes: "extension_Tier" },
  { given: "it holds the long name itself", present: { [tier]: "gold" }, becomes: tier },
  { given: "another app has that short name now", longNames: { extension_Tier: other }, becomes: tier },
  { given: "the request has no short name of it", shortNames: {}, becomes: tier },
  { given: "the request is of an earlier version", shortNames: "none", becomes: tier },
])("a stored attribute is restored under the name that the sign-up uses: $given", ({ longNames, present = {}, shortNames, becomes }) => {
  const kept = { city: "Seoul", [tier]: "gold" };
  const request = { attributes: kept, ...(shortNames !== "none" && { shortNames: shortNames ?? { [tier]: "extension_Tier" } }) };
  const signUp = person({ attributes: present, ...(longNames && { longNames }) });
  expect(renameAttributes(signUp, request)).toEqual({ city: "Seoul", [becomes]: "gold" });
});

it.each([
  { name: "extension_Tier", custom: true },
  { name: "Extension_tier", custom: true },
  { name: "city", custom: false },
  { name: "extension_", custom: false },
  { name: "my_extension_Tier", custom: false },
  { name: tier, custom: false },
])("$name is a custom attribute's short name: $custom", ({ name, custom }) => expect(isCustom(name)).toBe(custom));

describe("an attribute that only the policy sets", () => {
  const [one, two] = ["a".repeat(32), "b".repeat(32)];
  const set = (longNames: Names) => Object.keys(withLongNames(person({ attributes: { extension_Team: "B2" }, longNames })).attributes);

  it.each<{ given: string; longNames: Names; becomes: string }>([
    { given: "one app", longNames: { extension_Tier: `extension_${one}_Tier` }, becomes: `extension_${one}_Team` },
    { given: "no app", longNames: {}, becomes: "extension_Team" },
    {
      given: "two apps",
      longNames: { extension_Tier: `extension_${one}_Tier`, extension_Role: `extension_${two}_Role` },
      becomes: "extension_Team",
    },
  ])("gets the app's id in its long name if the other attributes all belong to one app: $given", ({ longNames, becomes }) => {
    expect(set(longNames)).toEqual([becomes]);
  });
});

it("a request keeps the short names of attributes that have another name in Graph", () => {
  const signUp = person({ attributes: { city: "Seoul", extension_Tier: "gold" }, longNames: { extension_Tier: tier } });
  expect(withLongNames(signUp)).toEqual({ attributes: { city: "Seoul", [tier]: "gold" }, shortNames: { [tier]: "extension_Tier" } });
});
