import { accessListStore } from "../../adapters/tables/access-list";
import { type Item, toRow } from "../../adapters/tables/item";
import { type DescribedEntry, describeEntry, lastDay } from "../../engine/access-list/describe-entry";
import { csvHeader, csvLineOf, jsonLineOf, type ListFormat } from "../../engine/access-list/files/row";
import { countsAt } from "../../engine/access-list/row";
import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { alignedTable, type Output } from "../output";
import { type ExportRowsOptions, exportFormat, exportRows, type TextOfRows } from "../rows-file";
import { rowsMeant } from "./entries";

const headings = ["ENTRY", "EFFECT", "STATE", "ISSUER", "GATES", "UNTIL", "NOTE", "PROBLEM"];

const GATES_COLUMN = headings.indexOf("GATES");

/** The most rows sorted in memory, some tens of megabytes; a longer list comes in the table's own order. */
const MAX_SORTED = 10_000;

/** `entra-gatehouse list show`: a list of any length, in the same memory. */
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
    const onMore = () => output.warn(`The list has more than ${MAX_SORTED.toLocaleString("en")} rows: they are not sorted.`);
    for await (const page of sortedPages(store.pages(), { keyOf: ({ entry }) => String(entry?.S), limit: MAX_SORTED, onMore })) {
      printPage(describedAll(page, now));
      count += page.length;
    }
    if (count === 0) output.warn("The list is empty.");
    return;
  }
  printPage(describedAll(await rowsMeant(typed, store), now));
}

function describedAll(items: readonly Item[], now: Date): readonly DescribedEntry[] {
  return items.map((item) => {
    const cells = toRow(item);
    // The hygiene worker knows the policy that is deployed: what it flagged is shown, unless the row itself says more.
    return { ...(typeof cells.problem === "string" && { problem: cells.problem }), ...describeEntry(cells, now) };
  });
}

type PagePrinter = (rows: readonly DescribedEntry[]) => void;

function jsonPrinter(output: Output): PagePrinter {
  return (rows) => {
    for (const row of rows) output.json(row);
  };
}

/** @param byGate whether there is more than one gate to tell apart */
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

/**
 * A table's rows sorted, in one page, if there are `limit` at most. More come as they are, page by page, after a call of
 * `onMore`: memory never holds more than the limit and a page.
 */
export async function* sortedPages<T>(
  pages: AsyncIterable<readonly T[]>,
  { keyOf, limit, onMore }: { keyOf(row: T): string; limit: number; onMore(): void },
): AsyncGenerator<readonly T[]> {
  let few: T[] | undefined = [];
  for await (const page of pages) {
    if (few === undefined) {
      yield page;
      continue;
    }
    few.push(...page);
    if (few.length <= limit) continue;
    onMore();
    yield few;
    few = undefined;
  }
  if (few !== undefined) yield few.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

interface ExportOptions extends DeploymentOptions, ExportRowsOptions {}

/** `entra-gatehouse list export`: one page at a time. */
export async function exportList(path: string | undefined, options: ExportOptions, { output }: CommandContext): Promise<void> {
  const format = exportFormat(path, options);
  const { dynamodb, accessListTable } = await deploymentFor(options);
  await exportRows(path, textsOf(accessListStore(dynamodb, accessListTable).pages(), format), options, output);
}

async function* textsOf(pages: ReturnType<ReturnType<typeof accessListStore>["pages"]>, format: ListFormat): AsyncGenerator<TextOfRows> {
  if (format === "csv") yield { text: csvHeader, rows: 0 };
  const lineOf = format === "csv" ? csvLineOf : jsonLineOf;
  for await (const page of pages) yield { text: page.map((item) => lineOf(toRow(item))).join(""), rows: page.length };
}
