import { findClosedConcern, findWildcardSuffix, tooOpen } from "../../../features/access-list/breadth";
import { readEntry } from "../../../features/access-list/entry";

function entryOf(typed: string) {
  const read = readEntry(typed);
  if (!read.ok) throw new Error(read.problem.code);
  return read.entry;
}

it.each([
  { entry: "*.co.uk", suffix: "co.uk" },
  { entry: "*.github.io", suffix: "github.io" },
  { entry: "co.uk", suffix: undefined },
  { entry: "*.contoso.co.uk", suffix: undefined },
  { entry: "*", suffix: undefined },
])("$entry covers the public suffix $suffix", ({ entry, suffix }) => expect(findWildcardSuffix(entryOf(entry))).toBe(suffix));

it.each([
  { entry: "co.uk", open: { code: "suffix", about: "co.uk" }, closed: { code: "bareSuffix", about: "co.uk" } },
  { entry: "*.co.uk", open: { code: "allUnderSuffix", about: "co.uk" }, closed: { code: "deniesSuffix", about: "co.uk" } },
  {
    entry: "onmicrosoft.com",
    open: { code: "suffix", about: "onmicrosoft.com" },
    closed: { code: "bareSuffix", about: "onmicrosoft.com" },
  },
  { entry: "relay", open: { code: "class", about: "relay" }, closed: undefined },
  { entry: "kim@contoso.com", open: undefined, closed: undefined },
  { entry: "issuer:google.com/1184", open: undefined, closed: undefined },
])("$entry raises the concern $open.code as an allow, and $closed.code as a deny", ({ entry, open, closed }) => {
  expect(tooOpen(entryOf(entry))).toEqual(open);
  expect(findClosedConcern(entryOf(entry), "deny", ["kim@contoso.com"])).toEqual(closed);
});
