import type { RecordKey, Records, Row } from "./rule";

/** One string for one row's address, whichever way its key object is spelled. */
export function recordId({ table, key }: RecordKey): string {
  const pairs = Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([table, ...pairs]);
}

/** Each address once, in the order of first mention. */
export function distinct(keys: readonly RecordKey[]): readonly RecordKey[] {
  return [...new Map(keys.map((key) => [recordId(key), key])).values()];
}

/** Rows that were read, and which those are. */
export interface ReadRecords extends Records {
  has(key: RecordKey): boolean;
}

/** The rows read, `found` by `recordId`; asking for a row that was not read throws. */
export function recordsOf(asked: readonly RecordKey[], found: ReadonlyMap<string, Row>): ReadRecords {
  const read = new Set(asked.map(recordId));
  return {
    has: (key) => read.has(recordId(key)),
    get(key) {
      const id = recordId(key);
      if (!read.has(id)) throw new Error("A rule asked for a row that its needs() did not name.");
      return found.get(id);
    },
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
