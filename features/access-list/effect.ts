/** The effects of an entry on the people whom it matches, strictest first: at equal specificity, the strictest decides. */
export const listEffects = ["deny", "approval", "allow"] as const;
export type ListEffect = (typeof listEffects)[number];

export function isListEffect(text: unknown): text is ListEffect {
  return listEffects.some((effect) => effect === text);
}

/** Reads the effect in a row's cell, in upper or lower case. Undefined if the cell has no effect. */
export function readListEffect(cell: unknown): ListEffect | undefined {
  const text = typeof cell === "string" ? cell.trim().toLowerCase() : undefined;
  return isListEffect(text) ? text : undefined;
}

/** Negative if `a` is stricter than `b`. */
export function compareStrictness(a: ListEffect, b: ListEffect): number {
  return listEffects.indexOf(a) - listEffects.indexOf(b);
}
