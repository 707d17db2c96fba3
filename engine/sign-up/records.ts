import { freeze } from "../freeze";
import { createFailure } from "./failure";
import type { HashOf, PersonHashes } from "./person";
import type { Ports } from "./ports";
import type { RecordKey, Records, Row } from "./rule";
import type { Deadline } from "./time";

/** One string for one row's address, whichever way its key object is spelled. */
export function recordId({ table, key }: RecordKey): string {
  const names = Object.keys(key).sort();
  return JSON.stringify([table, ...names.map((name) => [name, key[name]])]);
}

/** Stands for a row that could not be read, where its key allows that. */
export const UNREAD: Row = { unread: true };

export function isUnread(row: Row | undefined): boolean {
  return row?.unread === true;
}

/** Each address once, in the order of first mention. */
export function distinct(keys: readonly RecordKey[]): readonly RecordKey[] {
  return [...new Map(keys.map((key) => [recordId(key), key])).values()];
}

/** Rows that were read, and which those are. */
export interface ReadRecords extends Records {
  has(key: RecordKey): boolean;
  /** True if one of them, or its key, contains a hash. */
  mentions(hash: string): boolean;
}

/** The rows read, `found` by `recordId`; asking for a row that was not read throws. */
export function createRecords(asked: readonly RecordKey[], found: ReadonlyMap<string, Row>): ReadRecords {
  const read = new Set(asked.map(recordId));
  let text: string | undefined;
  return {
    mentions(hash) {
      text ??= JSON.stringify([...read].map((id) => found.get(id)));
      return text.includes(hash);
    },
    has: (key) => read.has(recordId(key)),
    get(key) {
      const id = recordId(key);
      if (!read.has(id)) throw new Error("A rule asked for a row that its needs() did not name.");
      return found.get(id);
    },
  };
}

/** Keys that one read may lack, and the rule that needs it. */
interface ReadOptions {
  /** Keys of rows that may stay unread. */
  readonly optional?: readonly RecordKey[];
  readonly rule?: string;
}

/** Reads rows within the deadline, none if there is no key. */
export async function readKeys(
  keys: readonly RecordKey[],
  { ports, deadline }: { readonly ports: Pick<Ports, "read">; readonly deadline: Deadline },
  { optional = [], rule }: ReadOptions = {},
): Promise<ReadRecords> {
  if (keys.length + optional.length === 0) return createRecords([], new Map());
  try {
    return createRecords([...optional, ...keys], freeze(await deadline.hold(() => ports.read(keys, deadline.signal, optional))));
  } catch (error) {
    throw createFailure("read", error, rule);
  }
}

/** Two reads as one. */
export function joinRecords(one: ReadRecords, other: ReadRecords): ReadRecords {
  return {
    has: (key) => one.has(key) || other.has(key),
    mentions: (hash) => one.mentions(hash) || other.mentions(hash),
    get: (key) => (other.has(key) ? other : one).get(key),
  };
}

/**
 * The hash for a rule that has these rows. What one of them has under the other key keeps it: the row is
 * found, changed and counted in under the key that it was made with, for as long as it lives.
 */
export function hashAmong(records: ReadRecords, { hashOf, otherHashOf }: PersonHashes): HashOf {
  if (otherHashOf === undefined) return hashOf;
  return (text) => {
    const other = otherHashOf(text);
    return records.mentions(other) ? other : hashOf(text);
  };
}

/** The same ports, for which a row whose time is over is not there: no rule and no source can take it for one that counts. */
export function withCurrentRows(ports: Ports): Ports {
  return {
    ...ports,
    read: async (...asked) => dropEndedRows(asked[0], await ports.read(...asked), ports),
  };
}

/** Those of some rows in memory, held by `recordId`, that are asked for: what reading a table that has just them would find. */
export function rowsUnder(keys: readonly RecordKey[], rows: ReadonlyMap<string, Row>): ReadonlyMap<string, Row> {
  return new Map(
    keys.map(recordId).flatMap((id) => {
      const row = rows.get(id);
      return row === undefined ? [] : [[id, row] as const];
    }),
  );
}

/** The rows found under keys, without those whose time is over. */
export function dropEndedRows(
  keys: readonly RecordKey[],
  found: ReadonlyMap<string, Row>,
  { counts, now }: Pick<Ports, "counts" | "now">,
): ReadonlyMap<string, Row> {
  const over = keys.filter((key) => {
    const row = found.get(recordId(key));
    return row !== undefined && counts[key.table]?.(row, now) === false;
  });
  const hidden = new Set(over.map(recordId));
  return new Map([...found].filter(([id]) => !hidden.has(id)));
}
