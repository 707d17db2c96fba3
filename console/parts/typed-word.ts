import type { Visit } from "../app/visit";
import { visible } from "./value";

/** Whether a field holds the word that the page asks for, as it is or as the page shows it. */
export function isWordTyped(visit: Visit, field: string, word: string): boolean {
  const typed = comparable(visit.field(field));
  return typed !== "" && [word, visible(word)].map(comparable).includes(typed);
}

/** Ignores case, because phones capitalise the first letter. */
function comparable(text: string): string {
  return text.trim().toLowerCase();
}
