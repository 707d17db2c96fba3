import type { Cells } from "../hygiene";
import { readRow } from "../row";
import { formulaSafe } from "./formula";
import { columns } from "./row";

const LINE_END = "\r\n";
/** Stands for a cell that is no text: import refuses it. Left empty, an allow that does not count would come back as one that does. */
const UNREADABLE = " ";

export const csvHeader = csvText(columns);

/** One row as RFC 4180 has it, no cell of which is a formula. */
export function csvLineOf(row: Cells): string {
  return csvText(columns.map((name) => textOf(name, row[name])));
}

/** Cells as one line of CSV, none of them a formula. */
export function csvText(cells: readonly string[]): string {
  return cells.map((cell) => quoted(formulaSafe(cell))).join(",") + LINE_END;
}

export function jsonLineOf(row: Cells): string {
  const cells = columns.flatMap((name) => {
    const cell = row[name];
    if (cell === undefined) return [];
    const kept = typeof cell === "string" || (name === "expiresAt" && typeof cell === "number");
    return [[name, kept ? cell : textOf(name, cell)]];
  });
  return `${JSON.stringify(Object.fromEntries(cells))}\n`;
}

function textOf(name: (typeof columns)[number], cell: unknown): string {
  if (cell === undefined) return "";
  if (name === "gates") return readRow({ gates: cell }).gates?.join(" ") ?? UNREADABLE;
  if (name === "note") return typeof cell === "string" ? cell : JSON.stringify(cell);
  if (typeof cell === "number" && name === "expiresAt") return String(cell);
  return typeof cell === "string" && cell !== "" ? cell : UNREADABLE;
}

/** Spaces at the ends of a cell count only within quotes. Some readers part cells at a semicolon or a tab too. */
function quoted(cell: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
