import type { Query } from "../../engine/operator/list";
import type { Row } from "../../engine/sign-up/rule";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { hasNoEffect } from "./describe-entry";
import { readTypedKeys } from "./entry";
import { DAYS, EXPIRED, type entryFilters } from "./filters";
import { countsAtGate, findNextEnd, readRow } from "./row";

export type EntryQuery = Query<typeof entryFilters> & { readonly gate?: string | undefined };

/** Returns the keys of the entries that a text is in full. */
export function findMeantKeys(text: string): readonly string[] {
  return text === "" ? [] : [...new Set([text, ...readTypedKeys(text)])];
}

export function normaliseKeyPrefix(text: string): string {
  const [, issuer, id] = /^(issuer:[^/]*\/)(.*)$/is.exec(text) ?? [];
  return issuer === undefined || id === undefined ? text.toLowerCase() : issuer.toLowerCase() + id;
}

/** Returns the first and the last end that the filter means. Undefined if it is not set. */
export function readEnds({ ends }: EntryQuery, now: Date): { readonly from?: Date; readonly to: Date } | undefined {
  if (ends === EXPIRED) return { to: now };
  const days = DAYS.find((each) => String(each) === ends);
  return days === undefined ? undefined : { from: now, to: new Date(now.getTime() + days * MS_PER_DAY) };
}

/** True if an entry meets all filters. */
export function isEntryMeant(query: EntryQuery, row: Row, now: Date): boolean {
  const { q: text = "", effect, note = "", gate } = query;
  const entry = String(row.entry);
  const read = readRow(row);
  const ends = readEnds(query, now);
  const end = findNextEnd(read, now) ?? Number.NaN;
  return (
    (effect === undefined || (read.effect === effect && !hasNoEffect(row, read))) &&
    // The index of ends cannot select by prefix, so the prefix is checked here. A row whose key is the searched text passes without this
    // check.
    (findMeantKeys(text).includes(entry) || entry.startsWith(normaliseKeyPrefix(text))) &&
    (note === "" || (typeof row.note === "string" && row.note.toLowerCase().includes(note.toLowerCase()))) &&
    (ends === undefined || (end <= ends.to.getTime() && end >= (ends.from?.getTime() ?? Number.NEGATIVE_INFINITY))) &&
    (gate === undefined || countsAtGate(read, gate))
  );
}

/** Returns when an entry ends. A list that is filtered by its ends shows the earliest first. */
export function readEndTime(row: Row, now: Date): number {
  return findNextEnd(readRow(row), now) ?? Number.POSITIVE_INFINITY;
}
