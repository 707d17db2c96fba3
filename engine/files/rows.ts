import { nearestName } from "../problem-texts";
import { type CsvRecord, csvRecords, type Line, splitLines } from "./csv";
import { FileError, type FileKind, type FileProblem } from "./file-problem";
import { findLostDigits, isGarbled, isVersionLine, type ListFormat, type MicrosoftFile, recognizeFile } from "./format";

export interface FileColumns {
  /** The names of known columns. A file may write them in upper or lower case. */
  readonly known: readonly string[];
  readonly required: readonly string[];
  /** True if the file may have the operators' own columns. */
  readonly isOpen?: boolean;
  /** Returns the column that a mistyped name means. @default the nearest known one */
  meant?(name: string): string | undefined;
  /** The column that receives the addresses from Microsoft's files. If absent, Microsoft's files are read as any other file. */
  readonly address?: string;
  /** Called once with the unread columns of one of Microsoft's files. */
  onPassedOver?(names: readonly string[]): void;
}

/** Lines count from 1; a row of several lines has the number of the first. */
export type RowLine =
  | { readonly line: number; readonly cells: Readonly<Record<string, unknown>> }
  | { readonly line: number; readonly problem: FileProblem };

/** DynamoDB's limit for a column's name. */
const MAX_NAME_LENGTH = 255;

/** Reads a file of any length. CSV cells are texts; JSON Lines cells are any JSON value. @throws FileError */
export async function* parseRows(
  text: AsyncIterable<string>,
  format: ListFormat,
  columns: FileColumns,
): AsyncGenerator<readonly RowLine[]> {
  const lines = checkKind(splitLines(text), format);
  if (format === "csv") yield* readCsv(csvRecords(lines), columns);
  else for await (const block of lines) yield block.filter(({ text }) => text.trim() !== "").map((line) => readJsonLine(line, columns));
}

/** Removes the byte order mark. Throws for a file that is neither CSV nor JSON Lines. */
async function* checkKind(blocks: AsyncIterable<readonly Line[]>, format: ListFormat): AsyncGenerator<readonly Line[]> {
  let isChecked = false;
  for await (const block of blocks) {
    let lines: readonly Line[] = block;
    const [first] = block;
    if (first?.number === 1) lines = [{ ...first, text: first.text.replace(/^\ufeff/, "") }, ...block.slice(1)];
    const filledLine: Line | undefined = isChecked ? undefined : lines.find(({ text }) => text.trim() !== "");
    const kind = filledLine && detectKind(filledLine, format);
    if (filledLine && kind) throw new FileError(filledLine.number, { code: kind });
    isChecked ||= filledLine !== undefined;
    yield lines;
  }
}

/** Beginnings of other kinds of file, decoded as UTF-8: zip (.xlsx, .ods, .numbers), the container of .xls, gzip, markup, a JSON array. */
const beginnings: readonly (readonly [string, FileKind])[] = [
  ["PK\u0003\u0004", "workbook"],
  ["\ufffd\ufffd\u0011", "workbook"],
  ["\u001f\ufffd", "gzip"],
  ["<", "markup"],
  ["[", "jsonArray"],
];

const csvKinds: readonly (readonly [RegExp, FileKind])[] = [
  [/^\{/, "jsonInCsv"],
  [/^sep=.$/i, "separatorLine"],
  // Another separator than the comma follows the first name. PowerShell puts this name in quotes.
  [/^("[^"]*"|[^",;\t|]*)[;\t|]/, "otherSeparator"],
];

function detectKind({ text, tooLong }: Line, format: ListFormat): FileKind | undefined {
  const line = text.trim();
  const kind = beginnings.find(([beginning]) => line.startsWith(beginning))?.[1];
  if (kind !== undefined) return kind;
  if (format === "csv") return csvKinds.find(([beginning]) => beginning.test(line))?.[1];
  return line.startsWith("{") && !line.endsWith("}") && !tooLong ? "jsonOnSeveralLines" : undefined;
}

interface Header {
  readonly names: readonly string[];
  readonly microsoft?: MicrosoftFile;
}

