import { shownCell } from "../../engine/characters";

it.each([
  { cell: "contoso.com", shown: `"contoso.com"` },
  { cell: "café.example", shown: `"café.example"` },
  { cell: 12, shown: `"12"` },
  { cell: ["a"], shown: `"["a"]"` },
  { cell: undefined, shown: `""` },
  { cell: "a\u2013b.example", shown: `"a\u2013b.example" (with an en dash, U+2013)` },
  { cell: "\u2013 \u2013", shown: `"\u2013 \u2013" (with an en dash, U+2013)` },
  { cell: "a\u0007b", shown: `"a\u0007b" (with the character, U+0007)` },
  { cell: "a\u2603b", shown: `"a\u2603b" (with the character, U+2603)` },
  {
    cell: "\u00a0\u200b\u2014\ufeff",
    shown: `"\u00a0\u200b\u2014\ufeff" (with a non-breaking space, U+00A0; a zero-width space, U+200B; an em dash, U+2014)`,
  },
  { cell: "x".repeat(80), shown: `"${"x".repeat(80)}"` },
  { cell: "x".repeat(81), shown: `"${"x".repeat(80)}..."` },
])("$cell is shown as $shown", ({ cell, shown }) => expect(shownCell(cell)).toBe(shown));
