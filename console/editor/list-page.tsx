import { type Item, toRow } from "../../adapters/tables/item";
import { lastDay } from "../../engine/access-list/describe-entry";
import { expiryTime } from "../../engine/access-list/row";
import type { Visit } from "../app/visit";
import { Chips } from "../parts/chips";
import { PageHead } from "../parts/page-head";
import { type Paged, Pager, type PageSource, pageAsked, StalePage } from "../parts/paging";
import { Table } from "../parts/table";
import { ShownValue, shortened } from "../parts/value";
import { frameTexts } from "../texts/frame-texts";
import { AddForm } from "./add-page";
import { columnsFor, type EditedColumn, type EditedTable, type Key, keyValues, type ListExtras, rowPath } from "./described-table";
import { editorTexts } from "./editor-texts";
import { DoneNote, nameOf, ProblemWords } from "./row-parts";
import { nothingTyped, typedOf } from "./typed-row";

/** Where the forms and links below the rows begin. */
const ADD_ANCHOR = "add";

/** The rows of a table, or those that a search finds. */
export async function showTable(visit: Visit, table: EditedTable): Promise<Response> {
  const t = visit.say(table.texts);
  const e = visit.say(editorTexts);
  const found = await table.find(visit);
  const extras = (await table.listExtras?.(visit, found)) ?? {};
  const title = extras.title ?? t.title;
  return await visit.page(
    title,
    <>
      <DoneNote words={extras.done ?? visit.done({ ...e.done, ...t.done })} />
      {await table.afterWrite?.(visit)}
      {t.intro === undefined ? null : <p class="hint">{t.intro}</p>}
      <Filters visit={visit} table={table} />
      <StalePage visit={visit} page={found} />
      {await rowTable(visit, table, found, extras)}
      <Pager visit={visit} page={found} />
      <div id={ADD_ANCHOR}>
        {extras.below}
        {table.add !== undefined && table.addPage === undefined && visit.may("Administrator") ? (
          <AddForm visit={visit} table={table} typedKey="" typed={nothingTyped} />
        ) : null}
      </div>
    </>,
    { head: <PageHead title={title} actions={<AddLink visit={visit} table={table} />} /> },
  );
}

/** To the form for a new row: on a page of its own, or below what may be many rows. */
function AddLink({ visit, table: { add, addPage, texts } }: { readonly visit: Visit; readonly table: EditedTable }) {
  if (add === undefined || !visit.may("Administrator")) return null;
  return (
    <a class="button" href={addPage ?? `#${ADD_ANCHOR}`} data-act="new">
      {visit.say(texts).add}
    </a>
  );
}

function Filters({ visit, table }: { readonly visit: Visit; readonly table: EditedTable }) {
  const t = visit.say(table.texts);
  const isFlagged = isFlaggedOnly(visit);
  const flagged = (
    <label>
      <input type="checkbox" name="problem" value="1" checked={isFlagged} /> {t.flaggedOnly}
    </label>
  );
  const chip = {
    name: nameOf(visit, table, "problem"),
    set: isFlagged ? t.flaggedOnly : undefined,
    parameters: ["problem"],
    fields: flagged,
  };
  return <Chips visit={visit} search={{ parameter: "q", label: t.searchLabel }} chips={[chip]} total={t.keyHint} />;
}

