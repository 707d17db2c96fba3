import type { Child } from "hono/jsx";
import type { RowEdit, RowEdits } from "../../adapters/tables/edited-rows";
import type { Item } from "../../adapters/tables/item";
import type { Row } from "../../engine/sign-up/rule";
import type { ConsolePorts } from "../app/ports";
import type { Asks, Visit } from "../app/visit";
import type { Tone } from "../parts/badge";
import type { ChipsProps } from "../parts/chips";
import type { FormProblem } from "../parts/forms";
import type { ShownList } from "../parts/list-page";
import type { PageHeadProps } from "../parts/page-head";
import type { Paged } from "../parts/paging";
import type { Column, Fact } from "../parts/table";
import { visible } from "../parts/value";
import { OPEN_PARAMETER, withQuery } from "../parts/with-query";
import { findText } from "../texts/languages";
import { editorTexts } from "./editor-texts";

export type Key = Readonly<Record<string, string>>;

/** Values that a form sent or shows, by the names of columns. */
export type Typed = Readonly<Record<string, string>>;

export interface EditedColumn {
  readonly name: string;
  /** @default the label in the texts, under the column's name */
  readonly label?: string;
  /** The name of the column's field in forms. @default the column's name */
  readonly field?: string;
  readonly kind: "text" | "note" | "day" | "choice";
  /** A choice's values, each with its colour. The texts have a label for each value, under the value. */
  readonly choices?: Readonly<Record<string, Tone>>;
  /** Returns the typed value. Needed if the table's own form has several fields for the column. @default the value of its field */
  typed?(visit: Visit): string;
  /** True if a row without a value in this column has no effect. Forms then require a value. */
  readonly isRequired?: true;
  /** True if the list shows the value beside the key, and not in a column. */
  readonly isBadge?: true;
  readonly isUnlisted?: true;
}

export const endAndNote: readonly EditedColumn[] = [
  { name: "expiresAt", kind: "day" },
  { name: "note", kind: "note" },
];

interface TableTexts {
  readonly title: string;
  readonly searchLabel: string;
  readonly addHint?: string;
  readonly badKey?: (typed: string) => string;
  readonly add: string;
  readonly names: Readonly<Record<string, string>>;
  /** Texts for the values of `done` that only this table has. */
  readonly done?: Readonly<Record<string, string>>;
}

export interface RowProblems {
  readonly expired: boolean;
  /** True if the row's choices have no effect. @default false */
  readonly hasNoEffect?: boolean;
  /**
   * A shorter form of the first problem. If any row has a `brief`, the list of all rows shows problems beside the keys, not in a column.
   * @default the whole problem
   */
  readonly brief?: string | undefined;
  /** The problems, most severe first: the row or one of its columns has no effect, or a wider effect than it seems to have. */
  readonly words: readonly string[];
}

type OfList = Partial<Pick<ShownList<never>, "title" | "above" | "intro" | "ahead" | "form">>;
type OfHead = Pick<PageHeadProps, "views" | "actions" | "of">;

export interface ListExtras extends OfList, OfHead, Partial<Pick<ChipsProps, "chips" | "total">> {
  /** The text if no row is found. @default a text that says that no row matches, or that the table is empty */
  readonly empty?: string | undefined;
  /** Columns after the key and its choices. */
  readonly columns?: readonly Column<Row>[];
  /** Columns right before the column of problems. */
  readonly lastColumns?: readonly Column<Row>[];
  /** The key of the highlighted row. @default the row whose panel is open */
  readonly marked?: string | undefined;
}

export type Wanted = { readonly ok: true; readonly item: Item } | { readonly ok: false; readonly problems: readonly FormProblem[] };

export interface WrittenTable {
  /** The beginning of the addresses of the table's pages: "/profiles". */
  readonly path: string;
  /**
   * The names of the key columns, which are also the names in addresses and forms. If there are two columns, each value of the first column
   * has its own list.
   */
  readonly key: readonly string[];
  rows(world: ConsolePorts): Pick<RowEdits, "get">;
  /** Adds, changes or removes one row, and records the author. @returns false if somebody else was faster */
  commit(visit: Visit, edit: RowEdit): Promise<boolean>;
  /** Returns the row that was last removed under a key. Undefined if some of the row's cells are unknown. */
  removed(visit: Visit, key: Key): Promise<Item | undefined>;
}

export interface NewRow {
  readonly key: Key;
  readonly item: Item;
}

/** `remarks`: sentences about the rows that were added. */
export type AddedRows =
  | { readonly added: readonly Key[]; readonly remarks: readonly string[]; readonly problems?: undefined }
  | { readonly problems: readonly FormProblem[] };

export interface RepeatedForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
}

