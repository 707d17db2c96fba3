import { type Item, toRow } from "../../adapters/tables/item";
import type { Row } from "../../engine/sign-up/rule";
import type { Asks, ConsoleRoute, Visit } from "../app/visit";
import { Badge } from "../parts/badge";
import { choiceChip } from "../parts/chips";
import { Alert, SURE } from "../parts/forms";
import { listPage, openAddress, type ShownList } from "../parts/list-page";
import { type Paged, type PageSource, readAskedPage } from "../parts/paging";
import type { Column } from "../parts/table";
import { shortenText, ValueLink } from "../parts/value";
import { OPEN_PARAMETER, passingParameters, REMARKS_PARAMETER, UNDO_PARAMETER } from "../parts/with-query";
import { frameTexts } from "../texts/frame-texts";
import { addFold, addRows } from "./add-page";
import { cellView } from "./cell-view";
import {
  type EditedColumn,
  type EditedTable,
  formatName,
  innerColumn,
  innerKey,
  joinedKey,
  type Key,
  type ListExtras,
  type RowProblems,
  readAskedKey,
  tableFor,
} from "./described-table";
import { editorTexts as e } from "./editor-texts";
import { fieldsOfRow, putBackRow, removeRow, rowPanel, saveRow } from "./row-page";
import { removedNote } from "./row-parts";
import { toTypedRow } from "./typed-row";

/** Everyone with a role may read the pages, administrators may change rows. */
export function editorRoutes(table: EditedTable, list = (visit: Visit) => showTable(visit, table)): readonly ConsoleRoute[] {
  const { path, key } = table;
  const ofList: Asks = key.length > 1 ? Object.fromEntries(key.map((column) => [column, "any"])) : {};
  const counts: Asks = table.readKey === undefined ? {} : { added: "any", there: "any", [REMARKS_PARAMETER]: "any", add: ["1"] };
  const form = { method: "POST", access: "Administrator", hidden: ["version", ...Object.keys(SURE)] } as const;
  return [
    {
      method: "GET",
      path: table.list,
      access: "Reader",
      asks: { ...ofList, ...counts, q: "any", problem: ["1"], [OPEN_PARAMETER]: "any", [UNDO_PARAMETER]: "any", ...table.asks },
      handler: list,
    },
    { ...form, path: `${path}/save`, handler: (visit) => saveRow(visit, table) },
    { ...form, path: `${path}/remove`, handler: (visit) => removeRow(visit, table) },
    ...(table.write === undefined ? [{ ...form, path: `${path}/undo`, handler: (visit: Visit) => putBackRow(visit, table) }] : []),
    ...(table.readKey === undefined ? [] : [{ ...form, path: `${path}/add`, handler: (visit: Visit) => addRows(visit, table) }]),
  ];
}

export async function showTable(visit: Visit, definition: EditedTable): Promise<Response> {
  const table = tableFor(visit, definition);
  const t = table.texts;
  const foundPage = await table.find(visit);
  const extras: ListExtras = (await table.listExtras?.(visit, foundPage)) ?? {};
  const { title = t.title, views, actions, of, chips, total } = extras;
  const rows = await Promise.all(foundPage.items.map((item) => shownRow(visit, table, item)));
  const mayHaveProblem = isFlaggedOnly(visit) || foundPage.next !== undefined || rows.some(({ problems }) => problems.words.length > 0);
  const flagChip = choiceChip(visit, { name: "problem", label: formatName(table, "problem"), options: [["1", e.flaggedOnly]] });
  const undoKey = readAskedKey(visit, table, UNDO_PARAMETER);
  const addedItem = foundPage.items.find((item) => innerKey(table, toRow(item)) === innerKey(table, undoKey));
  const remarks = ((await visit.keptResult(visit.query(REMARKS_PARAMETER))) ?? []) as readonly string[];
  const added = e.addedRows(Number(visit.query("added")) || 0, Number(visit.query("there")) || 0);
  const isBare = rows.length === 0 && !isSearch(visit, table);
  return await listPage(visit, {
    ...extras,
    title,
    head: { views, actions: actions ?? addFold(visit, table, isBare || visit.query("add") === "1"), of },
    above: extras.above ?? [
      removedNote(visit, `${table.path}/undo`, undoKey) ??
        (addedItem && removedNote(visit, `${table.path}/remove`, fieldsOfRow(table, addedItem), "added")) ?? (
          <Alert kind="good">{visit.done({ ...e.done, ...(table.readKey && { added }), ...t.done })}</Alert>
        ),
      remarks.length === 0 ? null : <Alert kind="warn">{remarks.join(". ")}</Alert>,
    ],
    filters: { search: { parameter: "q", label: t.searchLabel }, chips: chips ?? (mayHaveProblem ? [flagChip] : []), total },
    page: { ...foundPage, items: rows },
    table: { caption: title, ...buildTable(visit, table, { ...foundPage, items: rows }, extras) },
    panel: { panel: await rowPanel(visit, definition), label: title, acts: visit.may("Administrator") ? "expiry" : undefined },
  });
}

type ShownRow = Awaited<ReturnType<typeof shownRow>>;

async function shownRow(visit: Visit, table: EditedTable, item: Item) {
  const row = toRow(item);
  const texts = toTypedRow(table, item, visit.now);
  return { row, key: innerKey(table, row), texts, problems: await table.problems(visit, row) };
}

