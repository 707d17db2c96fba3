import { lastDay } from "../../engine/sign-up/row-end";
import { suffixOf } from "./breadth";
import { readEntry } from "./entry";
import { type EntryWords, entryWords } from "./entry-words";
import { type Cells, tidy } from "./hygiene";
import { isLive, readRow } from "./row";

/** A row as it counts now. */
export interface DescribedEntry {
  readonly entry: string;
  readonly effect: "allow" | "deny";
  /** A void row cannot be read and counts for nothing. */
  readonly state: "live" | "expired" | "void";
  /** Of a wildcard over a public suffix, `edu` of `*.edu`: it covers every organisation's domain below. */
  readonly suffix?: string;
  readonly issuer?: string;
  /** It counts only there. */
  readonly gates?: readonly string[];
  /** ISO 8601: from then on it counts for nothing. */
  readonly expiresAt?: string;
  readonly note?: string;
  /** The domain of the partner whose contact wrote it: an allow counts while that is theirs. */
  readonly byPartner?: string;
  readonly typed?: string;
  readonly problem?: string;
}

export function describeEntry(cells: Cells, now: Date): DescribedEntry {
  const row = readRow(cells);
  const { problem } = tidy(cells);
  const read = readEntry(String(cells.entry));
  const unreadable = row.void || !read.ok;
  const suffix = read.ok ? suffixOf(read.entry) : undefined;
  return {
    entry: String(cells.entry),
    effect: row.effect,
    state: unreadable ? "void" : isLive(row, now) ? "live" : "expired",
    ...(suffix !== undefined && { suffix }),
    ...(row.issuer !== undefined && { issuer: row.issuer }),
    ...(row.gates !== undefined && { gates: row.gates }),
    ...(row.expiresAt !== undefined && { expiresAt: isoTime(row.expiresAt) }),
    ...(cells.note !== undefined && { note: String(cells.note) }),
    ...(cells.byPartner !== undefined && { byPartner: String(cells.byPartner) }),
    ...(cells.typed !== undefined && { typed: String(cells.typed) }),
    ...(problem !== undefined && { problem }),
  };
}

/** "allow, issuer google.com, until 2027-01-31, note "partner"" @param words @default English */
export function summary(
  { effect, state, suffix, issuer, gates, expiresAt, note }: DescribedEntry,
  words: EntryWords = entryWords.en,
): string {
  const { effects, states } = words;
  return [
    state === "live" ? effects[effect] : `${effects[effect]} (${states[state]})`,
    ...(suffix === undefined ? [] : [words.suffix(suffix)]),
    ...(issuer === undefined ? [] : [words.issuer(issuer)]),
    ...(gates === undefined ? [] : [words.gates(gates.join(" "))]),
    ...(expiresAt === undefined ? [] : [words.until(lastDay(expiresAt))]),
    ...(note === undefined ? [] : [words.note(note)]),
  ].join(", ");
}

/** JavaScript's own times end in the year 275760; epoch seconds within the list's limits never get there. */
function isoTime(time: number): string {
  return new Date(time).toISOString();
}
