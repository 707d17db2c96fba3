import { existsSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { isWritten } from "../../adapters/tables/rows";
import { tables } from "../../adapters/tables/tables";
import { isFull, readHolders } from "../../engine/sign-up/person-key";
import { recordId, rowsUnder } from "../../engine/sign-up/records";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { Put, Reserve, TableName, Write } from "../../engine/sign-up/verdict";
import type { Flaw, Path } from "../../lib/schema-flaws";
import { caseWords } from "../case-features";
import { csvFile, SamplesError } from "../data/csv-table";
import { csvTables } from "../parts";
import type { CaseRows } from "./format";

/** Rows of each table, by `recordId`. A table without any source of rows is absent. */
export type RowsById = Readonly<Partial<Record<TableName, ReadonlyMap<string, Row>>>>;

const noRuleNames: readonly string[] = ["accounts", "audit", "listChanges"];

const tableNames = Object.keys(tables).filter((name): name is TableName => !noRuleNames.includes(name));

export const tableFiles: readonly string[] = csvTables.map(csvFile);

/** Throws SamplesError. */
export async function rowsInFolder(folder: string): Promise<RowsById> {
  const rowsByTable: Partial<Record<TableName, ReadonlyMap<string, Row>>> = {};
  for (const csv of csvTables) {
    const file = join(folder, csvFile(csv));
    if (!existsSync(file)) continue;
    const byId = new Map<string, Row>();
    for (const row of await csv.read(file)) {
      const { id, kept, problem } = keptRow(csv.table, row);
      if (problem !== undefined) throw new SamplesError(`${file}: a row ${problem}.`);
      if (byId.has(id)) throw new SamplesError(`${file}: two rows mean the entry ${String(kept.entry)}.`);
      byId.set(id, kept);
    }
    rowsByTable[csv.table] = byId;
  }
  return rowsByTable;
}

interface KeptRow {
  readonly id: string;
  readonly kept: Row;
  /** Absent for a valid row. */
  readonly problem?: string;
}

function keptRow(table: TableName, row: Row): KeptRow {
  const { key } = tables[table];
  const missing = key.find((name) => typeof row[name] !== "string" || row[name] === "");
  if (missing !== undefined) return { id: "", kept: row, problem: `cannot be a row: ${missing}, its key, is missing` };
  const storedRow = caseWords.map((each) => each.kept?.(table, row)).find((each) => each !== undefined) ?? row;
  if (typeof storedRow === "string") return { id: "", kept: row, problem: storedRow };
  return { id: recordId({ table, key: Object.fromEntries(key.map((name) => [name, String(storedRow[name])])) }), kept: storedRow };
}

/** @param path of the rows in their document */
export function caseRows(rows: CaseRows | undefined, path: Path): { readonly byId: RowsById; readonly flaws: readonly Flaw[] } {
  const byId: Partial<Record<TableName, ReadonlyMap<string, Row>>> = {};
  const flaws: Flaw[] = [];
  for (const table of tableNames) {
    // The cast allows for a table whose feature has been removed: cases then have no rows of this table.
    const tableRows = (rows as Readonly<Partial<Record<TableName, readonly Row[]>>> | undefined)?.[table];
    if (tableRows === undefined) continue;
    const rowsById = new Map<string, Row>();
    tableRows.forEach((writtenRow, index) => {
      const { id, kept, problem } = keptRow(table, writtenRow);
      const why = problem ?? (rowsById.has(id) ? "is there twice: two rows mean the same" : undefined);
      if (why === undefined) rowsById.set(id, kept);
      else flaws.push({ path: [...path, table, index], problem: why });
    });
    byId[table] = rowsById;
  }
  return { byId, flaws };
}

/**
 * If several sources in `base` have a table, only the last one's rows count.
 * @param addedRows an added row replaces the row with the same key
 */
export function allRows(base: readonly RowsById[], addedRows: RowsById): Map<string, Row> {
  const tablesOf = Object.assign({}, ...base) as RowsById;
  return new Map([...Object.values(tablesOf), ...Object.values(addedRows)].flatMap((rows) => [...rows]));
}

/** The tables of one case, in memory, with DynamoDB's conditions. */
export interface CaseTables {
  read(keys: readonly RecordKey[], signal?: AbortSignal, optional?: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>>;
  write(write: Write): Promise<boolean>;
  row(key: RecordKey): Row | undefined;
  /** Returns all requests for approval, by id. */
  approvals(): ReadonlyMap<string, Row>;
  /** Rows that were read from another source, by `recordId`, as they were at the time of the read. */
  found?(): ReadonlyMap<string, Row>;
}

/** The row's `recordId`. */
export function buildRowId(table: TableName, row: Row): string {
  return recordId({ table, key: Object.fromEntries(tables[table].key.map((name) => [name, String(row[name])])) });
}

/** @param rows by `recordId`; changed in place */
export function caseTables(rows: Map<string, Row>): CaseTables {
  function putItem({ table, item, condition, ...rest }: Put): boolean {
    const id = buildRowId(table, item);
    const current = rows.get(id);
    const holds =
      condition === "absent"
        ? current === undefined
        : current !== undefined && Object.entries(condition).every(([name, value]) => isDeepStrictEqual(current[name], value));
    if (holds) rows.set(id, item);
    return holds || isWritten({ table, item, condition, ...rest }, current);
  }

  function reserve({ table, key, slots, holder, atMost, set }: Reserve): boolean {
    const id = recordId({ table, key });
    const current = rows.get(id);
    if (isFull(current, slots, holder, atMost)) return false;
    rows.set(id, { ...current, ...key, ...set, [slots]: [...new Set([...readHolders(current, slots), holder])] });
    return true;
  }

  // Each call takes one turn of the event loop. So, as in AWS, a call that the rule does not await is still under way when the rule
  // answers.
  return {
    async read(keys, _signal, optional = []) {
      await nextTurn();
      return rowsUnder([...keys, ...optional], rows);
    },
    async write(write) {
      await nextTurn();
      return "item" in write ? putItem(write) : reserve(write);
    },
    row: (key) => rows.get(recordId(key)),
    approvals: () => new Map([...rows].filter(([id]) => (JSON.parse(id) as readonly unknown[])[0] === "approvals")),
  };
}
