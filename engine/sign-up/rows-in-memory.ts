import { recordId } from "./records";
import type { RecordKey, Row } from "./rule";

/** Those of some rows in memory, held by `recordId`, that are asked for: what reading a table that has just them would find. */
export function rowsUnder(keys: readonly RecordKey[], rows: ReadonlyMap<string, Row>): ReadonlyMap<string, Row> {
  return new Map(
    keys.map(recordId).flatMap((id) => {
      const row = rows.get(id);
      return row === undefined ? [] : [[id, row] as const];
    }),
  );
}
