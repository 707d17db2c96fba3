import { freeze } from "../collections";
import { createFailure } from "./failure";
import type { HashOf, PersonHashes } from "./person";
import type { Ports } from "./ports";
import type { RecordKey, Records, Row } from "./rule";
import type { Deadline } from "./time";

/** The order of the key's members does not matter. */
export function recordId({ table, key }: RecordKey): string {
  const names = Object.keys(key).sort();
  return JSON.stringify([table, ...names.map((name) => [name, key[name]])]);
}

/** Stands for a row that could not be read, if its key has `mayStayUnread`. */
export const UNREAD: Row = { unread: true };

export function isUnread(row: Row | undefined): boolean {
  return row?.unread === true;
}

/** Returns each key once, in the order of first mention. */
export function distinct(keys: readonly RecordKey[]): readonly RecordKey[] {
  return [...new Map(keys.map((key) => [recordId(key), key])).values()];
}

export interface ReadRecords extends Records {
  has(key: RecordKey): boolean;
  /** True if a row that was read contains the hash, in its key or in any other column. */
  mentions(hash: string): boolean;
  /** Returns the same records with another row under `key`. */
  replace(key: RecordKey, row: Row): ReadRecords;
}

/** Holds the rows that were asked for. `get` throws for any other. @param found the rows that exist, by `recordId` */
export function createRecords(asked: readonly RecordKey[], found: ReadonlyMap<string, Row>): ReadRecords {
  const read = new Set(asked.map(recordId));
  let text: string | undefined;
  return addReplace({
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
  });
}

function addReplace(records: Omit<ReadRecords, "replace">): ReadRecords {
  return {
    ...records,
    replace(key, row) {
      const id = recordId(key);
      return addReplace({ ...records, get: (asked) => (recordId(asked) === id ? row : records.get(asked)) });
    },
  };
}

interface ReadOptions {
  readonly optional?: readonly RecordKey[];
  readonly rule?: string;
}

/** Reads nothing if there are no keys. */
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

export function joinRecords(one: ReadRecords, other: ReadRecords): ReadRecords {
  return addReplace({
    has: (key) => one.has(key) || other.has(key),
    mentions: (hash) => one.mentions(hash) || other.mentions(hash),
    get: (key) => (other.has(key) ? other : one).get(key),
  });
}

/**
 * Returns a function that hashes a text. If a row contains the hash under the secret's other key, the function returns that hash, so that
 * the rule finds and changes rows made with that key.
 */
export function hashAmong(records: ReadRecords, { hashOf, otherHashOf }: PersonHashes): HashOf {
  if (otherHashOf === undefined) return hashOf;
  return (text) => {
    const other = otherHashOf(text);
    return records.mentions(other) ? other : hashOf(text);
  };
}

/** Leaves out ended rows, so that no rule and no source takes one for valid. */
export function withCurrentRows(ports: Ports): Ports {
  return {
    ...ports,
    read: async (...asked) => dropEndedRows(asked[0], await ports.read(...asked), ports),
  };
}

/** Returns the rows that exist under the keys, in the form of `Ports.read`. @param rows by `recordId` */
export function rowsUnder(keys: readonly RecordKey[], rows: ReadonlyMap<string, Row>): ReadonlyMap<string, Row> {
  return new Map(
    keys.map(recordId).flatMap((id) => {
      const row = rows.get(id);
      return row === undefined ? [] : [[id, row] as const];
    }),
  );
}

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
