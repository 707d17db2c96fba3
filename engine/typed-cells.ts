import * as v from "valibot";
import { anyText, listOf, withMeaning } from "./fields";

// Cells that people type, in tables of several features. What is mistyped is read with care where it is read, and fails closed.

/** A row's end: see `endOfRow`. @param unreadable the meaning of an unreadable end */
export function typedEnd(unreadable: string) {
  const means = `Epoch seconds, ISO 8601, or a date (to the end of that day, UTC), from the year 2000 on. ${unreadable}`;
  return v.optional(withMeaning(v.union([v.string(), v.number()]), means));
}

/** A text, or several. */
export function typedTexts(means: string) {
  return v.optional(withMeaning(v.union([v.string(), listOf(v.string())]), means));
}

export function typedNote(means = "For you.") {
  return v.optional(anyText(means));
}
