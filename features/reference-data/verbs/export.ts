import { makeWorld } from "../../../adapters/operator/world";
import { editedRows } from "../../../adapters/tables/edited-rows";
import { type Item, toRow } from "../../../adapters/tables/item";
import { tables } from "../../../adapters/tables/tables";
import { type CommandContext, type DeploymentOptions, readNow } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { withInterruption } from "../../../cli/long-tasks";
import { formatCount } from "../../../cli/output";
import { type ExportRowsOptions, exportFormat, exportRows, type TextOfRows } from "../../../cli/rows-file";
import { operatorPlace, readTypedQuery } from "../../../cli/view";
import { typedCell } from "../../../console/editor/cell-view";
import { splitIntoChunks } from "../../../engine/collections";
import { csvText, losesDigits } from "../../../engine/files/format";
import { readSource } from "../../../engine/operator/list";
import { profilesView } from "../../profiles/views";
import { referenceDataStore } from "../store";
import { type DataChoice, type DataTable, type DataTableName, dataTable } from "./data-table";

const PAGE_ROWS = 500;
/** Further rows of profiles of which something does not count are only counted. */
const PRINTED = 20;

export interface DataExportOptions extends DeploymentOptions, ExportRowsOptions, DataChoice {}

export async function exportData(
  name: DataTableName,
  path: string | undefined,
  options: DataExportOptions,
  context: CommandContext,
): Promise<void> {
  const { output } = context;
  const table = dataTable(name, options);
  const format = exportFormat(path, options);
  const deployment = await deploymentFor(options);
  const now = readNow(context);
  const pages = name === "profiles" ? readProfiles(table, options, deployment, now, output.warn) : readPages(options, deployment);
  const texts = format === "csv" ? csvTexts(table, pages, output.warn) : jsonTexts(pages, output.warn);
  await withInterruption(() => exportRows(path, texts, options, output));
}

function readPages({ list }: DataExportOptions, { dynamodb, tableOf }: Deployment): AsyncIterable<readonly Item[]> {
  const name = tableOf("referenceData");
  return list === undefined
    ? editedRows(dynamodb, name, tables.referenceData.key).pages()
    : referenceDataStore(dynamodb, name).valuesOf(list);
}

/** Says of each row what does not count, as the page does. */
async function* readProfiles(
  { doubts }: DataTable,
  options: DataExportOptions,
  deployment: Deployment,
  now: Date,
  warn: (line: string) => void,
): AsyncGenerator<readonly Item[]> {
  deployment.tableOf("profiles");
  const query = readTypedQuery(profilesView.filters, options, now);
  const source = await profilesView.source(query, makeWorld(profilesView.uses, operatorPlace(deployment)));
  let count = 0;
  let items: Item[] = [];
  for await (const item of readSource(source)) {
    const row = toRow(item);
    const doubtTexts = await doubts(row, now, []);
    if (doubtTexts.length > 0) count += 1;
    if (doubtTexts.length > 0 && count <= PRINTED) warn(`Warning: ${String(row.person)}: ${doubtTexts.join("; ")}.`);
    items.push(item);
    if (items.length < PAGE_ROWS) continue;
    yield items;
    items = [];
  }
  yield items;
  if (count > PRINTED) warn(`and ${formatCount(count - PRINTED, "more row", "more rows")} of which something does not count.`);
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
