import { byteOrder } from "../../engine/byte-order";

/** Something that has a place in an order, by the bytes of its text. */
export interface Placed {
  readonly place: string;
}

/** Some of what is to be put in one order: all up to its end that there is. No end: there is no more. */
export interface PlacedPart<T extends Placed> {
  readonly rows: readonly T[];
  readonly end?: string;
}

/** Parts in one order, as far as all of them are known; what comes after `end` of one part may come before rows of another. */
export function mergedParts<T extends Placed>(parts: readonly PlacedPart<T>[]): PlacedPart<T> {
  const [end] = parts.flatMap((part) => part.end ?? []).sort(byteOrder);
  const known = parts.flatMap((part) => part.rows).filter(({ place }) => end === undefined || byteOrder(place, end) <= 0);
  return { rows: known.sort((one, other) => byteOrder(one.place, other.place)), ...(end !== undefined && { end }) };
}
