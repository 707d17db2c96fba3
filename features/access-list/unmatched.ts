import { readUnmatched, type UnmatchedProblem } from "../../engine/unmatched";
import { type Entry, readEntry } from "./entry";

/** Why no sign-up can match an entry. Undefined if one can. */
export function entryUnmatched(entry: Entry): UnmatchedProblem | undefined {
  return entry.kind === "address" ? readUnmatched(entry.email) : undefined;
}

/** The same for an entry as it was typed. */
export function typedUnmatched(typed: string): UnmatchedProblem | undefined {
  const read = readEntry(typed);
  return read.ok ? entryUnmatched(read.entry) : undefined;
}
