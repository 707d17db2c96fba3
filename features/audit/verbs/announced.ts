import type { Item } from "../../../adapters/tables/item";
import type { AnyTableName } from "../../../adapters/tables/tables";
import type { Deployment } from "../../../cli/deployment";
import { auditedTables } from "../../../engine/audited-change";
import { rowMark } from "../store/audited-rows";
import { tableAudited } from "../store/audited-tables";
import { openAuditStore } from "./trail";

/** Limit of rows that one entry announces. An entry has at most 400 KB, and a row's mark takes about 25 bytes. */
export const ROWS_AN_ENTRY = 1_000;

/** Records in the audit log who will write which rows. The stream worker later finds these rows by their marks. */
export interface Announcing {
  /** Undefined if the audit log does not cover the row. */
  markOf(row: Item): string | undefined;
  write(marks: readonly (string | undefined)[], rows: () => Promise<void>): Promise<void>;
}

export interface AnnouncedRows {
  readonly table: AnyTableName;
  readonly what: "imported" | "restored";
  readonly subject: string;
}

/**
 * Returns an object that announces writes. If the audit log does not cover the table, or the stack has no audit log yet, the object writes
 * without announcing.
 */
export async function announcing(deployment: Deployment, { table, what, subject }: AnnouncedRows): Promise<Announcing> {
  const auditedTable = auditedTables.find((each) => tableAudited[each] === table);
  if (auditedTable === undefined || deployment.tables.audit === undefined) {
    return { markOf: () => undefined, write: async (_, rows) => await rows() };
  }
  const trail = openAuditStore(deployment);
  const [{ hashOf }, by] = await Promise.all([deployment.hashes(), deployment.caller()]);
  return {
    markOf: (item) => rowMark(auditedTable, item, hashOf),
    async write(markList, rows) {
      const marks = markList.filter((mark) => mark !== undefined);
      if (marks.length === 0) return await rows();
      const entry = { by, via: "command", action: `${auditedTable}.${what}`, subject, count: marks.length, marks } as const;
      await trail.audited(entry, new Date(), async () => {
        await rows();
        return true;
      });
    },
  };
}