async function rowTable(visit: Visit, table: EditedTable, { items, cut }: Paged<Item>, { columns = [], cells }: ListExtras) {
  const key = table.key.at(-1)?.column ?? "";
  const own = columnsFor(visit, table);
  const e = visit.say(editorTexts);
  const rows = items.map(async (item) => {
    const row = toRow(item);
    const typed = typedOf(table, item, visit.now);
    const problems = await table.problems(visit, row);
    return [
      <a href={rowPath(table, row)}>
        <bdi class="value">{shortened(keyValues(table, row).at(-1) ?? "", 80)}</bdi>
      </a>,
      ...(cells?.(row) ?? []),
      ...own.map((column) => (
        <Cell visit={visit} table={table} column={column} text={typed.cells[column.name] ?? ""} isOver={problems.expired} />
      )),
      // An end that has come is none: neither the search nor the inbox counts it as a problem.
      <ProblemWords visit={visit} problems={{ ...problems, expired: false }} />,
    ];
  });
  return (
    <Table
      caption={visit.say(table.texts).caption}
      columns={[
        { name: nameOf(visit, table, key) },
        ...columns,
        ...[...own.map(({ name }) => name), "problem"].map((name) => ({ name: nameOf(visit, table, name) })),
      ]}
      rows={await Promise.all(rows)}
      empty={cut ? e.noneYet : isSearch(visit, table) ? e.none : e.empty}
    />
  );
}

/** Whether the address asks for some rows alone. */
function isSearch({ context }: Visit, { key }: EditedTable): boolean {
  const others = ["lang", "done", "set", ...key.slice(0, -1).map(({ parameter }) => parameter)];
  return Object.entries(context.req.query()).some(([name, value]) => value !== "" && !others.includes(name));
}

interface CellProps {
  readonly visit: Visit;
  readonly table: EditedTable;
  readonly column: EditedColumn;
  readonly text: string;
  /** Whether the row's time is over. */
  readonly isOver: boolean;
}

function Cell({ visit, table, column: { kind, choices = {} }, text, isOver }: CellProps) {
  if (text === "") return null;
  if (kind === "choice") return <span class={`tag ${choices[text] ?? ""}`}>{nameOf(visit, table, text)}</span>;
  if (kind === "day") {
    const day = shortened(dayText(text), 40);
    if (!isOver) return <>{day}</>;
    return (
      <span>
        {day} <span class="tag warn">{visit.say(editorTexts).expired}</span>
      </span>
    );
  }
  return <ShownValue text={text} characters={visit.say(frameTexts).characters} />;
}

/** The last day on which a row counts, however its end was typed. */
function dayText(text: string): string {
  const end = expiryTime(text);
  return end === undefined || !Number.isFinite(end) ? text : lastDay(new Date(end).toISOString());
}

/** Rows that a list shows. */
export const SHOWN_ROWS = 100;
/** Rows that are looked at together where most of them are shown, and where few may be. */
export const READ_ROWS = { most: SHOWN_ROWS, few: 2_000 } as const;

/** Whether only rows with a problem are asked for. */
export function isFlaggedOnly(visit: Visit): boolean {
  return visit.query("problem") === "1";
}

/** The rows that a search shows, of those that it looks at. */
export async function isAskedFor(visit: Visit, table: EditedTable, item: Item): Promise<boolean> {
  const row = toRow(item);
  if (table.matches !== undefined && !table.matches(visit, row)) return false;
  return !isFlaggedOnly(visit) || (await table.problems(visit, row)).words.length > 0;
}

/**
 * A page of a table with one key column: first the current rows under these keys, wherever they are in a
 * table of any length, then the others of a source.
 */
export async function search<P>(
  visit: Visit,
  table: EditedTable,
  keys: readonly Key[],
  source: Pick<PageSource<Item, P>, "read" | "after">,
): Promise<Paged<Item>> {
  const rows = table.rows(visit.world);
  const ids = new Set(keys.map((key) => idOf(table, key)));
  return await pageAsked<Item, P>(visit, {
    after: (item) => source.after(item),
    async read(from) {
      const meant = from === undefined ? keys : [];
      const [exact, { items, ...rest }] = await Promise.all([Promise.all(meant.map((key) => rows.get(key))), source.read(from)]);
      const others = items.filter((item) => !ids.has(idOf(table, toRow(item))));
      return { ...rest, items: [...exact.filter((item) => item !== undefined), ...others] };
    },
    matches: (item) => isAskedFor(visit, table, item),
    rows: SHOWN_ROWS,
  });
}

function idOf(table: EditedTable, row: Parameters<typeof keyValues>[1]): string {
  return keyValues(table, row).join("/");
}
