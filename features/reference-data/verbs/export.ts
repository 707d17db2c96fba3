import { editedRows } from "../../../adapters/tables/edited-rows";
import { type Item, toRow } from "../../../adapters/tables/item";
import { tables } from "../../../adapters/tables/tables";
import type { CommandContext, DeploymentOptions } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { withInterruption } from "../../../cli/long-tasks";
import { type ExportRowsOptions, exportFormat, exportRows, type TextOfRows } from "../../../cli/rows-file";
import { typedCell } from "../../../console/editor/cell-view";
import { splitIntoChunks } from "../../../engine/collections";
import { csvText, losesDigits } from "../../../engine/files/format";
import { referenceDataStore } from "../store";
import { type DataTable, type DataTableName, dataTable } from "./data-table";

const PAGE_ROWS = 500;

export interface DataExportOptions extends DeploymentOptions, ExportRowsOptions {
  readonly list?: string;
}

export async function exportData(
  name: DataTableName,
  path: string | undefined,
  options: DataExportOptions,
  { output }: CommandContext,
): Promise<void> {
  const table = dataTable(name, options);
  const format = exportFormat(path, options);
  const deployment = await deploymentFor(options);
  const pages = readPages(table, options, deployment);
  const texts = format === "csv" ? csvTexts(table, pages, output.warn) : jsonTexts(pages, output.warn);
  await withInterruption(() => exportRows(path, texts, options, output));
}

function readPages({ table }: DataTable, { list }: DataExportOptions, { dynamodb, tableOf }: Deployment): AsyncIterable<readonly Item[]> {
  if (list !== undefined) return referenceDataStore(dynamodb, tableOf("referenceData")).valuesOf(list);
  return editedRows(dynamodb, tableOf(table), tables[table].key).pages();
}

async function* jsonTexts(pages: AsyncIterable<readonly Item[]>, warn: (line: string) => void): AsyncGenerator<TextOfRows> {
  const inexact = new Set<string>();
  for await (const page of pages) {
    for (const [name, { N }] of page.flatMap((item) => Object.entries(item))) if (N !== undefined && losesDigits(N)) inexact.add(name);
    yield { text: page.map((item) => `${JSON.stringify(toRow(markBlankEnd(item)))}\n`).join(""), rows: page.length };
  }
  if (inexact.size > 0) warn(`Numbers have lost digits in ${[...inexact].sort().join(", ")}. --format csv has them all.`);
}

/**
 * Writes `?` for an `expiresAt` that is blank or has a type that files lack. Rules ignore such a row. Without `expiresAt`, rules would use
 * the imported row, but an import rejects `?`.
 */
function markBlankEnd(item: Item): Item {
  const { expiresAt: end } = item;
  return end === undefined || typedCell(end)?.text.trim() ? item : { ...item, expiresAt: { S: "?" } };
}

/** The first line names every column, so all rows are read before it is written. */
async function* csvTexts(
  table: DataTable,
  pages: AsyncIterable<readonly Item[]>,
  warn: (line: string) => void,
): AsyncGenerator<TextOfRows> {
  const rows: Item[] = [];
  const columns = new Set([...table.key, "note", "expiresAt"]);
  const remainingLists = new Set<string>();
  for await (const page of pages) {
    for (const item of page) {
      const markedItem = markBlankEnd(item);
      for (const [name, cell] of Object.entries(markedItem)) (typedCell(cell) === undefined ? remainingLists : columns).add(name);
      rows.push(Object.fromEntries(Object.entries(markedItem).filter(([, cell]) => typedCell(cell) !== undefined)));
    }
  }
  if (remainingLists.size > 0) {
    warn(`Left out: lists, maps, sets and bytes in ${[...remainingLists].sort().join(", ")}. --format jsonl has them.`);
  }
  const header = [...columns];
  yield { text: csvText(header), rows: 0 };
  for (const some of splitIntoChunks(rows, PAGE_ROWS)) {
    const text = some.map((item) => csvText(header.map((name) => typedCell(item[name])?.text ?? ""))).join("");
    yield { text, rows: some.length };
  }
}
