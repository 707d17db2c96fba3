import type { TableChange } from "../../engine/audited-change";
import { canonicalJson } from "../../engine/canonical-json";
import type { Row } from "../../engine/sign-up/rule";
import { covers, tidy } from "./hygiene";
import { isLive, readRow } from "./row";

/**
 * Whether the hygiene worker would have done just this: flagged a row, written it under its right key or removed it under the other.
 * @param stood the row that is, or was, under a key: undefined where nobody knows of one, null where its cells are not known
 */
export function isTidying({ table, before, after, at }: TableChange, stood: KnownRow): boolean {
  if (table !== "access-list") return false;
  if (after === undefined) return before !== undefined && tidy(before).key !== before.entry;
  if (before === undefined) return isMoved(after, at, stood);
  const without = ({ problem: _, ...row }: Row) => row;
  if (canonicalJson(without(before)) === canonicalJson(without(after))) return before.problem !== after.problem;
  // Two rows became one.
  return remarks(after) > remarks(before) && isNoLooser(before, after, at);
}

type KnownRow = (entry: string) => Row | null | undefined;

/** Whether a row came from another key, where one stood that let in as many. */
function isMoved(after: Row, at: Date, stood: KnownRow): boolean {
  const { typed, entry } = after;
  if (typeof typed !== "string" || typed === entry || tidy({ ...after, entry: typed }).key !== entry) return false;
  const row = stood(typed);
  return row !== undefined && (row === null || isNoLooser(row, after, at));
}

/** Whether it lets in nobody who was not let in before: of two rows the stricter wins. */
function isNoLooser(before: Row, after: Row, at: Date): boolean {
  const [was, is] = [readRow(before), readRow(after)];
  if (is.effect === "allow") return is.void || (was.effect === "allow" && !was.void && covers(was, is));
  return was.effect === "allow" || !isLive(was, at) || covers(is, was);
}

/** How many rows it has taken in, as `merge` of the hygiene worker writes it down. */
function remarks({ note }: Row): number {
  return typeof note === "string" ? (note.match(/(?:^|; )(?:replaced|also typed as) "/g) ?? []).length : 0;
}
