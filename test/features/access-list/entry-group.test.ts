import { computeGroup, GROUPS, groupKey } from "../../../features/access-list/store/change-sets";

it.each([
  { entry: "kim+a@contoso.com", group: "kim@contoso.com" },
  { entry: "kim@contoso.com", group: "kim@contoso.com" },
  { entry: "contoso.com", group: "contoso.com" },
  { entry: "*.contoso.com", group: "*.contoso.com" },
  { entry: "issuer:idp/kim+a@contoso.com", group: "issuer:idp/kim+a@contoso.com" },
])("$entry is in the group $group with its possible duplicates", ({ entry, group }) => expect(groupKey(entry)).toBe(group));

it("groups are numbers in a fixed range, and all spellings of an address have the same group", () => {
  const groups = Array.from({ length: 2_000 }, (_, index) => computeGroup(`p${index}@contoso.com`));
  expect(new Set(groups)).toEqual(new Set(Array(GROUPS).keys()));
  expect(computeGroup("kim+a@contoso.com")).toBe(computeGroup("kim@contoso.com"));
});
