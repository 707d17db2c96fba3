import { endOf } from "./address";
import type { TableRow, Value } from "./scenario";
import type { State } from "./state";

/** How a gate is set, from docs/posture.md. */
export type Posture = "open" | "approval" | "listed" | "closed";

export function postureOf(gate: string, { rows, surges }: State, now: number): Posture {
  const row = rows.decisions.find(({ reference, id }) => reference === "posture" && id === gate);
  const set = row === undefined ? undefined : setBy(row, now);
  return set ?? (now < (surges.get(gate)?.until ?? 0) ? "approval" : "open");
}

/** Undefined before it begins and after its end. */
export function setBy(row: TableRow, now: number): Posture | undefined {
  const [from, until] = [row.from, row.until].map((cell) => timeIn(cell));
  const isReadable =
    ["open", "approval", "listed", "closed"].includes(String(row.state)) && from !== "unreadable" && until !== "unreadable";
  if (!isReadable || beginOf(row.from) >= (until ?? Number.POSITIVE_INFINITY)) return row.state === "closed" ? "closed" : "listed";
  return now < beginOf(row.from) || now >= ((until as number | undefined) ?? Number.POSITIVE_INFINITY) ? undefined : (row.state as Posture);
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
