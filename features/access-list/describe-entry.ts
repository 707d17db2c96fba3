import { lastDay } from "../../engine/sign-up/row-end";
import { findWildcardSuffix } from "./breadth";
import type { ListEffect } from "./entry";
import { findEntryProblem, readEntry } from "./entry";
import { mapColumns, type PlainColumn } from "./entry-columns";
import { type EntryWords, entryWords } from "./entry-words";
import { type Cells, findKeyAndProblems } from "./hygiene";
import { describeRowProblems } from "./problem-texts";
import { isLive, type ListRow, readRow } from "./row";

export interface DescribedEntry extends Readonly<Partial<Record<PlainColumn, string>>> {
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
  /** The domain of the partner whose contact wrote the row. An allow counts only while the partner has the domain. */
  readonly byPartner?: string;
  readonly typed?: string;
  readonly problem?: string;
}

/** True if no sign-up can match a row's entry, the entry cannot be read, or the row is `void`. */
export function hasNoEffect(cells: Cells, row: Pick<ListRow, "void">): boolean {
  const read = readEntry(String(cells.entry));
  return row.void || !read.ok || findEntryProblem(read.entry) !== undefined;
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
    ...(mapColumns((column) => column.describe(cells, row, now)) as Partial<DescribedEntry>),
    ...(cells.byPartner !== undefined && { byPartner: String(cells.byPartner) }),
    ...(cells.typed !== undefined && { typed: String(cells.typed) }),
    ...(problems.length > 0 && { problem: describeRowProblems(problems) }),
  };
}

/** "allow, issuer google.com, until 2027-01-31, note "partner"" @param words @default English */
export function summary(described: DescribedEntry, words: EntryWords = entryWords.en): string {
  const { effect, state, suffix } = described;
  const { effects, states } = words;
  const { allowedUntil, ...others } = mapColumns(({ kind }, name) => {
    const value = described[name];
    if (value === undefined) return undefined;
    return words[name](typeof value !== "string" ? value.join(" ") : kind === "end" ? lastDay(value) : value);
  });
  const said = [allowedUntil, suffix && words.suffix(suffix), ...Object.values(others)];
  return [state === "live" ? effects[effect] : `${effects[effect]} (${states[state]})`, ...said.filter(Boolean)].join(", ");
}
