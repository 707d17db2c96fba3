import type { Child } from "hono/jsx";
import { type Item, toRow } from "../../adapters/tables/item";
import { lastDay } from "../../engine/access-list/describe-entry";
import { expiryTime } from "../../engine/access-list/row";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import type { Visit } from "../app/visit";
import { Badge } from "../parts/badge";
import { Beside, OPEN_PARAMETER, openAddress } from "../parts/beside";
import { type Chip, Chips } from "../parts/chips";
import { Alert, ButtonLink, PostForm } from "../parts/forms";
import { PageHead } from "../parts/page-head";
import { type Paged, Pager, type PageSource, pageAsked, StalePage } from "../parts/paging";
import { Table } from "../parts/table";
import { ShownValue, shortened, ValueLink } from "../parts/value";
import { columnsFor, type EditedColumn, type EditedTable, type Key, keyValues, type ListExtras } from "./described-table";
import { editorTexts as e } from "./editor-texts";
import { rowPanel } from "./row-page";
import { nameOf } from "./row-parts";
import { typedOf } from "./typed-row";

/** An expiry date this many days away, or fewer, is marked. */
export const SOON_DAYS = 30;

/** The rows of a table, or those that a search finds, and beside them what one of them is. */
export async function showTable(visit: Visit, table: EditedTable): Promise<Response> {
  const t = table.texts;
  const found = await table.find(visit);
  const extras = (await table.listExtras?.(visit, found)) ?? {};
  const title = extras.title ?? t.title;
  const list = (
    <>
      {t.intro === undefined ? null : <p class="hint">{t.intro}</p>}
      <Filters visit={visit} table={table} chips={extras.chips ?? []} />
      {extras.ahead}
      <StalePage page={found} />
      {await rowTable(visit, table, found, extras)}
      <Pager visit={visit} page={found} />
      {extras.below}
    </>
  );
  return await visit.page(
    title,
    <>
      <Alert kind="good">{addedWords(visit) ?? visit.done({ ...e.done, ...t.done })}</Alert>
      {await table.afterWrite?.(visit)}
      <Beside
        visit={visit}
        list={list}
        panel={await rowPanel(visit, table)}
        label={t.caption}
        acts={visit.may("Administrator") ? "expiry" : undefined}
      />
    </>,
    { head: <PageHead title={title} views={extras.views} actions={extras.actions ?? <AddLink visit={visit} table={table} />} /> },
  );
}

/** Said once after rows were added; numbers alone come from the address. */
function addedWords(visit: Visit): string | undefined {
  const [added, there] = [visit.query("added"), visit.query("there")].map(Number);
  const isSaid = visit.query("done") === "added" && visit.query("added") !== "";
  return isSaid && Number.isSafeInteger(added) && Number.isSafeInteger(there) ? e.addedRows(added as number, there as number) : undefined;
}

/** To the form for a new row. */
function AddLink({ visit, table: { addPage, texts } }: { readonly visit: Visit; readonly table: EditedTable }) {
  if (addPage === undefined || !visit.may("Administrator")) return null;
  return <ButtonLink path={addPage} text={texts.add} class="button" data-act="new" />;
}

function Filters({ visit, table, chips }: { readonly visit: Visit; readonly table: EditedTable; readonly chips: readonly Chip[] }) {
  const t = table.texts;
  const isFlagged = isFlaggedOnly(visit);
  const flagged = {
    name: nameOf(table, "problem"),
    set: isFlagged ? t.flaggedOnly : undefined,
    parameters: ["problem"],
    fields: (
      <label>
        <input type="checkbox" name="problem" value="1" checked={isFlagged} /> {t.flaggedOnly}
      </label>
    ),
  };
  return <Chips visit={visit} search={{ parameter: "q", label: t.searchLabel }} chips={[...chips, flagged]} />;
}

async function rowTable(visit: Visit, table: EditedTable, { items, cut }: Paged<Item>, { columns = [], cells, several }: ListExtras) {
  const key = table.key.at(-1)?.column ?? "";
  const own = columnsFor(visit, table);
  const rows = items.map(async (item) => {
    const row = toRow(item);
    const { cells: texts } = typedOf(table, item, visit.now);
    const problems = await table.problems(visit, row);
    return [
      <>
        <ValueLink path={openAddress(visit, keyValues(table, row).at(-1))} text={keyValues(table, row).at(-1) ?? ""} />
        {own.flatMap(({ name, isBadge }) =>
          (isBadge ? (texts[name] ?? "").split(" ") : []).map((word) => (word === "" ? null : [" ", <Badge>{shortened(word, 40)}</Badge>])),
        )}
      </>,
      ...(cells?.(row) ?? []),
      ...own.flatMap((column) => (column.isBadge ? [] : [cellOf(visit, table, column, texts[column.name] ?? "", problems.expired)])),
      problems.words.length === 0 ? null : (
        <Badge tone="warn" icon="warning">
          {shortened(problems.words.join("; "))}
        </Badge>
      ),
    ];
  });
  const keys = items.map((item) => keyValues(table, toRow(item)).at(-1) ?? "");
  const isForm = several !== undefined && items.length > 0;
  const content = (
    <Table
      caption={table.texts.caption}
      columns={[
        nameOf(table, key),
        ...columns,
        ...[...own.flatMap(({ name, isBadge }) => (isBadge ? [] : [name])), "problem"].map((name) => nameOf(table, name)),
      ]}
      keys={keys}
      current={visit.queryAsTyped(OPEN_PARAMETER)}
      rows={await Promise.all(rows)}
      empty={cut ? e.noneYet : isSearch(visit, table) ? e.none : e.empty}
      {...(isForm && {
        choices: { field: key, all: e.selectAll, each: keys.map((value) => ({ value, label: e.select(shortened(value, 80)) })) },
      })}
    />
  );
  if (!isForm) return content;
  return (
    <PostForm visit={visit} action={several.action} data-keys>
      {content}
      {several.bar}
    </PostForm>
  );
}

/** Whether the address asks for some rows alone. */
function isSearch({ context }: Visit, { key }: EditedTable): boolean {
  const others = ["lang", "done", "set", OPEN_PARAMETER, ...key.slice(0, -1).map(({ parameter }) => parameter)];
  return Object.entries(context.req.query()).some(([name, value]) => value !== "" && !others.includes(name));
}

/** @param isOver whether the row's time is over */
function cellOf(visit: Visit, table: EditedTable, { kind, choices = {} }: EditedColumn, text: string, isOver: boolean): Child {
  if (kind === "day") return dayCell(visit, text, isOver);
  if (text === "") return null;
  if (kind !== "choice") return <ShownValue text={text} />;
  return <Badge tone={choices[text]}>{nameOf(table, text)}</Badge>;
}

/** The last day on which a row counts, however its end was typed. */
function dayCell(visit: Visit, text: string, isOver: boolean): Child {
  if (text === "") return <span class="hint">{e.never}</span>;
  const end = expiryTime(text);
  const isTime = end !== undefined && Number.isFinite(end);
  const day = shortened(isTime ? lastDay(new Date(end).toISOString()) : text, 40);
  if (isOver) return <Badge>{e.expiredOn(day)}</Badge>;
  return isTime && end - visit.now.getTime() < SOON_DAYS * MS_PER_DAY ? <Badge tone="warn">{day}</Badge> : day;
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
