import { type Item, toRow } from "../../adapters/tables/item";
import { expiryTime } from "../../engine/sign-up/row-end";
import type { Visit } from "../app/visit";
import { claimName } from "../parts/claim-name";
import { type FieldProblem, tooLong } from "../parts/forms";
import { type CellProblem, readCell, type Typed, typedCell, withPlainLines } from "./cells";
import { type EditedColumn, type EditedTable, type Key, nameOf, type Wanted } from "./described-table";
import { type ColumnNameProblem, editorTexts as t } from "./editor-texts";

const MAX_NAME_LENGTH = 255;

export function lineField(field: string, number: number): string {
  return `${field}-${number}`;
}

/** The name of a column: of an attribute, its label on the form. */
export function columnName(visit: Visit, table: EditedTable, name: string): string {
  const isNamed = table.attributes === undefined || ownColumns(table).has(name) || name === "problem";
  return isNamed ? nameOf(table, name) : claimName(visit, name);
}

/** Labels of the attributes that the form offers, by their names. If two share a label, the first has it. */
export function attributeLabels(visit: Visit, { attributes }: EditedTable): ReadonlyMap<string, string> {
  const named = (attributes?.(visit) ?? []).map((name) => [name, claimName(visit, name)] as const);
  return new Map(named.filter(([, label], at) => named.findIndex(([, other]) => other === label) === at));
}

export const nothingTyped: Typed = { cells: {}, lines: [] };

export function typedIn(visit: Visit, table: EditedTable): Typed {
  const { columns } = table;
  const names = new Map([...attributeLabels(visit, table)].map(([name, label]) => [label, name]));
  const values = visit.fields("value");
  const lines = visit.fields("column").map((name, index) => ({ name: names.get(name.trim()) ?? name.trim(), text: values[index] ?? "" }));
  const textOf = ({ name, kind, typed }: EditedColumn) =>
    typed?.(visit) ?? (kind === "note" ? withPlainLines(visit.field(name)) : visit.field(name).trim());
  return {
    cells: Object.fromEntries(columns.map((column) => [column.name, textOf(column)])),
    lines: lines.filter(({ name, text }) => name !== "" || text !== ""),
  };
}

export function typedOf(table: EditedTable, item: Item, now: Date): Typed {
  const own = ownColumns(table);
  const shown = table.shown?.(toRow(item), now) ?? {};
  const others = table.attributes ? Object.keys(item).filter((name) => !own.has(name)) : [];
  return {
    cells: Object.fromEntries(table.columns.map(({ name }) => [name, shown[name] ?? typedCell(item[name])?.text ?? ""])),
    lines: others.sort().flatMap((name) => {
      const cell = typedCell(item[name]);
      return cell === undefined ? [] : [{ name, text: cell.text }];
    }),
  };
}

/** Problems of texts that are too long. A value that was so before may stay. @param current the row as it was read */
export function longTexts(visit: Visit, table: EditedTable, typed: Typed, current: Item = {}): readonly FieldProblem[] {
  const before = typedOf(table, current, visit.now);
  const linesBefore = new Set(before.lines.map(({ text }) => withPlainLines(text)));
  const cells = Object.entries(typed.cells).filter(([name, text]) => text !== withPlainLines(before.cells[name] ?? ""));
  const lines = typed.lines.map(({ text }, index) => [lineField("value", index + 1), withPlainLines(text)] as const);
  return [...cells, ...lines.filter(([, text]) => !linesBefore.has(text))].flatMap(([field, text]) => {
    const long = tooLong(visit, text);
    return long === undefined ? [] : [{ field, text: long }];
  });
}

/**
 * The row that is wanted.
 * @param current the row as it was read: what no form can show stays as it is
 */
export function wantedItem(table: EditedTable, key: Key, typed: Typed, current: Item = {}): Wanted {
  const own = ownColumns(table);
  const kept = Object.entries(current).filter(([name, cell]) => !own.has(name) && !(table.attributes && typedCell(cell)));
  const item: Item = Object.fromEntries([...kept, ...Object.entries(key).map(([name, value]) => [name, { S: value }] as const)]);
  const dates = table.columns.filter(({ kind }) => kind === "day");
  const badDates = dates.filter(({ name }) => isBadDate(typed.cells[name] ?? "", current[name]));
  const problems = badDates.map(({ name }): FieldProblem => ({ field: name, text: t.badDate }));
  for (const { name } of table.columns) Object.assign(item, cellOf(name, typed.cells[name] ?? "", current[name]));
  const missing = table.columns.filter(({ name, isRequired }) => isRequired && item[name] === undefined);
  problems.push(...missing.map(({ name }): FieldProblem => ({ field: name, text: t.emptyColumn(nameOf(table, name)) })));
  for (const [index, { name, text }] of typed.lines.entries()) {
    if (text.trim() === "") continue;
    const read = nameProblem(name, own, item) ?? readCell(text, current[name]);
    const problem = (field: string, why: CellProblem | ColumnNameProblem) =>
      problems.push({ field: lineField(field, index + 1), text: t.inLine(index + 1, t.columnProblems[why]) });
    if (typeof read === "string") problem("column", read);
    else if ("problem" in read) problem("value", read.problem);
    else item[name] = read.cell;
  }
  return problems.length === 0 ? { ok: true, item } : { ok: false, problems };
}

/** An unchanged date stays, readable or not. */
function isBadDate(text: string, current: Item[string] | undefined): boolean {
  return text !== "" && typedCell(current)?.text.trim() !== text && expiryTime(text) === undefined;
}

/** A cell that no form can show, or that is unchanged, stays. */
function cellOf(name: string, text: string, current: Item[string] | undefined): Item {
  const shown = typedCell(current)?.text;
  const isKept = text === "" ? shown === undefined : shown !== undefined && withPlainLines(shown) === text;
  if (current !== undefined && isKept) return { [name]: current };
  return text === "" ? {} : { [name]: { S: text } };
}

function nameProblem(name: string, own: ReadonlySet<string>, item: Item): ColumnNameProblem | undefined {
  if (name === "") return "nameless";
  if (own.has(name)) return "key";
  if (name.length > MAX_NAME_LENGTH || /[\p{Cc}\p{Cs}]/u.test(name)) return "name";
  return Object.hasOwn(item, name) ? "twice" : undefined;
}

function ownColumns({ key, columns }: EditedTable): ReadonlySet<string> {
  return new Set([...key.map(({ column }) => column), ...columns.map(({ name }) => name)]);
}
