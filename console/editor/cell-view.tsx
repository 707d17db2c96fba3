import type { Child } from "hono/jsx";
import type { Item } from "../../adapters/tables/item";
import { expiryTime } from "../../engine/sign-up/row-end";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import type { Visit } from "../app/visit";
import { Badge } from "../parts/badge";
import { lastDayName } from "../parts/time";
import { NoteText, ShownValue, shortenText } from "../parts/value";
import { type EditedColumn, type EditedTable, formatName } from "./described-table";
import { editorTexts as e } from "./editor-texts";

/** Expiry dates at most this many days away are marked. */
export const SOON_DAYS = 30;

/** @param isOver true if the row has expired */
export function cellView(visit: Visit, table: EditedTable, { kind, choices = {} }: EditedColumn, text: string, isOver: boolean): Child {
  if (kind === "day") return endCell(visit, text, isOver);
  if (text === "") return null;
  if (kind !== "choice") return kind === "note" ? <NoteText visit={visit} text={text} /> : <ShownValue text={text} />;
  return <Badge tone={choices[text]}>{formatName(table, text)}</Badge>;
}

/** Shows the last day on which a row counts. The row's end may have been typed in any form. */
export function endCell(visit: Visit, text: string, isOver: boolean): Child {
  if (text === "") return <span class="hint unset">{e.never}</span>;
  const end = expiryTime(text);
  const isTime = end !== undefined && Number.isFinite(end);
  const day = isTime ? lastDayName(visit, end) : shortenText(text, 40);
  if (isOver) return <Badge>{e.expiredOn(day)}</Badge>;
  return isTime && end - visit.now.getTime() < SOON_DAYS * MS_PER_DAY ? <Badge tone="warn">{day}</Badge> : day;
}

export type Cell = Item[string];

export type CellProblem = "number" | "boolean";

/** DynamoDB's limit for the digits of a number. */
const MAX_DIGITS = 38;

/** Returns a cell's type and text. Undefined for lists, maps, sets and bytes: forms leave those unchanged. */
export function typedCell(cell: Cell | undefined): { readonly type: "text" | "number" | "boolean"; readonly text: string } | undefined {
  if (cell?.S !== undefined) return { type: "text", text: cell.S };
  if (cell?.N !== undefined) return { type: "number", text: cell.N };
  return cell?.BOOL === undefined ? undefined : { type: "boolean", text: String(cell.BOOL) };
}

/** The new cell has the type of the current cell, or else is a text. An unchanged cell stays exactly as it is. */
export function readCell(typedText: string, current: Cell | undefined): { readonly cell: Cell } | { readonly problem: CellProblem } {
  const text = withPlainLines(typedText);
  const before = typedCell(current);
  if (current !== undefined && before !== undefined && withPlainLines(before.text) === text) return { cell: current };
  const plain = text.trim();
  if (before?.type === "boolean") {
    const value = plain.toLowerCase();
    return value === "true" || value === "false" ? { cell: { BOOL: value === "true" } } : { problem: "boolean" };
  }
  if (before?.type !== "number") return { cell: { S: text } };
  const isNumber = /^-?(0|[1-9]\d*)(\.\d+)?$/.test(plain) && plain.replace(/\D/g, "").length <= MAX_DIGITS;
  return isNumber ? { cell: { N: plain } } : { problem: "number" };
}

/** Browsers send a line end as two characters. */
export function withPlainLines(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
