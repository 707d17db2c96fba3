/** A part whose place in its list matters. */
export interface Placed {
  /** Parts of equal places are in the order of their features' names. @default 50 */
  readonly place?: number;
}

const MIDDLE = 50;

/** Sorts a list's parts by their places. */
export function sortByPlace<T extends Placed>(parts: readonly T[]): readonly T[] {
  return [...parts].sort((one, other) => (one.place ?? MIDDLE) - (other.place ?? MIDDLE));
}