/** A table that operators edit by hand. `editorRoutes` makes its pages. */
export interface EditedTable extends WrittenTable {
  readonly list: string;
  readonly columns: readonly EditedColumn[];
  /** Returns columns to show ahead of `columns`. They depend on the policy or on the row. @param item empty for a new row */
  attributes?(visit: Visit, item: Item): readonly EditedColumn[];
  readonly texts: TableTexts;
  find(visit: Visit): Promise<Paged<Item>>;
  /** True if a search finds the row. @default true */
  matches?(visit: Visit, row: Row): boolean;
  /** Parameters of the list's address, beyond those that every list has. */
  readonly asks?: Asks;
  problems(visit: Visit, row: Row): RowProblems | Promise<RowProblems>;
  listExtras?(visit: Visit, page: Paged<Item>): ListExtras | Promise<ListExtras>;
  /** Makes the fields of the form that changes a row. @default one field for each column: a date field for a day, otherwise a text field */
  fields?(visit: Visit, typedCells: Typed, problems: readonly FormProblem[] | undefined): Child;
  /** Makes the form that changes a row whose key is wrong; undefined for other rows. */
  mended?(visit: Visit, item: Item): Child | undefined;
  /** Returns texts by column. The form and the list show them in place of the row's own cells. */
  shown?(row: Row, now: Date): Readonly<Record<string, string>>;
  /** Builds the row with which a sent form replaces the current row. @default `wantedItem` */
  wanted?(visit: Visit, key: Key, typedCells: Typed, current: Item): Wanted;
  /** Returns the stored form of a new row's typed key; undefined if invalid. Absent if the table has its own form for new rows. */
  readKey?(text: string, of: Key): Key | undefined;
  /** Adds rows. A row that is there already stays as it is. @default writes each row, and tells its problems */
  add?(visit: Visit, rows: readonly NewRow[]): Promise<AddedRows>;
  /** Returns sentences that speak against the removal of a row. The form that removes it shows them. @default none */
  removal?(visit: Visit, key: Key): Promise<readonly string[]>;
  /**
   * Changes or removes a row, and records the edit. A removal first leads to a page with a question. Absent: the row's form asks.
   * @param form the address and fields of the request, which the question's page sends again
   * @param end makes the answer. Its `note`, such as "&set=…", is added to the next page's address. If somebody else was faster, the note
   * is undefined
   */
  write?(visit: Visit, edit: RowEdit, form: RepeatedForm, end: (note?: string) => Promise<Response>): Promise<Response>;
  facts?(visit: Visit, item: Item): Promise<readonly Fact[]>;
  /** Links and other parts of a row's page, shown whether the row exists or not. */
  links?(visit: Visit, key: Key, item: Item | undefined): Child | Promise<Child>;
}

/**
 * Puts the columns of `attributes` ahead of the table's own. The prefix `attribute-` keeps their fields apart from the form's other fields.
 */
export function tableFor(visit: Visit, table: EditedTable, item: Item = {}): EditedTable {
  const attributes = table.attributes?.(visit, item) ?? [];
  return { ...table, columns: [...attributes.map((column) => ({ ...column, field: `attribute-${column.name}` })), ...table.columns] };
}

/** The name of a column, or of one of its choices. */
export function formatName({ columns, texts }: EditedTable, name: string): string {
  const label = columns.find((column) => column.name === name)?.label;
  return label ?? findText({ ...editorTexts.names, ...texts.names }, name) ?? visible(name);
}

/** Returns the key column whose values differ between the rows of one list. */
export function innerColumn({ key }: WrittenTable): string {
  return key.at(-1) ?? "";
}

export function innerKey(table: WrittenTable, row: Row | Key): string {
  return String(row[innerColumn(table)] ?? "");
}

/** Returns the key in the form of the audit log. */
export function joinedKey({ key }: WrittenTable, row: Row | Key): string {
  return key.map((column) => String(row[column] ?? "")).join("/");
}

export function keyFrom({ key }: WrittenTable, read: (name: string) => string): Key {
  return Object.fromEntries(key.map((column) => [column, read(column)]));
}

/** @param inner the name of the parameter that holds the inner key column */
export function readAskedKey(visit: Visit, table: WrittenTable, inner: string): Key {
  return keyFrom(table, (name) => visit.queryAsTyped(name === innerColumn(table) ? inner : name));
}

/** @param query more parameters of the address, such as "done=removed" */
export function listPath({ list, key: columns }: EditedTable, key: Key, query = ""): string {
  const of = columns.slice(0, -1).map((column) => `${column}=${encodeAddressPart(key[column] ?? "")}`);
  const all = [...of, query].filter((each) => each !== "").join("&");
  return all === "" ? list : withQuery(list, all);
}

export function rowPath(table: EditedTable, key: Key): string {
  const open = encodeAddressPart(innerKey(table, key));
  return listPath(table, key, open === "" ? "" : `${OPEN_PARAMETER}=${open}`);
}

/** An address cannot contain unpaired surrogates, so the link of a key with them does not work. */
function encodeAddressPart(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
