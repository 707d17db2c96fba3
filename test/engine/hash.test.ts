import { computeShortHash, hash } from "../../engine/table-keys";

// The test vectors of FNV's authors.
it.each([
  { text: "", whole: 0x811c9dc5, half: 0x1cd9 },
  { text: "a", whole: 0xe40c292c, half: 0xcd20 },
  { text: "foobar", whole: 0xbf9cf968, half: 0x46f4 },
])("the hash of $text is the value in FNV's published test vectors", ({ text, whole, half }) =>
  expect([hash(text), computeShortHash(text)]).toEqual([whole, half]),
);