async function* readCsv(blocks: AsyncIterable<readonly CsvRecord[]>, columns: FileColumns): AsyncGenerator<readonly RowLine[]> {
  let header: Header | undefined;
  for await (const block of blocks) {
    let records = block;
    if (header === undefined) {
      const at = block.findIndex((record) => columns.address === undefined || "problem" in record || !isVersionLine(record.cells));
      const first = block[at];
      records = block.slice(at + 1);
      if (first === undefined) continue;
      header = readHeader(first, columns);
    }
    const { names, microsoft } = header;
    const rows = records.map((record) => readRecord(record, names, columns));
    yield microsoft === undefined ? rows : rows.flatMap((row) => readMicrosoftRow(row, microsoft, columns) ?? []);
  }
  if (header === undefined) throw new FileError(1, { code: "emptyFile", columns: columns.known });
}

function readHeader(record: CsvRecord, columns: FileColumns): Header {
  if ("problem" in record) throw new FileError(record.line, record.problem);
  const { cells, line } = record;
  const microsoft = columns.address === undefined ? undefined : recognizeFile(cells);
  const ownNames = microsoft?.names.map((name) => (microsoft.used.includes(name) ? undefined : normalizeName(name, columns)));
  const problem = ownNames === undefined ? checkHeader(cells, columns) : checkMicrosoftNames(ownNames, columns);
  if (problem !== undefined) throw new FileError(line, problem);
  if (microsoft === undefined) return { names: cells.map((name) => normalizeName(name, columns)) };
  const passedNames = cells.filter((_, index) => ownNames?.[index] !== undefined && !columns.known.includes(ownNames[index]));
  if (passedNames.length > 0) columns.onPassedOver?.(passedNames);
  return { names: microsoft.names.map((name) => normalizeName(name, columns)), microsoft };
}

/** Returns the first problem. An unknown name counts as Microsoft's own, and is no problem, unless it nearly matches one of ours. */
function checkMicrosoftNames(names: readonly (string | undefined)[], columns: FileColumns): FileProblem | undefined {
  const presentNames = names.filter((name) => name !== undefined);
  const problem = presentNames.map((name) => checkName(name, { ...columns, isOpen: false })).find((each) => each && "meant" in each);
  if (problem !== undefined) return problem;
  const missing = columns.required.find((name) => name !== columns.address && !presentNames.includes(name));
  if (missing !== undefined) return { code: "missingColumn", name: missing };
  const twice = presentNames.find((name, index) => columns.known.includes(name) && presentNames.indexOf(name) !== index);
  return twice === undefined ? undefined : { code: "repeatedColumn", name: twice };
}

function readMicrosoftRow(row: RowLine, file: MicrosoftFile, { known, address = "" }: FileColumns): RowLine | undefined {
  if ("problem" in row) return row;
  const { line } = row;
  const cells = row.cells as Readonly<Record<string, string>>;
  const read = file.addressIn(cells);
  if (read === undefined) return undefined;
  if ("code" in read) return { line, problem: read };
  const ownCells = Object.entries(cells).filter(([name]) => known.includes(name) || file.used.includes(name));
  return { line, cells: { ...Object.fromEntries(ownCells), [address]: read.address } };
}

