import type { TableChange } from "../../engine/audited-change";
import { canonicalJson } from "../../engine/json";
import type { Row } from "../../engine/sign-up/rule";
import { covers, dropPastAllow, findKeyAndProblems, isAsStrict } from "./hygiene";
import { isLive, type ListRow, readRow } from "./row";

/**
 * True if the hygiene worker made a change: flagged, moved or merged a row.
 * @param stood returns the row that is or was under a key: undefined if unknown, null if its cells are unknown
 */
export function isTidying({ table, before, after, at }: TableChange, stood: KnownRow): boolean {
  if (table !== "access-list") return false;
  if (after === undefined) return before !== undefined && findKeyAndProblems(before).key !== before.entry;
  if (before === undefined) return isMoved(after, at, stood);
  const without = ({ problem: _, ...row }: Row) => row;
  if (canonicalJson(without(before)) === canonicalJson(without(after))) return before.problem !== after.problem;
  // The note has more remarks than before if the worker merged another row into this one.
  return remarks(after) > remarks(before) && isNoLooser(before, after, at);
}

type KnownRow = (entry: string) => Row | null | undefined;

/** True if a row was moved from another key and lets in nobody new. */
function isMoved(after: Row, at: Date, stood: KnownRow): boolean {
  const { typed, entry } = after;
  if (typeof typed !== "string" || typed === entry || findKeyAndProblems({ ...after, entry: typed }).key !== entry) return false;
  const row = stood(typed);
  return row !== undefined && (row === null || isNoLooser(row, after, at));
}

/** True if the change lets in nobody new. When the hygiene worker merges two rows, the stricter row wins. */
function isNoLooser(before: Row, after: Row, at: Date): boolean {
  const [was, is] = [before, after].map((row) => dropPastAllow(readRow(row), at)) as [ListRow, ListRow];
  if (is.allowedUntil !== undefined) return was.effect !== "allow" && isLive(was, at) && isAsStrict(is, was) && covers(was, is);
  if (is.effect === "allow") return is.void || (was.effect === "allow" && !was.void && covers(was, is));
  return was.effect === "allow" || !isLive(was, at) || isAsStrict(is, was);
}

/** The hygiene worker's `merge` adds a remark to the note for each merged row. */
function remarks({ note }: Row): number {
  return typeof note === "string" ? (note.match(/(?:^|; )(?:replaced|also typed as) "/g) ?? []).length : 0;
}
