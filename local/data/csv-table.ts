import { readFileSync } from "node:fs";
import { CsvError, parse } from "csv-parse/sync";
import type { Item } from "../../adapters/tables/item";
import { tables } from "../../adapters/tables/tables";
import type { AuditedTable } from "../../engine/audited-change";
import type { TableName } from "../../engine/sign-up/verdict";

/** The message gives the file, the place in it and the reason. */
export class SamplesError extends Error {
  override readonly name = "SamplesError";
}

/** A row as an operator would type it: only cells with a value. */
export type SampleRow = Readonly<Record<string, string>>;

/** A table that operators fill. The samples, and a folder of cases, have a CSV file with its rows. */
export interface CsvTable {
  /** The table's name in the audit trail, and the name of its file. */
  readonly name: AuditedTable;
  readonly table: TableName;
  /** The first line names the columns. Throws SamplesError. */
  read(file: string): Promise<readonly SampleRow[]>;
  /** Converts a row into the form that the table's worker gives it. If absent, rows are stored as typed. */
  stored?(item: Item): Item;
}

export function csvFile({ name }: Pick<CsvTable, "name">): string {
  return `${name}.csv`;
}

/** Throws SamplesError if a row lacks a column of the table's key, or if two rows have the same key. */
export function readRows(file: string, table: TableName): readonly SampleRow[] {
  const { key } = tables[table];
  const seenIds = new Set<string>();
  return recordsIn(file).map(({ line, cells }) => {
    const row = Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell !== ""));
    const missing = key.find((name) => row[name] === undefined);
    if (missing !== undefined) throw new SamplesError(`${file}:${line}: ${missing} is missing`);
    const id = JSON.stringify(key.map((name) => row[name]));
    if (seenIds.has(id)) throw new SamplesError(`${file}:${line}: the row is there twice`);
    seenIds.add(id);
    return row;
  });
}

/** Each record has the number of its last line. */
function recordsIn(file: string): readonly { readonly line: number; readonly cells: SampleRow }[] {
  try {
    const records = parse(readFileSync(file), { bom: true, columns: true, info: true, skip_empty_lines: true, trim: true });
    return (records as unknown as { info: { lines: number }; record: SampleRow }[]).map(({ info, record }) => ({
      line: info.lines,
      cells: record,
    }));
  } catch (error) {
    const line = error instanceof CsvError && error.lines !== undefined ? `:${error.lines}` : "";
    throw new SamplesError(`${file}${line}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
