import { endOf } from "./address";
import type { TableRow } from "./scenario";
import { DAY, type State } from "./state";

/** How a gate is set, from docs/posture.md. */
export type Posture = "open" | "approval" | "listed" | "closed";

export function postureOf(gate: string, { rows, surges }: State, now: number): Posture {
  const row = rows.decisions.find(({ reference, id }) => reference === "posture" && id === gate);
  const set = row === undefined ? "open" : (setBy(row, now) ?? "open");
  return set === "open" && now < (surges.get(gate)?.until ?? 0) ? "approval" : set;
}

/** A day begins where an end of it lasts to its end. */
const isDay = /^\d{4}-\d\d-\d\d$/;

/** Undefined before it begins and after its end. */
function setBy({ state, from, until }: TableRow, now: number): Posture | undefined {
  const begins = from === undefined ? Number.NEGATIVE_INFINITY : (endOf(from) ?? Number.NaN) - (isDay.test(String(from).trim()) ? DAY : 0);
  const ends = until === undefined ? Number.POSITIVE_INFINITY : (endOf(until) ?? Number.NaN);
  const isReadable = ["open", "approval", "listed", "closed"].includes(String(state)) && begins < ends;
  if (!isReadable) return state === "closed" ? "closed" : "listed";
  return begins <= now && now < ends ? (state as Posture) : undefined;
}
