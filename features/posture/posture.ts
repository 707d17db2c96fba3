import { unknownColumns } from "../../engine/columns";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { expiryTime } from "../../engine/sign-up/row-end";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import { dayFrom } from "../../engine/sign-up/time";

/** A gate's postures, from the least strict to the strictest. */
export const postures = ["open", "approval", "listed", "closed"] as const;
export type Posture = (typeof postures)[number];

/** The `reference` of gates' rows in the table of decisions. A decision's reference code never looks like this word. */
export const POSTURE = "posture";

export const postureColumns = [
  "reference",
  "id",
  "state",
  "reason",
  "by",
  "name",
  "via",
  "since",
  "from",
  "until",
  "surgeSince",
  "surgeUntil",
  "surgeWindow",
  "revision",
] as const;

export interface ActivePosture {
  readonly state: Exclude<Posture, "open">;
  readonly reason?: string;
  /** The name of the person who set the posture, or `Gatehouse` for a surge. Absent if the row does not name anybody. */
  readonly by?: string;
  /** ISO 8601. `from` and `until` have the same format. */
  readonly since?: string;
  readonly from?: string;
  /** Absent: the posture lasts until somebody changes it. */
  readonly until?: string;
  /** The first column that is unknown, or whose cell cannot be read. */
  readonly unreadable?: string;
}

export const SURGE_AUTHOR = "Gatehouse";

/** The key of a gate's row, which is read together with a decision's other rows. If the row cannot be read, the gate is `listed`. */
export function postureKey(gate: string = DEFAULT_GATE): RecordKey {
  return { table: "decisions", key: { reference: POSTURE, id: gate }, mayStayUnread: true };
}

/** Undefined while the gate is open. If a surge and an operator have both set the gate, the stricter posture counts. */
export function activePosture(row: Row | undefined, now: Date): ActivePosture | undefined {
  if (row === undefined) return undefined;
  const operatorPosture = typedPosture(row);
  const current =
    operatorPosture !== undefined && hasBegun(operatorPosture, now) && !isOver(operatorPosture, now) ? operatorPosture : undefined;
  const surge = surgePosture(row);
  if (surge === undefined || isOver(surge, now)) return current;
  return current !== undefined && isAtLeast(current.state, surge.state) ? current : surge;
}

/** True if the posture has an end and a reason. Only such a posture can be extended or restored. */
export function isLimited(active: ActivePosture): active is ActivePosture & Required<Pick<ActivePosture, "until" | "reason">> {
  return active.until !== undefined && active.reason !== undefined;
}

export function scheduledPosture(row: Row | undefined, now: Date): ActivePosture | undefined {
  const operatorPosture = row && typedPosture(row);
  return operatorPosture !== undefined && !hasBegun(operatorPosture, now) && !isOver(operatorPosture, now) ? operatorPosture : undefined;
}

function isAtLeast(one: Posture, other: Posture): boolean {
  return postures.indexOf(one) >= postures.indexOf(other);
}

function hasBegun({ from }: ActivePosture, now: Date): boolean {
  return from === undefined || Date.parse(from) <= now.getTime();
}

function isOver({ until }: ActivePosture, now: Date): boolean {
  return until !== undefined && Date.parse(until) <= now.getTime();
}

/** If a cell is unreadable or a column is unknown, the posture is `listed` or stricter, at once, and until the row is corrected. */
function typedPosture(row: Row): ActivePosture | undefined {
  const [unknown] = unknownColumns(postureColumns, row);
  if (row.state === undefined && row.surgeUntil !== undefined && unknown === undefined) return undefined;
  const state = readPosture(row.state);
  const from = readMoment(row.from, parseBeginning);
  const until = readMoment(row.until, expiryTime);
  const unreadable = unknown ?? unreadableCell({ state, from, until });
  const asRead = unreadable !== undefined && (state === undefined || !isAtLeast(state, "listed")) ? "listed" : state;
  if (asRead === undefined || asRead === "open") return undefined;
  return {
    state: asRead,
    ...readTexts({ reason: row.reason, by: row.name ?? row.by, since: row.since }),
    ...(unreadable === undefined ? { from, until } : { unreadable }),
  };
}

function unreadableCell({ state, from, until }: Readonly<Record<"state" | "from" | "until", string | undefined>>): string | undefined {
  if (state === undefined) return "state";
  if (from === "unreadable") return "from";
  return until === "unreadable" || (from !== undefined && until !== undefined && from >= until) ? "until" : undefined;
}

function surgePosture({ surgeUntil, surgeSince }: Row): ActivePosture | undefined {
  if (surgeUntil === undefined) return undefined;
  const until = readMoment(surgeUntil, expiryTime);
  const facts = { state: "approval", by: SURGE_AUTHOR, ...readTexts({ since: surgeSince }) } as const;
  if (until === "unreadable") return { ...facts, unreadable: "surgeUntil" };
  return { ...facts, until };
}

export function readPosture(cell: unknown): Posture | undefined {
  const text = typeof cell === "string" ? cell.trim().toLowerCase() : undefined;
  return postures.find((each) => each === text);
}

function readMoment(cell: unknown, read: (cell: unknown) => number | undefined): string | undefined | "unreadable" {
  if (cell === undefined) return undefined;
  const moment = read(cell);
  return moment === undefined ? "unreadable" : new Date(moment).toISOString();
}

/** Reads a time as `expiryTime` does. But a date without a time means the beginning of the day, not its end. */
export function parseBeginning(cell: unknown): number | undefined {
  const end = expiryTime(cell);
  return end === undefined || typeof cell !== "string" ? end : (dayFrom(cell.trim())?.getTime() ?? end);
}

/** Maximum number of characters. A longer text typed by hand would be copied into each decision's record and page. */
const LONGEST_TEXT = 300;

function readTexts<Name extends string>(cells: Readonly<Record<Name, unknown>>): { readonly [N in Name]?: string } {
  const texts = Object.entries(cells).flatMap(([name, cell]) =>
    typeof cell === "string" && cell !== "" ? [[name, cell.slice(0, LONGEST_TEXT)]] : [],
  );
  return Object.fromEntries(texts) as { readonly [N in Name]?: string };
}
