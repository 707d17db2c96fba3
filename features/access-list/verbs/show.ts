import { type Item, toRow } from "../../../adapters/tables/item";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { withInterruption } from "../../../cli/long-tasks";
import { alignedTable, type Output } from "../../../cli/output";
import { type ExportRowsOptions, exportFormat, exportRows, type TextOfRows } from "../../../cli/rows-file";
import { readTypedQuery } from "../../../cli/view";
import { splitIntoChunks } from "../../../engine/collections";
import type { ListFormat } from "../../../engine/files/format";
import { lastDay } from "../../../engine/sign-up/row-end";
import { type DescribedEntry, describeEntry } from "../describe-entry";
import { eachColumn } from "../entry-columns";
import { type EntryQuery, isEntryMeant, readEnds, readEndTime } from "../entry-search";
import { entryWords } from "../entry-words";
import { csvHeader, formatCsvLine, formatJsonLine } from "../files/row";
import { entryFilters } from "../filters";
import { type AccessListStore, accessListStore } from "../store/access-list";
import { keepUnused, type PeopleOfEntries, peopleOfEntries } from "../store/entry-people";
import { findMeantRows } from "./entries";

const PAGE_ROWS = 500;

/** A suspension stands beside the effect. */
const listed = eachColumn.filter(([, { heading }]) => heading !== undefined);
const headings = ["ENTRY", "EFFECT", "STATE", ...listed.map(([, { heading = "" }]) => heading), "PROBLEM"];

const GATES_COLUMN = headings.indexOf("GATES");

interface ShownEntry {
  readonly item: Item;
  readonly row: DescribedEntry;
}

interface ShowOptions extends DeploymentOptions, JsonOption {
  readonly problem?: boolean;
  readonly limit?: number;
}

export async function showList(typedText: string | undefined, options: ShowOptions, { output }: CommandContext): Promise<void> {
  const now = new Date();
  const { gate, limit = Number.POSITIVE_INFINITY, problem } = options;
  const query: EntryQuery = { ...readTypedQuery(entryFilters, options, now), gate };
  const deployment = await deploymentFor(options);
  const { dynamodb, accessListTable, gates } = deployment;
  const store = accessListStore(dynamodb, accessListTable);
  // Judging needs policies and known domains, which the list itself does not.
  const describeFlaws = problem ? await (await import("./flaws")).flawsAt(deployment, output, now) : undefined;
  const isFiltered = describeFlaws !== undefined || Object.values(query).some((each) => each !== undefined);
  const readMeant = (item: Item): ShownEntry | undefined => {
    const shown = { item, row: describe(item, now) };
    if (!isFiltered) return shown;
    const row = toRow(item);
    if (!isEntryMeant(query, row, now)) return undefined;
    if (describeFlaws === undefined) return shown;
    const flaws = describeFlaws(row, item);
    return flaws.length === 0 ? undefined : { item, row: { ...shown.row, problem: flaws.join("; ") } };
  };
  const printPage: PagePrinter = options.json
    ? (rows) => {
        for (const row of rows) output.json(row);
      }
    : tablePrinter(output, gates.length > 1);
  const endOf = readEnds(query, now) && ((item: Item) => readEndTime(toRow(item), now));
  const isWhole = typedText === undefined;
  const meant = isWhole
    ? await rowsInOrder(store, readMeant, endOf)
    : (await findMeantRows(typedText, store)).flatMap((item) => readMeant(item) ?? []);
  // An older stack has no ledger, which only this filter reads.
  const countPeople: PeopleOfEntries = (entries) =>
    peopleOfEntries(dynamodb, deployment.tableOf("ledger"), deployment.hashes, () => now)(entries);
  const rows = (query.used === undefined ? meant : await keepUnused(meant, countPeople, now)).map(({ row }) => row);
  for (const some of splitIntoChunks(rows.slice(0, limit), PAGE_ROWS)) printPage(some);
  if (rows.length > limit) output.warn(`There are more than ${limit}: see --limit.`);
  if (rows.length === 0 && isWhole) output.warn(isFiltered ? "No entry is like that." : "The list is empty.");
}

/**
 * Sorted by entry, because the table's own order changes with each restore. Omits rows of which `read` returns undefined.
 * @param endOf the rows with the earliest of these times come first
 */
async function rowsInOrder<T>(
  store: AccessListStore,
  read: (item: Item) => T | undefined,
  endOf: (item: Item) => number = () => 0,
): Promise<readonly T[]> {
  const rows: { readonly entry: string; readonly end: number; readonly value: T }[] = [];
  await withInterruption(async ({ signal }) => {
    for await (const page of store.pages()) {
      signal.throwIfAborted();
      for (const item of page) {
        const value = read(item);
        if (value !== undefined) rows.push({ entry: String(item.entry?.S), end: endOf(item), value });
      }
    }
  });
  return rows.sort((one, other) => one.end - other.end || (one.entry < other.entry ? -1 : 1)).map(({ value }) => value);
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
