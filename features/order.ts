export interface Ordered {
  /** The position. Parts with equal orders are sorted by the names of their features. @default 50 */
  readonly order?: number;
}

const MIDDLE = 50;

export function sortByOrder<T extends Ordered>(parts: readonly T[]): readonly T[] {
  return [...parts].sort((one, other) => (one.order ?? MIDDLE) - (other.order ?? MIDDLE));
}
