import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { detectFormat, type ListFormat } from "../engine/files/format";
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
