import { closeSync, createReadStream, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describeFileProblem, FileError } from "../engine/files/file-problem";
import { detectFormat, type ListFormat, removeFormulaQuote } from "../engine/files/format";
import { type FileColumns, parseRows, type RowLine } from "../engine/files/rows";
import type { JsonOption } from "./command";
import { CommandError } from "./failure";
import type { Output } from "./output";

export interface ExportRowsOptions extends JsonOption {
  readonly force?: boolean;
  readonly format?: ListFormat;
}

/** True for no path or `-`. (For an import, `-` means standard input.) */
export function isStandardOutput(path: string | undefined): path is "-" | undefined {
  return path === undefined || path === "-";
}

/** Throws if the file exists and must not be overwritten. */
export function exportFormat(path: string | undefined, { force, format, json }: ExportRowsOptions): ListFormat {
  if (isStandardOutput(path)) return format ?? (json ? "jsonl" : "csv");
  if (existsSync(path) && !force) throw new CommandError(`${path} exists: add --force to overwrite it.`);
  return format ?? detectFormat(path);
}

/** A file is written completely or not at all. */
export async function exportRows(
  path: string | undefined,
  texts: AsyncIterable<TextOfRows>,
  { json }: JsonOption,
  output: Output,
): Promise<void> {
  if (isStandardOutput(path)) {
    for await (const { text } of texts) output.data(text);
    return;
  }
  const rows = await writeWhole(path, texts);
  if (json) output.json({ file: path, rows });
  else output.print(`Wrote ${rows} rows to ${path}.`);
}

export interface TextOfRows {
  readonly text: string;
  readonly rows: number;
}

/** Writes a file completely or not at all. Only its owner can read it. @returns the number of rows */
export async function writeWhole(path: string, texts: AsyncIterable<TextOfRows>): Promise<number> {
  const unfinishedPath = `${path}.${process.pid}.tmp`;
  let count = 0;
  let file: number | undefined = createFile(unfinishedPath);
  try {
    for await (const { text, rows } of texts) {
      // writeFileSync writes the whole text; writeSync may write only a part of it.
      writeFileSync(file, text);
      count += rows;
    }
    fsyncSync(file);
    closeSync(file);
    file = undefined;
    renameSync(unfinishedPath, path);
    return count;
  } catch (error) {
    if (file !== undefined) closeSync(file);
    rmSync(unfinishedPath, { force: true });
    throw error;
  }
}

function createFile(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (error) {
    throw new CommandError(`${dirname(path)} is not a folder that you may write to.`, undefined, { cause: error });
  }
}

/** Strings in CSV, any JSON value in JSON Lines. */
export type DataCells = Readonly<Record<string, unknown>>;

export interface FileInput {
  readonly name: string;
  readonly format: ListFormat;
  text(): AsyncIterable<string>;
}

/** @param path a path, or `-` for standard input: then `format` is needed */
export function openInput(path: string, format: ListFormat | undefined): FileInput {
  if (path !== "-") return { name: path, format: format ?? detectFormat(path), text: () => createReadStream(path, "utf8") };
  if (format === undefined) {
    throw new CommandError("Standard input has no file name to show its format: add --format csv or --format jsonl.");
  }
  return { name: "standard input", format, text: () => process.stdin.setEncoding("utf8") };
}

/** In CSV an empty cell is the empty string. */
export async function* readFileRows(
  path: string,
  format: ListFormat | undefined,
  columns: FileColumns,
): AsyncGenerator<readonly RowLine[]> {
  const input = openInput(path, format);
  for await (const block of explainFileErrors(input.name, parseRows(input.text(), input.format, columns))) {
    yield input.format === "csv" ? block.map(unquoteFormulas) : block;
  }
}

function unquoteFormulas(row: RowLine): RowLine {
  if ("problem" in row) return row;
  const cells = Object.entries(row.cells).map(([name, cell]) => [name, typeof cell === "string" ? removeFormulaQuote(cell) : cell]);
  return { line: row.line, cells: Object.fromEntries(cells) };
}

/** Throws a CommandError that names the file if the file cannot be read or its content has a flaw. */
export async function* explainFileErrors<T>(name: string, blocks: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* blocks;
  } catch (error) {
    if (error instanceof FileError) {
      throw new CommandError(`${name}:${error.line}: ${describeFileProblem(error.problem)}`, undefined, { cause: error });
    }
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") throw new CommandError(`There is no file ${name}.`);
    if (code === "EISDIR") throw new CommandError(`${name} is a folder.`);
    if (code === "EACCES") throw new CommandError(`You may not read ${name}.`);
    throw error;
  }
}
