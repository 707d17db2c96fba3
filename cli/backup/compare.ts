import { type Item, toItem, toRow } from "../../adapters/tables/item";
import { tableShapes } from "../../adapters/tables/table-shapes";
import { type AnyTableName, EXPIRY_ATTRIBUTE, RESTORED_ATTRIBUTE } from "../../adapters/tables/tables";
import { readRow } from "../../engine/access-list/row";
import { putBack } from "../../engine/approvals/put-back";
import { readRequest } from "../../engine/approvals/request";

/**
 * How the row that stands is to the one of the backup. `differs`: nothing tells which of them is the newer; as the backup was
 * made earlier, it most likely is the one that stands. `lacking`: members of its sets are missing, which are added to it.
 * `stays`: it tells what was used up, and is never written over.
 */
export type RowStanding = "absent" | "same" | "older" | "newer" | "differs" | "lacking" | "stays";

/** A row of a backup, and what of it goes into the table. */
export interface SavedRow {
  readonly saved: Item;
  readonly wanted: Item;
}

/** @param madeAt when the backup was made */
export function savedRow(table: AnyTableName, saved: Item, madeAt: Date): SavedRow {
  return { saved, wanted: table === "approvals" ? wantedRequest(saved, madeAt) : saved };
}

/** One that cannot be read is put back as it is: it lets nobody in, and no worker acts on it. */
function wantedRequest(saved: Item, madeAt: Date): Item {
  try {
    return toItem(putBack(readRequest(toRow(saved)), madeAt));
  } catch {
    return saved;
  }
}

export function standingOf(table: AnyTableName, { saved, wanted }: SavedRow, standing: Item | undefined): RowStanding {
  if (standing === undefined) return "absent";
  const stands = textOf(standing);
  if (stands === textOf(wanted) || stands === textOf(saved)) return "same";
  // What an erasure removed since stays removed: the entry's hash does not cover it.
  if (table === "audit" && standing.erased !== undefined && standing.hash?.S === saved.hash?.S) return "stays";
  const { accumulates, version, changed } = tableShapes[table];
  if (accumulates) return missingMembers(table, saved, standing) === undefined ? "stays" : "lacking";
  const [before, now] = version === undefined ? [] : [Number(saved[version]?.N), Number(standing[version]?.N)];
  if (before === undefined || now === undefined || Number.isNaN(before) || Number.isNaN(now) || before === now) return "differs";
  if (now > before) return "newer";
  return changed === undefined || timeOf(standing[changed]) <= timeOf(saved[changed]) ? "older" : "differs";
}

/** Not a number where it is no time: then nothing is older. */
function timeOf(value: Item[string] | undefined): number {
  return Date.parse(value?.S ?? "");
}

/** The members of the saved row's sets that the one that stands does not have; undefined where it has all. */
export function missingMembers(table: AnyTableName, saved: Item, standing: Item): Item | undefined {
  if (!tableShapes[table].accumulates) return undefined;
  const missing = Object.entries(saved).flatMap(([name, { SS: members = [] }]) => {
    const stands = standing[name];
    // What is no set there cannot take a member.
    if (stands !== undefined && stands.SS === undefined) return [];
    const left = members.filter((member) => !stands?.SS?.includes(member));
    return left.length === 0 ? [] : [[name, { SS: left }] as const];
  });
  return missing.length === 0 ? undefined : Object.fromEntries(missing);
}

/** Whether DynamoDB would remove the row at once. */
export function hasExpired(table: AnyTableName, item: Item, now: Date): boolean {
  return tableShapes[table].ages && Number(item[EXPIRY_ATTRIBUTE]?.N) * 1_000 < now.getTime();
}

/** The row as it is written: marked where a stream would tell of it. */
export function marked(table: AnyTableName, wanted: Item, now: Date): Item {
  return tableShapes[table].published ? { ...wanted, [RESTORED_ATTRIBUTE]: { S: now.toISOString() } } : wanted;
}

/** Whether the row lets people in: written before the rows that deny, it would let in whom they deny. */
export function letsIn(table: AnyTableName, item: Item): boolean {
  return table === "accessList" && readRow(toRow(item)).effect === "allow";
}

/** One text for one row: attributes and members of sets have no order. The mark does not count. */
function textOf({ [RESTORED_ATTRIBUTE]: _, ...item }: Item): string {
  return JSON.stringify(item, (name, value: unknown) => {
    if (Array.isArray(value)) return name === "SS" || name === "NS" || name === "BS" ? [...value].sort() : value;
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
