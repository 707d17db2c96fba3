import { computeShortHash } from "../../engine/table-keys";

/**
 * Places, to estimate the number of different people without storing who. Each person has one of 4,096 places, computed from a keyed hash.
 * Without the key, nobody can compute the place. The union of several days' sets counts the people of all these days.
 */
export type PeopleSketch = ReadonlySet<number>;

const PLACES = 4_096;
/** Up to this number, places are stored one by one, with two bytes each. More places are stored as one bit each. */
const FEW = 255;
const BITMAP_BYTES = PLACES / 8;

/** Up to this number of people, the estimate is almost exact: among 20 people, two have the same place in only one of twenty cases. */
export const EXACT_PEOPLE = 20;

/** @param personId a keyed hash */
export function sketchPlace(personId: string): number {
  return computeShortHash(personId) % PLACES;
}

/** Estimates the number of people: within 1% up to a few hundred, and within 4% up to 20,000. The estimate never exceeds 20,000. */
export function peopleInSketch(sketch: PeopleSketch): number {
  const free = Math.max(PLACES - sketch.size, PLACES / 128);
  return Math.round(PLACES * Math.log(PLACES / free));
}

export function packedSketch(sketch: PeopleSketch): Buffer {
  const places = [...sketch].sort((a, b) => a - b);
  if (places.length <= FEW) return Buffer.from(places.flatMap((place) => [place >> 8, place & 255]));
  const bytes = Buffer.alloc(BITMAP_BYTES);
  for (const place of places) bytes.writeUInt8(bytes.readUInt8(place >> 3) | (1 << (place & 7)), place >> 3);
  return bytes;
}

export function sketchIn(sketchBytes: Buffer): Set<number> {
  if (sketchBytes.length !== BITMAP_BYTES)
    return new Set(Array.from({ length: sketchBytes.length >> 1 }, (_, at) => sketchBytes.readUInt16BE(2 * at)));
  const places = Array.from({ length: PLACES }, (_, place) => place);
  return new Set(places.filter((place) => (sketchBytes.readUInt8(place >> 3) >> (place & 7)) & 1));
}
