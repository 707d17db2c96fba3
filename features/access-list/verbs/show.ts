import { type Item, toRow } from "../../../adapters/tables/item";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { sorter } from "../../../cli/long-tasks/sorted";
import { inWorkFolder } from "../../../cli/long-tasks/spool";
import { alignedTable, type Output } from "../../../cli/output";
import { type ExportRowsOptions, exportFormat, exportRows, type TextOfRows } from "../../../cli/rows-file";
import type { ListFormat } from "../../../engine/files/format";
import { lastDay } from "../../../engine/sign-up/row-end";
import { type DescribedEntry, describeEntry } from "../describe-entry";
import { csvHeader, csvLineOf, jsonLineOf } from "../files/row";
import { countsAt } from "../row";
import { type AccessListStore, accessListStore } from "../store/access-list";
import { rowsMeant } from "./entries";

const headings = ["ENTRY", "EFFECT", "STATE", "ISSUER", "GATES", "UNTIL", "NOTE", "PROBLEM"];

const GATES_COLUMN = headings.indexOf("GATES");

/** `entra-gatehouse list show`: a list of any length, sorted. */
export async function showList(
  typed: string | undefined,
  options: DeploymentOptions & JsonOption,
  { output }: CommandContext,
): Promise<void> {
  const now = new Date();
  const { dynamodb, accessListTable, gates } = await deploymentFor(options);
  const store = accessListStore(dynamodb, accessListTable);
  const printAll = options.json ? jsonPrinter(output) : tablePrinter(output, gates.length > 1);
  const counts = (row: DescribedEntry) => options.gate === undefined || countsAt(row, options.gate);
  const printPage: PagePrinter = (rows) => printAll(rows.filter(counts));
  if (typed === undefined) {
    let count = 0;
    await inOrder(store, async (pages) => {
      for await (const page of pages) {
        printPage(describedAll(page, now));
        count += page.length;
      }
    });
    if (count === 0) output.warn("The list is empty.");
    return;
  }
  printPage(describedAll(await rowsMeant(typed, store), now));
}

/** Sorts all rows by entry, because the table's own order changes with each restore. */
async function inOrder(store: AccessListStore, use: (pages: AsyncIterable<readonly Item[]>) => Promise<void>): Promise<void> {
  await inWorkFolder(async (workspace, { signal }) => {
    const rows = sorter<Item>(workspace, "rows", ({ entry }) => String(entry?.S));
    for await (const page of store.pages()) {
      signal.throwIfAborted();
      for (const row of page) rows.add(row);
    }
    await use(rows.sorted());
  });
}

function describedAll(items: readonly Item[], now: Date): readonly DescribedEntry[] {
  return items.map((item) => {
    const cells = toRow(item);
    // The hygiene worker knows the deployed policy: its flag is shown, unless the row itself has a problem.
    return { ...(typeof cells.problem === "string" && { problem: cells.problem }), ...describeEntry(cells, now) };
  });
}

type PagePrinter = (rows: readonly DescribedEntry[]) => void;

function jsonPrinter(output: Output): PagePrinter {
  return (rows) => {
    for (const row of rows) output.json(row);
  };
}

/** @param byGate true if there is more than one gate */
function tablePrinter(output: Output, byGate: boolean): PagePrinter {
  const shown = (cells: readonly string[]) => cells.filter((_, index) => byGate || index !== GATES_COLUMN);
  const aligned = alignedTable();
  let headed = false;
  return (rows) => {
    if (rows.length === 0) return;
    for (const line of aligned([...(headed ? [] : [headings]), ...rows.map(cellsOf)].map(shown))) output.print(line);
    headed = true;
  };
}

function cellsOf({ entry, effect, state, issuer = "", gates = [], expiresAt, note = "", problem = "" }: DescribedEntry): readonly string[] {
  return [entry, effect, state, issuer, gates.join(" "), expiresAt === undefined ? "" : lastDay(expiresAt), note, problem];
}

interface ExportOptions extends DeploymentOptions, ExportRowsOptions {}

/** `entra-gatehouse list export`: sorted, so that two exports can be compared. */
export async function exportList(path: string | undefined, options: ExportOptions, { output }: CommandContext): Promise<void> {
  const format = exportFormat(path, options);
  const { dynamodb, accessListTable } = await deploymentFor(options);
  await inOrder(accessListStore(dynamodb, accessListTable), (pages) => exportRows(path, textsOf(pages, format), options, output));
}

async function* textsOf(pages: AsyncIterable<readonly Item[]>, format: ListFormat): AsyncGenerator<TextOfRows> {
  if (format === "csv") yield { text: csvHeader, rows: 0 };
  const lineOf = format === "csv" ? csvLineOf : jsonLineOf;
  for await (const page of pages) yield { text: page.map((item) => lineOf(toRow(item))).join(""), rows: page.length };
}