/** Leaves out columns that are empty in every row, and a choice column by which the list is filtered. */
function buildTable(
  visit: Visit,
  table: EditedTable,
  { items }: Paged<ShownRow>,
  { columns = [], lastColumns = [], empty, marked }: ListExtras,
): Omit<ShownList<ShownRow>["table"], "caption"> {
  const key = innerColumn(table);
  const isSaid = ({ texts, problems }: ShownRow, { name, kind }: EditedColumn) =>
    (texts[name] ?? "") !== "" && !(kind === "choice" && problems.hasNoEffect === true);
  const tells = (column: EditedColumn) =>
    !column.isBadge &&
    !column.isUnlisted &&
    items.some((row) => isSaid(row, column)) &&
    !(column.kind === "choice" && visit.query(column.name) !== "");
  const badges = table.columns.filter(({ isBadge }) => isBadge);
  const buildOwnColumns = (column: EditedColumn): readonly Column<ShownRow>[] => {
    if (!tells(column)) return [];
    const name = formatName(table, column.name);
    const isRestTaken = columns.some(([heading]) => typeof heading === "object" && "rest" in heading);
    const takesAll = column.kind === "note" && !hasProblems && !isRestTaken;
    const getCellText = (row: ShownRow) => (isSaid(row, column) ? (row.texts[column.name] ?? "") : "");
    return [[takesAll ? { name, rest: true } : name, (row) => cellView(visit, table, column, getCellText(row), row.problems.expired)]];
  };
  const isBrief = !isFlaggedOnly(visit) && items.some(({ problems }) => problems.brief !== undefined);
  const hasProblems = !isBrief && items.some(({ problems }) => problems.words.length > 0);
  return {
    columns: [
      [
        formatName(table, key),
        ({ key: text, texts, problems: { brief, words } }) => (
          <>
            <ValueLink path={openAddress(visit, text)} text={text} />
            {badges.flatMap(({ name }) =>
              (texts[name] ?? "").split(" ").map((word) => word && [" ", <Badge>{shortenText(word, 40)}</Badge>]),
            )}
            {isBrief ? [" ", <Problems words={brief === undefined ? words : [brief, ...words.slice(1)]} />] : null}
          </>
        ),
      ],
      ...table.columns.filter(isChoice).flatMap(buildOwnColumns),
      ...columns.map(buildRowColumn),
      ...table.columns.filter((column) => !isChoice(column)).flatMap(buildOwnColumns),
      ...lastColumns.map(buildRowColumn),
      hasProblems && [
        { name: formatName(table, "problem"), rest: isFlaggedOnly(visit) ? "wraps" : true },
        ({ problems: { words } }) => <Problems words={words} />,
      ],
    ],
    keyOf: (each) => each.key,
    current: marked,
    choices: {
      field: key,
      all: frameTexts.selectAll,
      each: ({ key: value }) => ({ value, label: frameTexts.select(shortenText(value, 80)) }),
    },
    empty: empty ?? (isSearch(visit, table) ? e.none : e.empty),
  };
}

function isChoice({ kind }: EditedColumn): boolean {
  return kind === "choice";
}

function buildRowColumn([heading, cell]: Column<Row>): Column<ShownRow> {
  return [heading, ({ row }) => cell(row)];
}

function Problems({ words: [first, ...others] }: Pick<RowProblems, "words">) {
  if (first === undefined) return null;
  return (
    <Badge tone="warn" icon="warning">
      {shortenText(first, 200)}
      {others.length === 0 ? null : ` (+${others.length})`}
    </Badge>
  );
}

function isSearch({ context }: Visit, { key }: EditedTable): boolean {
  const others = [...passingParameters, ...key.slice(0, -1)];
  return Object.entries(context.req.query()).some(([name, value]) => value !== "" && !others.includes(name));
}

export const SHOWN_ROWS = 100;
/** Number of rows to read at once: `most` if the list shows most of the rows, `few` if a filter may leave out most of them. */
export const READ_ROWS = { most: SHOWN_ROWS, few: 2_000 } as const;

export function isFlaggedOnly(visit: Visit): boolean {
  return visit.query("problem") === "1";
}

export async function isAskedFor(visit: Visit, table: EditedTable, item: Item): Promise<boolean> {
  const row = toRow(item);
  if (table.matches !== undefined && !table.matches(visit, row)) return false;
  return !isFlaggedOnly(visit) || (await table.problems(visit, row)).words.length > 0;
}

export interface FoundRow {
  readonly item: Item;
  /** The row's place in the search's order. Absent for a row found by its key. */
  readonly place?: string;
}

/** The first page begins with the current rows under `keys`, wherever they are in the table. The other rows of `source` follow. */
export async function search<P>(
  visit: Visit,
  table: EditedTable,
  keys: readonly Key[],
  source: Pick<PageSource<FoundRow, P>, "read" | "after">,
): Promise<Paged<Item>> {
  const rows = table.rows(visit.world);
  const ids = new Set(keys.map((key) => joinedKey(table, key)));
  const page = await readAskedPage<FoundRow, P>(visit, {
    after: (row) => source.after(row),
    async read(from) {
      const meantKeys = from === undefined ? keys : [];
      const [exact, { items, ...rest }] = await Promise.all([Promise.all(meantKeys.map((key) => rows.get(key))), source.read(from)]);
      const others = items.filter(({ item }) => !ids.has(joinedKey(table, toRow(item))));
      return { ...rest, items: [...exact.flatMap((item) => (item === undefined ? [] : [{ item }])), ...others] };
    },
    matches: ({ item }) => isAskedFor(visit, table, item),
    rows: SHOWN_ROWS,
  });
  return { ...page, items: page.items.map(({ item }) => item) };
}
