import { baseOf } from "../sign-up/kept-spellings";

/** Where an import keeps what it works on: in memory, or on disk for lists of any length. */
export interface Workspace {
  groups<T>(name: string): RowGroups<T>;
  queue<T>(name: string): Queue<T>;
}

/**
 * Rows in groups: rows that have to do with each other are in one group, so that joins and the search for duplicates hold
 * one group in memory at a time. All groups of a workspace divide the keys alike.
 */
export interface RowGroups<T> {
  /** Number of groups. */
  readonly count: number;
  /** Number of rows in all groups. */
  readonly length: number;
  /** @param entry a key of the table */
  add(entry: string, value: T): void;
  group(index: number): Promise<readonly T[]>;
}

/** Values come out in the order in which they went in. */
export interface Queue<T> {
  readonly length: number;
  add(value: T): void;
  /** All values, a block at a time, as often as asked. */
  blocks(): AsyncIterable<readonly T[]>;
}

/** Any key of an address, denied or allowed, with tag or without, has the same one; any other key has its own. */
export function groupKey(entry: string): string {
  return entry.includes("@") && !entry.startsWith("issuer:") ? baseOf(entry) : entry;
}

/** Enough that one group fits in memory when all together do not: about 8,000 rows each of a million. */
export const GROUPS = 128;

/** The group that a key belongs to, wherever rows are kept in groups. */
export function groupOf(entry: string): number {
  return hash(groupKey(entry)) % GROUPS;
}

/** For lists that fit in memory. */
export const inMemory: Workspace = {
  groups<T>() {
    const values: T[] = [];
    return {
      count: 1,
      get length() {
        return values.length;
      },
      add: (_: string, value: T) => void values.push(value),
      group: async () => values,
    };
  },
  queue<T>() {
    const values: T[] = [];
    return {
      get length() {
        return values.length;
      },
      add: (value: T) => void values.push(value),
      async *blocks() {
        yield values;
      },
    };
  },
};

/**
 * FNV-1a over UTF-16 units, 32 bits: spreads texts evenly, which is all it is for. Texts that differ in few places often have the
 * same lowest bits: `folded` is for a few parts that neighbours are to be spread over.
 */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}

/** The 16 bits that FNV's authors make of 32 where fewer are wanted: http://www.isthe.com/chongo/tech/comp/fnv/#xor-fold */
export function folded(text: string): number {
  const value = hash(text);
  return (value ^ (value >>> 16)) & 0xffff;
}
