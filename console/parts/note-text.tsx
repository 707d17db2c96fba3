import type { Child } from "hono/jsx";
import type { Visit } from "../app/visit";
import { ShownValue, shortenText } from "./value";

/** Finds the mark that a feature writes into notes. Undefined if no feature writes one. */
export function findNoteMark({ features }: Visit) {
  return features.flatMap(({ noteMark }) => noteMark ?? [])[0];
}

export function isMarked(visit: Visit, note: unknown): boolean {
  return typeof note === "string" && findNoteMark(visit)?.pattern.test(note) === true;
}

/**
 * A note as somebody typed it. Marks that a feature wrote into the note become links. @param isLine true if a long note is cut, not folded
 */
export function NoteText({ visit, text, isLine }: { readonly visit: Visit; readonly text: string; readonly isLine?: boolean }) {
  const renderPart = (part: string) => (isLine ? <bdi class="value">{shortenText(part)}</bdi> : <ShownValue text={part} />);
  const mark = findNoteMark(visit);
  const parts = mark === undefined ? [text] : text.split(mark.pattern);
  return <>{parts.map((part, index): Child => (index % 2 === 1 ? mark?.link(part) : part === "" ? null : renderPart(part)))}</>;
}
