import { FileError } from "../../../../engine/files/file-problem";
import type { ListFormat } from "../../../../engine/files/format";
import { checkList } from "../../../../features/access-list/files/check";
import { readList } from "../../../../features/access-list/files/read";
import { describeProblem, describeProblems } from "../../../../features/access-list/problem-texts";

/** The text as a stream hands it out: in pieces of that length. */
async function* inPieces(text: string, length: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length);
}

/** What is wrong with a file, as LINE: WHY. */
async function problemsOf(content: string | Buffer, format: ListFormat = "csv", pieces = 10_000): Promise<readonly string[]> {
  try {
    const { problems } = await checkList(readList(inPieces(content.toString("utf8"), pieces), format));
    expect(problems.first.length).toBe(Math.min(problems.count, 50));
    return problems.first.map(({ line, problems }) => `${line}: ${describeProblems(problems)}`);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return [`${error.line}: ${describeProblem(error.problem)}`];
  }
}

const header = "entry,effect,issuer,note,expiresAt\n";

it.each([
  { what: "no header", content: "", says: ["1: the file is empty"] },
  { what: "an unknown column", content: "entry,effect,colour\n", says: ['1: there is no column "colour"'] },
  { what: "semicolons", content: "entry;effect\na.example;allow\n", says: ["1: separate columns with commas"] },
  { what: "tabs", content: "entry\teffect\na.example\tallow\n", says: ["1: separate columns with commas"] },
  {
    what: "no header but rows",
    content: "a.example,allow\n",
    says: ["1: the first line has to name the columns: entry,effect,issuer,note,expiresAt,gates"],
  },
  {
    what: "a missing column",
    content: "entry,note\na.example,x\n",
    says: ['1: the column "effect" is missing: add it, or give all rows one effect, list import FILE --effect deny'],
  },
  { what: "a column twice", content: "entry,effect,entry\n", says: ['1: the column "entry" appears twice'] },
  { what: "UTF-16", content: Buffer.from("\ufeffentry,effect\n", "utf16le"), says: ["1: not UTF-8"] },
  { what: "UTF-16 without mark", content: Buffer.from("entry,effect\na.example,allow\n", "utf16le"), says: ["1: not UTF-8"] },
  {
    what: "Latin-1 among UTF-8",
    content: Buffer.concat([Buffer.from("entry,effect\ncafé.example,allow\n"), Buffer.from("caf\u00e9.example,allow\n", "latin1")]),
    says: ["3: not UTF-8"],
  },
  { what: "too few cells", content: `${header}a.example,allow\n`, says: ["2: 2 cells where the header names 5"] },
  { what: "one cell", content: `${header}a.example\n`, says: ["2: 1 cell where the header names 5"] },
  { what: "too many cells", content: "entry,effect\na.example,allow,\n", says: ["2: 3 cells where the header names 2"] },
  {
    what: "a quote that is never closed, and the lines after it",
    content: `${header}a.example,allow,,ok,\nb.example,allow,,"open,\nc.example,alow,,,\nd.example,allow,,,\n`,
    says: ["3: a quote opens here and is not closed", "4: effect is none"],
  },
  {
    what: "a quote within a cell",
    content: `${header}a.example,allow,,5"" pipe,\nb.example,maybe,,,\n`,
    says: ["2: a quote within a cell", "3: effect"],
  },
  {
    what: "text after a quote",
    content: `${header}a.example,allow,,"a"b,\nb.example,maybe,,,\n`,
    says: ["2: a quote is not closed", "3: effect"],
  },
  { what: "a formula for an entry", content: `${header}=1+1,allow,,,\n`, says: ["2: not an address or a domain"] },
  {
    what: "a formula for a note",
    content: `${header}a.example,allow,,=HYPERLINK(1),\n`,
    says: ["2: a spreadsheet takes the note for a formula"],
  },
  {
    what: "two in one row",
    content: `${header}kim@,alow,,,\n`,
    says: ["2: not an e-mail address: write one like kim@contoso.com; effect is none of allow, approval and deny"],
  },
  { what: "no entry", content: `${header},allow,,,\n`, says: ["2: the entry is missing"] },
  { what: "an issuer that is none", content: `${header}a.example,allow," ",,\n`, says: ["2: issuer is an empty cell"] },
  {
    what: "gates that are none, and two rows that count at other gates",
    content: "entry,effect,gates\na.example,allow,no/gate\nb.example,deny,a\nb.example,deny,b\nc.example,deny,a b\nc.example,deny,B,a\n",
    says: ["2: gates is not names of gates", "4: disagrees with line 3", "6: 4 cells"],
  },
  { what: "a time that is none", content: `${header}a.example,allow,,,soon\n`, says: ["2: expiresAt is not a date"] },
  {
    what: "too long a key",
    content: `${header}issuer:google.com/${"x".repeat(2_100)},allow,,,\n`,
    says: ["2: the entry is longer than the 2048"],
  },
  {
    what: "a line without end",
    content: `${header}${"x".repeat(200_000)}\nb.example,maybe,,,\n`,
    says: ["2: longer than", "3: effect"],
  },
  {
    what: "rows that disagree",
    content: "entry,effect\na.example,allow\nb.example,allow\n@A.example,deny\n",
    says: ["4: disagrees with line 2: both are the entry a.example"],
  },
  {
    what: "an address allowed and denied",
    content: "entry,effect\nkim+x@a.example,allow\nkim+x@a.example,deny\n",
    says: ["3: disagrees with line 2: one of them allows"],
  },
])("the check names line and reason: $what", async ({ content, says }) => {
  const problems = await problemsOf(content);
  for (const [index, each] of says.entries()) expect(problems[index]).toContain(each);
});

