import { isCurrent, isLive, readRow } from "../access-list/row";
import type { Ports } from "./ports";
import { recordId } from "./records";
import type { Row } from "./rule";
import type { TableName } from "./verdict";

/** Whether a row counts at a moment, in the tables that operators edit. */
const counts: Readonly<Partial<Record<TableName, (row: Row, now: Date) => boolean>>> = {
  accessList: (row, now) => isLive(readRow(row), now),
  profiles: isCurrent,
  referenceData: isCurrent,
};

/** The same ports, for which a row whose time is over is not there: no rule and no source can take it for one that counts. */
export function withCurrentRows(ports: Ports): Ports {
  return {
    ...ports,
    read: async (...asked) => {
      const found = await ports.read(...asked);
      const [keys] = asked;
      const over = keys.filter((key) => {
        const row = found.get(recordId(key));
        return row !== undefined && counts[key.table]?.(row, ports.now) === false;
      });
      if (over.length === 0) return found;
      const hidden = new Set(over.map(recordId));
      return new Map([...found].filter(([id]) => !hidden.has(id)));
    },
  };
}
