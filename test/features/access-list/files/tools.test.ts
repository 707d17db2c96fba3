import { describeFileProblem, FileError } from "../../../../engine/files/file-problem";
import type { ListFormat } from "../../../../engine/files/format";
import { readList } from "../../../../features/access-list/files/read";
import { csvHeader, formatCsvLine } from "../../../../features/access-list/files/row";
import { describeProblems } from "../../../../features/access-list/problem-texts";

// An export, as it comes out of tools that people edit it with. Versions are Debian 12's and npm's.

const exported = [
  { entry: "void.example", effect: "allow", issuer: null },
  { entry: "shut.example", effect: "allow", gates: [] },
  { entry: "*.contoso.com", effect: "allow", note: 'a, "b"', expiresAt: "2027-01-31" },
  {
    entry: "lee@fabrikam.com",
    effect: "deny",
    issuer: "google.com",
    note: "two words",
    expiresAt: 1801353600,
    gates: ["suppliers", "default"],
  },
];

async function rowsOf(content: string | Buffer, format: ListFormat, effect?: string): Promise<readonly string[]> {
  async function* text() {
    yield content.toString("utf8");
  }
  const lines: string[] = [];
  try {
    for await (const block of readList(text(), format, effect === undefined ? {} : { effect })) {
      for (const { line, read } of block) lines.push(read.ok ? JSON.stringify(read.row) : `${line}: ${describeProblems(read.problems)}`);
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return [`file:${error.line}: ${describeFileProblem(error.problem)}`];
  }
  return lines;
}

const rows = [
  expect.stringMatching(/^\d: issuer is not a provider's name$/),
  expect.stringMatching(/^\d: gates is not names of gates$/),
  JSON.stringify({ entry: "*.contoso.com", effect: "allow", expiresAt: "2027-01-31", note: 'a, "b"' }),
  JSON.stringify({
    entry: "lee@fabrikam.com",
    effect: "deny",
    issuer: "google.com",
    gates: "default suppliers",
    expiresAt: "1801353600",
    note: "two words",
  }),
];

it("the export that these tests give to other tools has a question mark for each unreadable cell", () =>
  expect(csvHeader + exported.map(formatCsvLine).join("")).toBe(
    'entry,effect,issuer,note,expiresAt,gates,allowedUntil\r\nvoid.example,allow,?,,,,\r\nshut.example,allow,,,,?,\r\n*.contoso.com,allow,,"a, ""b""",2027-01-31,,\r\nlee@fabrikam.com,deny,google.com,two words,1801353600,default suppliers,\r\n',
  ));

it.each<{ tools: readonly string[]; format: ListFormat; end: string; lines: readonly string[] }>([
  {
    tools: ["Miller 6.6.0, sort", "csvkit 1.0.7, csvsort"],
    format: "csv",
    end: "\n",
    lines: [
      "entry,effect,issuer,note,expiresAt,gates",
      '*.contoso.com,allow,,"a, ""b""",2027-01-31,',
      "lee@fabrikam.com,deny,google.com,two words,1801353600,default suppliers",
      "shut.example,allow,,,,?",
      "void.example,allow,?,,,",
      "",
    ],
  },
  {
    tools: ["SQLite 3.40.1, .mode csv"],
    format: "csv",
    end: "\r\n",
    lines: [
      "entry,effect,issuer,note,expiresAt,gates",
      'void.example,allow,?,"","",""',
      'shut.example,allow,"","","",?',
      '*.contoso.com,allow,"","a, ""b""",2027-01-31,""',
      'lee@fabrikam.com,deny,google.com,"two words",1801353600,"default suppliers"',
      "",
    ],
  },
  {
    tools: [
      "xlsx by Gnumeric 1.12.55, in2csv",
      "csvtool 2.4",
      "PostgreSQL 15, COPY csv",
      "csv-stringify 6.9.0",
      "DuckDB 1.5.6",
      "LibreOffice 7.4.7, csv and xlsx",
      "xlsx2csv 0.7.8",
      "pandas 1.5.3, to_csv",
      "textql 2.0.3",
    ],
    format: "csv",
    end: "\n",
    lines: [
      "entry,effect,issuer,note,expiresAt,gates",
      "void.example,allow,?,,,",
      "shut.example,allow,,,,?",
      '*.contoso.com,allow,,"a, ""b""",2027-01-31,',
      "lee@fabrikam.com,deny,google.com,two words,1801353600,default suppliers",
      "",
    ],
  },
  {
    tools: ["VisiData 2.11", "sqlite-utils 3.30, --csv"],
    format: "csv",
    end: "\r\n",
    lines: [
      "entry,effect,issuer,note,expiresAt,gates",
      "void.example,allow,?,,,",
      "shut.example,allow,,,,?",
      '*.contoso.com,allow,,"a, ""b""",2027-01-31,',
      "lee@fabrikam.com,deny,google.com,two words,1801353600,default suppliers",
      "",
    ],
  },
  {
    tools: ["recutils 1.9, rec2csv", "R 4.2.2, write.csv with row.names=FALSE"],
    format: "csv",
    end: "\n",
    lines: [
      '"entry","effect","issuer","note","expiresAt","gates"',
      '"void.example","allow","?","","",""',
      '"shut.example","allow","","","","?"',
      '"*.contoso.com","allow","","a, ""b""","2027-01-31",""',
      '"lee@fabrikam.com","deny","google.com","two words","1801353600","default suppliers"',
      "",
    ],
  },
  {
    tools: ["Text::CSV 2.02"],
    format: "csv",
    end: "\n",
    lines: [
      "entry,effect,issuer,note,expiresAt,gates",
      "void.example,allow,?,,,",
      "shut.example,allow,,,,?",
      '*.contoso.com,allow,,"a, ""b""",2027-01-31,',
      'lee@fabrikam.com,deny,google.com,"two words",1801353600,"default suppliers"',
      "",
    ],
  },
  {
    tools: ["papaparse 5.7.1"],
    format: "csv",
    end: "\r\n",
    lines: [
      "entry,effect,issuer,note,expiresAt,gates",
      "void.example,allow,?,,,",
      "shut.example,allow,,,,?",
      '*.contoso.com,allow,,"a, ""b""",2027-01-31,',
      "lee@fabrikam.com,deny,google.com,two words,1801353600,default suppliers",
    ],
  },
  {
    tools: ["fast-csv 5.0.8", "d3-dsv 3.0.2"],
    format: "csv",
    end: "\n",
    lines: [
      "entry,effect,issuer,note,expiresAt,gates",
      "void.example,allow,?,,,",
      "shut.example,allow,,,,?",
      '*.contoso.com,allow,,"a, ""b""",2027-01-31,',
      "lee@fabrikam.com,deny,google.com,two words,1801353600,default suppliers",
    ],
  },
  {
    tools: ["csvkit 1.0.7, csvjson --stream"],
    format: "jsonl",
    end: "\n",
    lines: [
      '{"entry": "void.example", "effect": "allow", "issuer": "?", "note": null, "expiresAt": null, "gates": null}',
      '{"entry": "shut.example", "effect": "allow", "issuer": null, "note": null, "expiresAt": null, "gates": "?"}',
      '{"entry": "*.contoso.com", "effect": "allow", "issuer": null, "note": "a, \\"b\\"", "expiresAt": "2027-01-31", "gates": null}',
      '{"entry": "lee@fabrikam.com", "effect": "deny", "issuer": "google.com", "note": "two words", "expiresAt": "1801353600", "gates": "default suppliers"}',
      "",
    ],
  },
  {
    tools: ["csvtojson 2.0.14"],
    format: "jsonl",
    end: "\n",
    lines: [
      '{"entry":"void.example","effect":"allow","issuer":"?","note":"","expiresAt":"","gates":""}',
      '{"entry":"shut.example","effect":"allow","issuer":"","note":"","expiresAt":"","gates":"?"}',
      '{"entry":"*.contoso.com","effect":"allow","issuer":"","note":"a, \\"b\\"","expiresAt":"2027-01-31","gates":""}',
      '{"entry":"lee@fabrikam.com","effect":"deny","issuer":"google.com","note":"two words","expiresAt":"1801353600","gates":"default suppliers"}',
    ],
  },
  {
    tools: ["DuckDB 1.5.6, format json", "PostgreSQL 15, row_to_json", "pandas 1.5.3, to_json with lines=True"],
    format: "jsonl",
    end: "\n",
    lines: [
      '{"entry":"void.example","effect":"allow","issuer":"?","note":null,"expiresAt":null,"gates":null}',
      '{"entry":"shut.example","effect":"allow","issuer":null,"note":null,"expiresAt":null,"gates":"?"}',
      '{"entry":"*.contoso.com","effect":"allow","issuer":null,"note":"a, \\"b\\"","expiresAt":"2027-01-31","gates":null}',
      '{"entry":"lee@fabrikam.com","effect":"deny","issuer":"google.com","note":"two words","expiresAt":"1801353600","gates":"default suppliers"}',
      "",
    ],
  },
  {
    tools: ["Miller 6.6.0, --ojsonl"],
    format: "jsonl",
    end: "\n",
    lines: [
      '{"entry": "void.example", "effect": "allow", "issuer": "?", "note": "", "expiresAt": "", "gates": ""}',
      '{"entry": "shut.example", "effect": "allow", "issuer": "", "note": "", "expiresAt": "", "gates": "?"}',
      '{"entry": "*.contoso.com", "effect": "allow", "issuer": "", "note": "a, \\"b\\"", "expiresAt": "2027-01-31", "gates": ""}',
      '{"entry": "lee@fabrikam.com", "effect": "deny", "issuer": "google.com", "note": "two words", "expiresAt": 1801353600, "gates": "default suppliers"}',
      "",
    ],
  },
  {
    tools: ["VisiData 2.11, jsonl", "sqlite-utils 3.30, --nl"],
    format: "jsonl",
    end: "\n",
    lines: [
      '{"entry": "void.example", "effect": "allow", "issuer": "?", "note": "", "expiresAt": "", "gates": ""}',
      '{"entry": "shut.example", "effect": "allow", "issuer": "", "note": "", "expiresAt": "", "gates": "?"}',
      '{"entry": "*.contoso.com", "effect": "allow", "issuer": "", "note": "a, \\"b\\"", "expiresAt": "2027-01-31", "gates": ""}',
      '{"entry": "lee@fabrikam.com", "effect": "deny", "issuer": "google.com", "note": "two words", "expiresAt": "1801353600", "gates": "default suppliers"}',
      "",
    ],
  },
])("an export has the same rows after these tools have read and written it: $tools", async ({ format, end, lines }) => {
  const read = await rowsOf(lines.join(end), format);
  expect(read).toHaveLength(rows.length);
  expect(read).toEqual(expect.arrayContaining(rows));
});

const header = "entry,effect,issuer,note,expiresAt,gates\n";
it.each<{ tool: string; content: string; says: readonly string[]; format?: ListFormat }>([
  {
    tool: "Gnumeric 1.12.55, ssconvert",
    content: `${header}*.contoso.com,allow,,"a, ""b""",2027/01/31,\nlee@fabrikam.com,deny,,,"2027/01/31 18:00:00",\n`,
    says: ["2: expiresAt is not written as 2027-01-31", "3: expiresAt is not written as 2027-01-31"],
  },
  {
    tool: "SheetJS 0.18.5",
    content: `${header}*.contoso.com,allow,,"a, ""b""",1/31/27,`,
    says: ["2: expiresAt is not in the order year, month, day"],
  },
  {
    tool: "exceljs 4.4.0, which leaves out empty cells at the end",
    content: `${header}void.example,allow,?\nshut.example,allow,,,,?`,
    says: ["2: 3 cells where the header names 6", "3: gates is not names of gates"],
  },
  {
    tool: "json-2-csv 5.6.0, which writes undefined for no value",
    content: "entry,effect,expiresAt,issuer\n*.contoso.com,allow,2027-01-31,undefined\nlee@fabrikam.com,deny,1801353600,google.com",
    says: ["2: issuer is not a provider's name", '{"entry":"lee@fabrikam.com"'],
  },
  {
    tool: "PostgreSQL 15, \\copy (select row_to_json(l)), which doubles backslashes",
    content: '{"entry":"*.contoso.com","effect":"allow","issuer":null,"note":"a, \\\\"b\\\\"","expiresAt":"2027-01-31","gates":null}\n',
    format: "jsonl",
    says: ["1: backslashes are doubled, as COPY of PostgreSQL doubles them"],
  },
  {
    tool: "PostgreSQL 15, \\copy as text",
    content: "void.example\tallow\t?\t\\N\t\\N\t\\N\n",
    says: ["file:1: separate columns with commas"],
  },
  { tool: "csvkit 1.0.7, csvformat -D ';'", content: header.replaceAll(",", ";"), says: ["file:1: separate columns with commas"] },
  {
    tool: "PowerShell 7, Export-Csv -Delimiter ';'",
    content: '"entry";"effect"\n"a.example";"allow"\n',
    says: ["file:1: separate columns with commas"],
  },
  {
    tool: "a German Excel, of the admin center's template",
    content: "version:v1.0;;;\nEmail address to invite [inviteeEmail] Required;Redirection url [inviteRedirectURL] Required;;\n",
    says: ["file:1: separate columns with commas"],
  },
  { tool: "Excel, with sep=", content: `sep=;\n${header.replaceAll(",", ";")}`, says: ["file:1: this line is for Excel alone"] },
  { tool: "Miller 6.6.0, --ojson", content: '[\n{\n  "entry": "a.example",\n', format: "jsonl", says: ["file:1: a JSON array"] },
  { tool: "SQLite 3.40.1, .mode json, as .json", content: '[{"entry":"a.example"},\n', says: ["file:1: a JSON array"] },
  { tool: "jq 1.6 without -c", content: '{\n  "entry": "a.example"\n}\n', format: "jsonl", says: ["file:1: JSON over several lines"] },
  { tool: "jq 1.6 -c, as .json", content: '{"entry":"a.example","effect":"deny"}\n', says: ["file:1: JSON, read as CSV"] },
  {
    tool: "aws dynamodb scan | jq -c .Items[]",
    content: '{"entry":{"S":"a.example"},"effect":{"S":"deny"}}\n',
    format: "jsonl",
    says: ["1: DynamoDB's own JSON"],
  },
  {
    tool: "cat of two exports",
    content: `${header}a.example,deny,,,,\n${header}b.example,deny,,,,\n`,
    says: ['{"entry":"a.example"', "3: names the columns once more", '{"entry":"b.example"'],
  },
  {
    tool: "Miller 6.6.0, blocks of other columns",
    content: "entry,effect\na.example,deny\n\nentry,effect,note\nb.example,deny,n\n",
    says: ['{"entry":"a.example"', "4: names the columns once more", "5: 3 cells where the header names 2"],
  },
  {
    tool: "pandas 1.5.3, with its index",
    content: ",entry,effect\n0,contoso.com,deny\n",
    says: ["file:1: a column has no name: name it or take it out (pandas writes none with index=False"],
  },
  {
    tool: "R 4.2.2, write.csv",
    content: '"","entry","effect"\n"1","contoso.com","deny"\n',
    says: ["file:1: a column has no name"],
  },
  {
    tool: "R 4.2.2, of columns without a value",
    content: '"entry","effect","issuer","expiresAt"\n"contoso.com","deny",NA,NA\n',
    says: ["2: issuer is not a provider's name; expiresAt is not a date"],
  },
  {
    tool: "pandas 1.5.3, to_json of dates",
    content: '{"entry":"contoso.com","effect":"deny","expiresAt":1801353600000}\n',
    format: "jsonl",
    says: ["1: expiresAt is in milliseconds"],
  },
  {
    tool: "column of util-linux 2.38.1, -s, -t",
    content: "entry             effect  issuer\nvoid.example      allow   ?\n",
    says: ["file:1: separate columns with commas"],
  },
  { tool: "Gnumeric 1.12.55, html", content: '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML', says: ["file:1: a web page or XML"] },
  {
    tool: "DuckDB 1.5.6, of account ids without quotes",
    content: '{"entry":"a.example","effect":"deny","note":118400000000000000000.0}\n',
    format: "jsonl",
    says: ['1: "note" is 118400000000000000000.0, which has more digits than a number keeps'],
  },
])("a broken file from $tool is refused by an error that says what to do", async ({ content, format = "csv", says }) => {
  const read = await rowsOf(content, format);
  expect(read).toHaveLength(says.length);
  for (const [index, each] of says.entries()) expect(read[index]).toContain(each);
});

it.each([
  { tool: "Gnumeric 1.12.55, .xlsx", bytes: "504b03041400000008005c3f7c5dd2e50bbbd703", says: "a workbook of Excel" },
  { tool: "Gnumeric 1.12.55, .xls", bytes: "d0cf11e0a1b11ae10000000000000000", says: "a workbook of Excel" },
  { tool: "gzip 1.12", bytes: "1f8b0808bc890a6b0003712e", says: "compressed: unpack it first" },
])("the encoding of $tool is named in an error", async ({ bytes, says }) => {
  for (const format of ["csv", "jsonl"] as const)
    expect(await rowsOf(Buffer.from(bytes, "hex"), format)).toEqual([expect.stringContaining(`file:1: ${says}`)]);
});

it("the admin center's files are accepted with a given effect, but a guest without a mail is refused", async () => {
  const list =
    "userPrincipalName,displayName,mail,userType\nlee_fabrikam.com#EXT#@contoso.onmicrosoft.com,Lee,lee@fabrikam.com,Guest\nkim_a_b.example#EXT#@contoso.onmicrosoft.com,Kim,,Guest\n";
  expect(await rowsOf(list, "csv", "deny")).toEqual([
    JSON.stringify({ entry: "lee@fabrikam.com", effect: "deny" }),
    "3: kim_a_b.example#EXT#@contoso.onmicrosoft.com has no mail in the file: write one, kim_a@b.example if that is their address",
  ]);
  expect(await rowsOf(list, "csv")).toEqual([
    'file:1: the column "effect" is missing: add it, or give all rows one effect, list import FILE --effect deny',
  ]);
  const template = "version:v1.0,,\nEmail address to invite [inviteeEmail] Required,Redirection url [inviteRedirectURL] Required,note\n";
  expect(await rowsOf(`${template}kim@partner.com,https://a.example,fair\n`, "csv", "allow")).toEqual([
    JSON.stringify({ entry: "kim@partner.com", effect: "allow", note: "fair" }),
  ]);
});
