import { type Item, toItem, toRow } from "../../adapters/tables/item";
import { readEndProblem } from "../../engine/end-problem";
import { expiryTime } from "../../engine/sign-up/row-end";
import { toStoredTime } from "../../engine/zone-time";
import type { Visit } from "../app/visit";
import { type FieldProblem, tooLong } from "../parts/forms";
import { capitaliseTitle, findText } from "../texts/languages";
import { type Cell, type CellProblem, readCell, typedCell, withPlainLines } from "./cell-view";
import { type EditedColumn, type EditedTable, formatName, type Key, type Typed, type Wanted } from "./described-table";
import { editorTexts as t } from "./editor-texts";

/** Returns the values that the form sent, by column. Columns that the form did not show are left out. */
export function typedIn(visit: Visit, { columns }: EditedTable): Typed {
  const sentCells = columns.map(({ name, field = name, typed }) => [name, typed?.(visit) ?? visit.fields(field)[0]] as const);
  return Object.fromEntries(sentCells.flatMap(([name, text]) => (text === undefined ? [] : [[name, withPlainLines(text)]])));
}

export function toTypedRow({ columns, shown }: EditedTable, item: Item, now: Date): Typed {
  const texts = shown?.(toRow(item), now) ?? {};
  return Object.fromEntries(columns.map(({ name }) => [name, findText(texts, name) ?? typedCell(item[name])?.text ?? ""]));
}

/** Returns a problem for each value that is too long. An unchanged value is never a problem. @param current the row as it was read */
export function longTexts(visit: Visit, table: EditedTable, typedCells: Typed, current: Item = {}): readonly FieldProblem[] {
  const before = toTypedRow(table, current, visit.now);
  return Object.entries(typedCells).flatMap(([field, text]) => {
    const long = text === withPlainLines(before[field] ?? "") ? undefined : tooLong(visit, text);
    return long === undefined ? [] : [{ field, text: long }];
  });
}

/**
 * Returns the row with the typed cells. Cells that no form can show or that were not sent do not change. A typed time without an offset is on
 * the visitor's clock.
 */
export function wantedItem({ zone }: Pick<Visit, "zone">, table: EditedTable, key: Key, typedCells: Typed, current: Item = {}): Wanted {
  const item: Item = { ...current, ...toItem(key) };
  const problems: FieldProblem[] = [];
  for (const { name, kind, isRequired } of table.columns) {
    const read = readColumn(kind, findText(typedCells, name), current[name], zone);
    const problem = "problem" in read ? read.problem : isRequired && read.cell === undefined ? "empty" : undefined;
    if (problem !== undefined)
      problems.push({ field: name, text: problem === "day" ? badDayText(typedCells[name]) : t.badCell[problem](formatName(table, name)) });
    else if ("cell" in read && read.cell !== undefined) item[name] = read.cell;
    else delete item[name];
  }
  return problems.length === 0 ? { ok: true, item } : { ok: false, problems };
}

function badDayText(text: string | undefined): string {
  const problem = readEndProblem(text);
  return problem.code === "badEnd" ? t.badDate : capitaliseTitle(t.badEnd(problem));
}

function readColumn(
  kind: EditedColumn["kind"],
  typedText: string | undefined,
  current: Cell | undefined,
  zone: string,
): { readonly cell: Cell | undefined } | { readonly problem: CellProblem | "day" } {
  const currentText = typedCell(current)?.text;
  const isUnchanged =
    typedText === undefined || (currentText === undefined ? typedText.trim() === "" : withPlainLines(currentText) === typedText);
  if (isUnchanged) return { cell: current };
  const text = kind === "day" ? toStoredTime(typedText, zone) : typedText.trim();
  if (text === "") return { cell: undefined };
  if (kind === "day" && expiryTime(text) === undefined) return { problem: "day" };
  // Only a text column keeps the type of the current cell. In a day column, a typed day may replace a number of seconds.
  return readCell(text, kind === "text" ? current : undefined);
}
