import { ARCHIVE_PREFIX, SESSION_PREFIX } from "../../adapters/tables/tables";
import type { RowsOfTable } from "./format";

/** With what ids begin that are of no use anywhere else. */
const LEFT_OUT = [SESSION_PREFIX, ARCHIVE_PREFIX];

/**
 * Without the console's sessions: their rows hold sealed tokens, and one that has ended stays so. Without the marks of the audit
 * trail's archive: they say what a bucket holds, which no backup brings back.
 */
export function withoutLeftOut({ table, items }: RowsOfTable): RowsOfTable {
  if (table !== "ledger") return { table, items };
  return { table, items: items.filter(({ id }) => !LEFT_OUT.some((prefix) => id?.S?.startsWith(prefix))) };
}