function checkHeader(cells: readonly string[], columns: FileColumns): FileProblem | undefined {
  const { known, required } = columns;
  const names = cells.map((name) => normalizeName(name, columns));
  if (names.some(isGarbled)) return { code: "notUtf8" };
  // If a header cell holds several names with semicolons, tabs, bars or gaps between them, the file has another separator than the comma.
  if (
    names.some((name) => separator.test(name) && name.split(separator).some((each) => known.includes(normalizeName(each.trim(), columns))))
  )
    return { code: "otherSeparator" };
  if (!columns.isOpen && !names.some((name) => known.includes(name))) {
    const unknown = names.map((name) => checkName(name, columns)).find((problem) => problem && "meant" in problem);
    return unknown ?? { code: "noHeader", columns: known };
  }
  const problem = names.map((name) => checkName(name, columns)).find((each) => each !== undefined);
  if (problem !== undefined) return problem;
  const missing = required.find((name) => !names.includes(name));
  if (missing !== undefined) {
    const near = nearestName(missing, names);
    return near === undefined
      ? { code: "missingColumn", name: missing }
      : { code: "unknownColumn", name: near, meant: missing, columns: known };
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : { code: "repeatedColumn", name: twice };
}

/** Separators other than the comma. In text copied from a terminal, two or more spaces separate the columns. */
const separator = /[;\t|]| {2,}/;

function normalizeName(name: string, { known }: FileColumns): string {
  return known.find((column) => column.toLowerCase() === name.toLowerCase()) ?? name;
}

function checkName(name: string, { known, isOpen, meant }: FileColumns): FileProblem | undefined {
  if (known.includes(name)) return undefined;
  if (name.trim() === "") return { code: "namelessColumn" };
  if (isOpen) {
    return name.length > MAX_NAME_LENGTH || /[\p{Cc}\p{Cs}]/u.test(name) ? { code: "badColumnName" } : undefined;
  }
  const near = meant === undefined ? nearestName(name, known) : meant(name);
  return { code: "unknownColumn", name, ...(near !== undefined && { meant: near }), columns: known };
}

function readRecord(record: CsvRecord, header: readonly string[], { required }: FileColumns): RowLine {
  const { line } = record;
  if ("problem" in record) return record;
  const { cells } = record;
  if (isHeader(cells, header, required)) return { line, problem: { code: "repeatedHeader" } };
  if (cells.length !== header.length) return { line, problem: { code: "cellCount", cells: cells.length, columns: header.length } };
  if (cells.some(isGarbled)) return { line, problem: { code: "spoiltCell" } };
  return { line, cells: Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ""])) };
}

function isHeader(cells: readonly string[], header: readonly string[], requiredNames: readonly string[]): boolean {
  const lower = cells.map((cell) => cell.toLowerCase());
  const names = header.map((name) => name.toLowerCase());
  if (requiredNames.length > 0 && requiredNames.every((name) => lower[header.indexOf(name)] === name.toLowerCase())) return true;
  return lower.length > 1 && lower.every((cell) => names.includes(cell));
}

function readJsonLine({ number: line, text, tooLong }: Line, columns: FileColumns): RowLine {
  if (tooLong) return { line, problem: { code: "lineTooLong" } };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { line, problem: { code: diagnoseJson(text) } };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { line, problem: { code: "notJsonObject" } };
  if (isDynamodbJson(value)) return { line, problem: { code: "dynamodbJson" } };
  const members = Object.entries(value).map(([name, member]) => [normalizeName(name, columns), member] as const);
  const names = members.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { line, problem: { code: "repeatedColumn", name: twice } };
  if (hasNamelessMember(value)) return { line, problem: { code: "namelessMember" } };
  const problem = names.map((name) => checkName(name, columns)).find((each) => each !== undefined) ?? findLostDigits(text);
  return problem === undefined ? { line, cells: Object.fromEntries(members) } : { line, problem };
}

/** "copiedJson": PostgreSQL's COPY wrote the text in its text format, which doubles each backslash. */
function diagnoseJson(text: string): "notUtf8" | "copiedJson" | "notJsonObject" {
  if (isGarbled(text)) return "notUtf8";
  try {
    JSON.parse(text.replaceAll("\\\\", "\\"));
    return "copiedJson";
  } catch {
    return "notJsonObject";
  }
}

/** True for a row as `aws dynamodb` writes it: `{"entry":{"S":"contoso.com"}}`, alone, within `Item`, or among `Items`. */
function isDynamodbJson(value: object): boolean {
  const { Item, Items } = value as { readonly Item?: unknown; readonly Items?: unknown };
  if (Array.isArray(Items)) return true;
  const cells = Object.values(typeof Item === "object" && Item !== null ? Item : value);
  return cells.length > 0 && cells.every(isTypedCell);
}

function isTypedCell(cell: unknown): boolean {
  if (typeof cell !== "object" || cell === null) return false;
  const names = Object.keys(cell);
  return names.length === 1 && /^(S|N|B|SS|NS|BS|M|L|BOOL|NULL)$/.test(names[0] ?? "");
}

/** DynamoDB refuses members with an empty name. */
function hasNamelessMember(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, member]) => (!Array.isArray(value) && name === "") || hasNamelessMember(member));
}
