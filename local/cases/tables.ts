import { setImmediate as nextTurn } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { isWritten } from "../../adapters/tables/rows";
import { tables } from "../../adapters/tables/tables";
import { isFull, readHolders } from "../../engine/rules/ledger";
import { recordId, rowsUnder } from "../../engine/sign-up/records";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { Put, Reserve, Write } from "../../engine/sign-up/verdict";

/** The tables of one case, in memory, with DynamoDB's conditions. */
export interface CaseTables {
  read(keys: readonly RecordKey[], signal?: AbortSignal, optional?: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>>;
  write(write: Write): Promise<boolean>;
  row(key: RecordKey): Row | undefined;
  /** Returns all requests for approval, by id. */
  approvals(): ReadonlyMap<string, Row>;
  /** Rows that were read from another source, by `recordId`, as they were at the time of the read. */
  found?(): ReadonlyMap<string, Row>;
}

/** @param rows by `recordId`; changed in place */
export function caseTables(rows: Map<string, Row>): CaseTables {
  function putItem({ table, item, condition, ...rest }: Put): boolean {
    const id = recordId({ table, key: Object.fromEntries(tables[table].key.map((name) => [name, String(item[name])])) });
    const current = rows.get(id);
    const holds =
      condition === "absent"
        ? current === undefined
        : current !== undefined && Object.entries(condition).every(([name, value]) => isDeepStrictEqual(current[name], value));
    if (holds) rows.set(id, item);
    return holds || isWritten({ table, item, condition, ...rest }, current);
  }

  function reserve({ table, key, slots, holder, atMost, set }: Reserve): boolean {
    const id = recordId({ table, key });
    const current = rows.get(id);
    if (isFull(current, slots, holder, atMost)) return false;
    rows.set(id, { ...current, ...key, ...set, [slots]: [...new Set([...readHolders(current, slots), holder])] });
    return true;
  }

  // Each call takes one turn of the event loop. So, as in AWS, a call that the rule does not await is still under way when the rule
  // answers.
  return {
    async read(keys, _signal, optional = []) {
      await nextTurn();
      return rowsUnder([...keys, ...optional], rows);
    },
    async write(write) {
      await nextTurn();
      return "item" in write ? putItem(write) : reserve(write);
    },
    row: (key) => rows.get(recordId(key)),
    approvals: () => new Map([...rows].filter(([id]) => (JSON.parse(id) as readonly unknown[])[0] === "approvals")),
  };
}
