import { type Item, toRow } from "../../../adapters/tables/item";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { withInterruption } from "../../../cli/long-tasks";
import { alignedTable, type Output } from "../../../cli/output";
import { type ExportRowsOptions, exportFormat, exportRows, type TextOfRows } from "../../../cli/rows-file";
import { splitIntoChunks } from "../../../engine/collections";
import type { ListFormat } from "../../../engine/files/format";
import { lastDay } from "../../../engine/sign-up/row-end";
import { type DescribedEntry, describeEntry } from "../describe-entry";
import { eachColumn } from "../entry-columns";
import { entryWords } from "../entry-words";
import { csvHeader, formatCsvLine, formatJsonLine } from "../files/row";
import { countsAtGate } from "../row";
import { type AccessListStore, accessListStore } from "../store/access-list";
import { findMeantRows } from "./entries";

const PAGE_ROWS = 500;

/** A suspension stands beside the effect. */
const listed = eachColumn.filter(([, { heading }]) => heading !== undefined);
const headings = ["ENTRY", "EFFECT", "STATE", ...listed.map(([, { heading = "" }]) => heading), "PROBLEM"];

const GATES_COLUMN = headings.indexOf("GATES");

export async function showList(
  typedText: string | undefined,
  options: DeploymentOptions & JsonOption,
  { output }: CommandContext,
): Promise<void> {
  const now = new Date();
  const { dynamodb, accessListTable, gates } = await deploymentFor(options);
  const store = accessListStore(dynamodb, accessListTable);
  const printAll = options.json
    ? (rows: readonly DescribedEntry[]) => {
        for (const row of rows) output.json(row);
      }
    : tablePrinter(output, gates.length > 1);
  const counts = (row: DescribedEntry) => options.gate === undefined || countsAtGate(row, options.gate);
  const printPage: PagePrinter = (rows) => printAll(rows.filter(counts));
  if (typedText === undefined) {
    const rows = await rowsInOrder(store, (item) => describe(item, now));
    for (const some of splitIntoChunks(rows, PAGE_ROWS)) printPage(some);
    if (rows.length === 0) output.warn("The list is empty.");
    return;
  }
  printPage((await findMeantRows(typedText, store)).map((item) => describe(item, now)));
}

/** Sorted by entry, because the table's own order changes with each restore. */
async function rowsInOrder<T>(store: AccessListStore, read: (item: Item) => T): Promise<readonly T[]> {
  const rows: { readonly entry: string; readonly value: T }[] = [];
  await withInterruption(async ({ signal }) => {
    for await (const page of store.pages()) {
      signal.throwIfAborted();
      for (const item of page) rows.push({ entry: String(item.entry?.S), value: read(item) });
    }
  });
  return rows.sort((one, other) => (one.entry < other.entry ? -1 : 1)).map(({ value }) => value);
}

function describe(item: Item, now: Date): DescribedEntry {
  const cells = toRow(item);
  // The hygiene worker's flag is shown, because that worker knows the deployed policy. A problem found by `describeEntry` replaces it.
  return { ...(typeof cells.problem === "string" && { problem: cells.problem }), ...describeEntry(cells, now) };
}

type PagePrinter = (rows: readonly DescribedEntry[]) => void;

function tablePrinter(output: Output, byGate: boolean): PagePrinter {
  const selectColumns = (cells: readonly string[]) => cells.filter((_, index) => byGate || index !== GATES_COLUMN);
  const alignRows = alignedTable();
  let hasHeader = false;
  return (rows) => {
    if (rows.length === 0) return;
    for (const line of alignRows([...(hasHeader ? [] : [headings]), ...rows.map(formatCells)].map(selectColumns))) output.print(line);
    hasHeader = true;
  };
}

function formatCells(row: DescribedEntry): readonly string[] {
  const { entry, effect, state, allowedUntil, problem = "" } = row;
  const until = allowedUntil === undefined ? "" : `, ${entryWords.en.allowedUntil(lastDay(allowedUntil))}`;
  const cells = listed.map(([name, { kind }]) => {
    const value = row[name] ?? "";
    return typeof value !== "string" ? value.join(" ") : kind === "end" && value !== "" ? lastDay(value) : value;
  });
  return [entry, `${effect}${until}`, state, ...cells, problem];
}

interface ExportOptions extends DeploymentOptions, ExportRowsOptions {}

/** Sorted, so that two exports can be compared. */
export async function exportList(path: string | undefined, options: ExportOptions, { output }: CommandContext): Promise<void> {
  const format = exportFormat(path, options);
  const { dynamodb, accessListTable } = await deploymentFor(options);
  const lineOf = format === "csv" ? formatCsvLine : formatJsonLine;
  const lines = await rowsInOrder(accessListStore(dynamodb, accessListTable), (item) => lineOf(toRow(item)));
  await exportRows(path, formatLines(lines, format), options, output);
}

async function* formatLines(lines: readonly string[], format: ListFormat): AsyncGenerator<TextOfRows> {
  if (format === "csv") yield { text: csvHeader, rows: 0 };
  for (const some of splitIntoChunks(lines, PAGE_ROWS)) yield { text: some.join(""), rows: some.length };
}
