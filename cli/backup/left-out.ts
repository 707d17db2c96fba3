import { SESSION_PREFIX } from "../../adapters/tables/tables";
import type { RowsOfTable } from "./format";

/** Without the console's sessions: their rows hold sealed tokens, are of no use anywhere else, and one that has ended stays so. */
export function withoutSessions({ table, items }: RowsOfTable): RowsOfTable {
  if (table !== "ledger") return { table, items };
  return { table, items: items.filter(({ id }) => id?.S?.startsWith(SESSION_PREFIX) !== true) };
}
