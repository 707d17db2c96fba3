import { endOf } from "./address";
import type { TableRow, Value } from "./scenario";

/** How a gate is set, from docs/posture.md. */
export type Posture = "open" | "approval" | "listed" | "closed";

export function postureOf(rows: readonly TableRow[], now: number): Posture {
  const row = rows.find(({ reference, id }) => reference === "posture" && id === "default");
  if (row === undefined) return "open";
  const [from, until] = [row.from, row.until].map((cell) => timeIn(cell));
  const isReadable =
    ["open", "approval", "listed", "closed"].includes(String(row.state)) && from !== "unreadable" && until !== "unreadable";
  if (!isReadable || beginOf(row.from) >= (until ?? Number.POSITIVE_INFINITY)) return row.state === "closed" ? "closed" : "listed";
  return now < beginOf(row.from) || now >= ((until as number | undefined) ?? Number.POSITIVE_INFINITY) ? "open" : (row.state as Posture);
}

function timeIn(cell: Value | undefined): number | "unreadable" | undefined {
  return cell === undefined ? undefined : (endOf(cell) ?? "unreadable");
}

/** A day begins where an end of it lasts to its end. */
function beginOf(cell: Value | undefined): number {
  if (cell === undefined) return Number.NEGATIVE_INFINITY;
  const end = endOf(cell) ?? Number.NEGATIVE_INFINITY;
  return /^\d{4}-\d\d-\d\d$/.test(String(cell).trim()) ? end - 86_400_000 : end;
}
