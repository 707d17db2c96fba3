import { lastDay } from "../../engine/sign-up/row-end";
import { findWildcardSuffix } from "./breadth";
import type { ListEffect } from "./entry";
import { entryUnmatched, readEntry } from "./entry";
import { type EntryWords, entryWords } from "./entry-words";
import { type Cells, findKeyAndProblems } from "./hygiene";
import { describeRowProblems } from "./problem-texts";
import { isLive, isSuspended, type ListRow, readRow } from "./row";

export interface DescribedEntry {
  readonly entry: string;
  readonly effect: ListEffect;
  /** `void`: the row has no effect, see `hasNoEffect`. */
  readonly state: "live" | "expired" | "void";
  /** The public suffix of a wildcard: `edu` of `*.edu`. */
  readonly suffix?: string;
  readonly issuer?: string;
  readonly gates?: readonly string[];
  /** ISO 8601. The row counts until this moment. */
  readonly expiresAt?: string;
  /** ISO 8601. Until this moment, which is ahead, the row lets people in instead of its `effect`. */
  readonly allowedUntil?: string;
  readonly note?: string;
  /** The domain of the partner whose contact wrote the row. An allow counts only while the partner has the domain. */
  readonly byPartner?: string;
  readonly typed?: string;
  readonly problem?: string;
}

/** True if no sign-up can match a row's entry, the entry cannot be read, or the row is `void`. */
export function hasNoEffect(cells: Cells, row: Pick<ListRow, "void">): boolean {
  const read = readEntry(String(cells.entry));
  return row.void || !read.ok || entryUnmatched(read.entry) !== undefined;
}

export function describeEntry(cells: Cells, now: Date): DescribedEntry {
  const row = readRow(cells);
  const { problems } = findKeyAndProblems(cells);
  const read = readEntry(String(cells.entry));
  const suffix = read.ok ? findWildcardSuffix(read.entry) : undefined;
  return {
    entry: String(cells.entry),
    effect: row.effect,
    state: hasNoEffect(cells, row) ? "void" : isLive(row, now) ? "live" : "expired",
    ...(suffix !== undefined && { suffix }),
    ...(row.issuer !== undefined && { issuer: row.issuer }),
    ...(row.gates !== undefined && { gates: row.gates }),
    ...(row.expiresAt !== undefined && { expiresAt: isoTime(row.expiresAt) }),
    ...(row.allowedUntil !== undefined && isSuspended(row, now) && { allowedUntil: isoTime(row.allowedUntil) }),
    ...(cells.note !== undefined && { note: String(cells.note) }),
    ...(cells.byPartner !== undefined && { byPartner: String(cells.byPartner) }),
    ...(cells.typed !== undefined && { typed: String(cells.typed) }),
    ...(problems.length > 0 && { problem: describeRowProblems(problems) }),
  };
}

/** "allow, issuer google.com, until 2027-01-31, note "partner"" @param words @default English */
export function summary(
  { effect, state, suffix, issuer, gates, expiresAt, allowedUntil, note }: DescribedEntry,
  words: EntryWords = entryWords.en,
): string {
  const { effects, states } = words;
  return [
    state === "live" ? effects[effect] : `${effects[effect]} (${states[state]})`,
    ...(allowedUntil === undefined ? [] : [words.allowedUntil(lastDay(allowedUntil))]),
    ...(suffix === undefined ? [] : [words.suffix(suffix)]),
    ...(issuer === undefined ? [] : [words.issuer(issuer)]),
    ...(gates === undefined ? [] : [words.gates(gates.join(" "))]),
    ...(expiresAt === undefined ? [] : [words.until(lastDay(expiresAt))]),
    ...(note === undefined ? [] : [words.note(note)]),
  ].join(", ");
}

/** Cannot throw: dates in JavaScript end in the year 275760, and epoch seconds within the list's limits stay below. */
function isoTime(time: number): string {
  return new Date(time).toISOString();
}
