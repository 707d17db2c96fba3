import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { type AnyTableName, EXPIRY_ATTRIBUTE } from "../../../adapters/tables/tables";
import { RESTORED_ATTRIBUTE } from "../../../engine/columns";
import { readRow } from "../../access-list/row";
import { putBack } from "../../approvals/change";
import { readRequest } from "../../approvals/request";
import { tableShapes } from "../../row-kinds";

/**
 * `differs`: the rows do not show which is newer, but most likely the table's row is. `lacking`: the table's row lacks members of sets;
 * these are added. `stays`: the table's row is never overwritten, because it records what was used up or was erased.
 */
export type RowComparison = "absent" | "same" | "older" | "newer" | "differs" | "lacking" | "stays";

/** A row of a backup. `saved`: as the backup contains it. `wanted`: as the restore writes it. */
export interface SavedRow {
  readonly saved: Item;
  readonly wanted: Item;
}

/** Removes links that mails contain, because a link may have been used since the backup. @param madeAt time of the backup */
export function savedRow(table: AnyTableName, savedItem: Item, madeAt: Date): SavedRow {
  if (table === "approvals") return { saved: savedItem, wanted: wantedRequest(savedItem, madeAt) };
  if (table !== "accounts") return { saved: savedItem, wanted: savedItem };
  const { renewalLink: _, ...wanted } = savedItem;
  return { saved: savedItem, wanted };
}

/** An unreadable row is restored unchanged: it lets nobody in, and no worker acts on it. */
function wantedRequest(savedItem: Item, madeAt: Date): Item {
  try {
    return toItem(putBack(readRequest(toRow(savedItem)), madeAt));
  } catch {
    return savedItem;
  }
}

export function compareRow(table: AnyTableName, { saved, wanted }: SavedRow, current: Item | undefined): RowComparison {
  if (current === undefined) return "absent";
  const text = canonicalText(current);
  if (text === canonicalText(wanted) || text === canonicalText(saved)) return "same";
  // An entry emptied by an erasure stays empty. The hash does not cover the erased part, so both rows have the same hash.
  if (table === "audit" && current.erased !== undefined && current.hash?.S === saved.hash?.S) return "stays";
  const { accumulates, version, changed } = tableShapes[table];
  if (accumulates) return missingMembers(table, saved, current) === undefined ? "stays" : "lacking";
  const [before, now] = version === undefined ? [] : [Number(saved[version]?.N), Number(current[version]?.N)];
  if (before === undefined || now === undefined || Number.isNaN(before) || Number.isNaN(now) || before === now) return "differs";
  if (now > before) return "newer";
  return changed === undefined || parseTime(current[changed]) <= parseTime(saved[changed]) ? "older" : "differs";
}

/** NaN if the time is invalid: then no row counts as older. */
function parseTime(value: Item[string] | undefined): number {
  return Date.parse(value?.S ?? "");
}

/** The saved row's members that the table's row lacks. Undefined if it lacks none. */
export function missingMembers(table: AnyTableName, savedItem: Item, current: Item): Item | undefined {
  if (!tableShapes[table].accumulates) return undefined;
  const missing = Object.entries(savedItem).flatMap(([name, { SS: members = [] }]) => {
    const there = current[name];
    // If the table's column is not a set of texts, it cannot take a member.
    if (there !== undefined && there.SS === undefined) return [];
    const missingNames = members.filter((member) => !there?.SS?.includes(member));
    return missingNames.length === 0 ? [] : [[name, { SS: missingNames }] as const];
  });
  return missing.length === 0 ? undefined : Object.fromEntries(missing);
}

export function hasExpired(table: AnyTableName, item: Item, now: Date): boolean {
  return tableShapes[table].ages === true && Number(item[EXPIRY_ATTRIBUTE]?.N) * 1_000 < now.getTime();
}

/** If changes of the table become events, adds the mark of a restore, so that the restored row causes no event. */
export function markRestored(table: AnyTableName, wantedItem: Item, now: Date): Item {
  return tableShapes[table].published ? { ...wantedItem, [RESTORED_ATTRIBUTE]: { S: now.toISOString() } } : wantedItem;
}

/**
 * True if the row lets people in, or may do so until a day. A restore writes such rows last, so that the gate does not meanwhile let in people whom the backup
 * denies.
 */
export function letsIn(table: AnyTableName, item: Item): boolean {
  if (table !== "accessList") return false;
  const { effect, allowedUntil } = readRow(toRow(item));
  return effect === "allow" || allowedUntil !== undefined;
}

/** Equal rows have equal texts: attributes and members of sets have no order, and the mark of a restore does not count. */
function canonicalText({ [RESTORED_ATTRIBUTE]: _, ...item }: Item): string {
  return JSON.stringify(item, (name, value: unknown) => {
    if (Array.isArray(value)) return name === "SS" || name === "NS" || name === "BS" ? [...value].sort() : value;
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
