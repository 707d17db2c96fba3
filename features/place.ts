export interface Placed {
  /** The position. Parts with equal places are sorted by the names of their features. @default 50 */
  readonly place?: number;
}

const MIDDLE = 50;

export function sortByPlace<T extends Placed>(parts: readonly T[]): readonly T[] {
  return [...parts].sort((one, other) => (one.place ?? MIDDLE) - (other.place ?? MIDDLE));
}