it.each([
  { text: "{", says: "1: JSON over several lines" },
  { text: "[]", says: "1: a JSON array" },
  { text: '{"entry":"a.example","effect":"allow","colour":1}', says: '1: there is no column "colour"' },
  { text: '{"entry":7,"effect":"allow"}', says: "1: the entry is not a text" },
  { text: '{"entry":"a.example","effect":"allow","issuer":[]}', says: "1: issuer is an empty cell" },
  { text: '{"entry":"a.example","effect":"allow","note":7}', says: "1: the note is not a text" },
])("the check names line and reason in JSON lines: $text", async ({ text, says }) => {
  expect(await problemsOf(`${text}\n`, "jsonl")).toEqual([expect.stringContaining(says)]);
});

it("the check accepts a UTF-8 byte order mark only before the first line", async () => {
  const row = (entry: string) => `\ufeff${JSON.stringify({ entry, effect: "allow" })}\n`;
  expect(await problemsOf(row("a.example") + row("b.example"), "jsonl")).toEqual(["2: not a JSON object on one line"]);
});

it("the check gives the same result for a file in pieces of any length", async () => {
  const text = '\ufeffnote,effect,entry\r\n"two\r\nlines, ""quoted""",Deny,kim+x@contoso.com\r\n\r\n,allow,@Contoso.COM';
  for (const length of [1, 2, 3, 7, 10_000]) {
    const { rows, repeated, problems } = await checkList(readList(inPieces(text, length), "csv"));
    expect({ repeated, problems }).toEqual({ repeated: 0, problems: { count: 0, first: [] } });
    expect([...rows.values()]).toEqual([
      {
        line: 2,
        entry: "kim@contoso.com",
        effect: "deny",
        note: 'two\r\nlines, "quoted"',
        typed: "kim+x@contoso.com",
        looser: "kim+x@contoso.com",
      },
      { line: 5, entry: "contoso.com", effect: "allow", typed: "@Contoso.COM" },
    ]);
  }
});

it("the check counts rows that repeat another one, whatever their notes", async () => {
  const text = "entry,effect,note\na.example,allow,x\n@A.example,allow,y\nb.example,deny,\na.example,allow,\n";
  const { rows, repeated, problems } = await checkList(readList(inPieces(text, 100), "csv"));
  expect({ entries: [...rows.keys()], repeated, count: problems.count }).toEqual({
    entries: ["a.example", "b.example"],
    repeated: 2,
    count: 0,
  });
});

it("the check keeps the first fifty problems by line and counts all, in whatever order it finds them", async () => {
  const rows = Array.from({ length: 120 }, (_, index) => `n${index}.example,allow\n`).join("");
  const disagree = Array.from({ length: 120 }, (_, index) => `n${index}.example,deny\n`).join("");
  const found = await problemsOf(`entry,effect\n${rows}${disagree}${"kim@,allow\n".repeat(120)}`);
  expect(found.map((problem) => Number.parseInt(problem, 10))).toEqual(Array.from({ length: 50 }, (_, index) => 122 + index));
});

it("the check keeps the first fifty problems of one kind and counts all", async () => {
  const problems = await problemsOf(`entry,effect\na.example,allow\n${"kim@,allow\n".repeat(200)}a.example,deny\n`);
  expect(problems).toHaveLength(50);
  expect(problems[0]).toMatch(/^3: /);
  expect(problems[49]).toMatch(/^52: /);
});

it.each([
  { rows: "a.example,deny,google,\n@A.example,deny,Google.com,\n", repeated: 1, problems: [] },
  { rows: "a.example,deny,google,\n@A.example,deny,mail,\n", repeated: 0, problems: ["3"] },
  { rows: "a.example,deny,,2027-01-31\n@A.example,deny,,2027-02-01T00:00Z\n", repeated: 1, problems: [] },
  { rows: "a.example,deny,,2027-01-31\n@A.example,deny,,2027-02-01\n", repeated: 0, problems: ["3"] },
  { rows: "a.example,deny,,\n@A.example,allow,,\nkim@,deny,,\na.example,deny,,\n", repeated: 1, problems: ["3", "4"] },
])("the check names the lines of contradicting rows, but only counts repeated rows: $rows", async ({ rows, ...found }) => {
  const lines = readList(inPieces(`entry,effect,issuer,expiresAt\n${rows}`, 100), "csv");
  const { repeated, problems } = await checkList(lines);
  expect({ repeated, problems: problems.first.map(({ line }) => String(line)) }).toEqual(found);
});

it("the check stops if its signal aborts", async () => {
  const lines = readList(inPieces("entry,effect\na.example,allow\n", 100), "csv");
  await expect(checkList(lines, AbortSignal.abort())).rejects.toThrow("aborted");
});
