import { folded, GROUPS, groupKey, groupOf, hash, inMemory } from "../../../engine/files/workspace";

it.each([
  { entry: "kim+a@contoso.com", group: "kim@contoso.com" },
  { entry: "kim@contoso.com", group: "kim@contoso.com" },
  { entry: "contoso.com", group: "contoso.com" },
  { entry: "*.contoso.com", group: "*.contoso.com" },
  { entry: "issuer:idp/kim+a@contoso.com", group: "issuer:idp/kim+a@contoso.com" },
])("$entry is grouped with $group, whose duplicates may be its own", ({ entry, group }) => expect(groupKey(entry)).toBe(group));

it("in memory, all rows are one group, and a queue can be read as often as asked", async () => {
  const groups = inMemory.groups<number>("file");
  for (const [index, entry] of ["a.example", "b.example"].entries()) groups.add(entry, index);
  expect([groups.count, groups.length, await groups.group(0)]).toEqual([1, 2, [0, 1]]);
  const queue = inMemory.queue<number>("denies in");
  for (const value of [1, 2]) queue.add(value);
  for (let time = 0; time < 2; time++) {
    const read = [];
    for await (const block of queue.blocks()) read.push(...block);
    expect([queue.length, read]).toEqual([2, [1, 2]]);
  }
});

it("a group is one of those that there are, and that of all spellings of an address", () => {
  const groups = Array.from({ length: 2_000 }, (_, index) => groupOf(`p${index}@contoso.com`));
  expect(new Set(groups)).toEqual(new Set(Array(GROUPS).keys()));
  expect(groupOf("kim+a@contoso.com")).toBe(groupOf("kim@contoso.com"));
});

// The test vectors of FNV's authors.
it.each([
  { text: "", whole: 0x811c9dc5, half: 0x1cd9 },
  { text: "a", whole: 0xe40c292c, half: 0xcd20 },
  { text: "foobar", whole: 0xbf9cf968, half: 0x46f4 },
])("the hash of $text is the one that everybody knows", ({ text, whole, half }) =>
  expect([hash(text), folded(text)]).toEqual([whole, half]),
);
