import { csvText, detectFormat, isGarbled } from "../../../engine/files/format";

it.each([
  { path: "list.csv", format: "csv" },
  { path: "list", format: "csv" },
  { path: "list.jsonl", format: "jsonl" },
  { path: "LIST.NDJSON", format: "jsonl" },
  { path: "list.jsonl.csv", format: "csv" },
  { path: "jsonl", format: "csv" },
])("$path has the format $format", ({ path, format }) => expect(detectFormat(path)).toBe(format));

it.each([
  { cell: "kim", garbled: false },
  { cell: "k\ufffdm", garbled: true },
  { cell: "k\0i\0m", garbled: true },
  { cell: "", garbled: false },
  { cell: ["\ufffd"], garbled: false },
  { cell: undefined, garbled: false },
])("$cell counts as garbled: $garbled", ({ cell, garbled }) => expect(isGarbled(cell)).toBe(garbled));

it.each([
  { cells: ["a", "b c", ""], line: "a,b c,\r\n" },
  { cells: [" a", "b ", '"'], line: '" a","b ",""""\r\n' },
  { cells: ["a,b", "a;b", "a\tb", "a\nb", "a\rb"], line: '"a,b","a;b","a\tb","a\nb","a\rb"\r\n' },
  { cells: ["=1+1", "'-1"], line: "'=1+1,''-1\r\n" },
])("$cells are written as the line $line", ({ cells, line }) => expect(csvText(cells)).toBe(line));
