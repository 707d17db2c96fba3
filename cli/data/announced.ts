import type { Item } from "../../adapters/tables/item";
import { toRow } from "../../adapters/tables/item";
import { type AnyTableName, tables } from "../../adapters/tables/tables";
import type { AuditedTable } from "../../engine/audit/table-change";
import { changeMark } from "../../engine/audit/table-change";
import { trailOf } from "../audit/trail";
import type { Deployment } from "../deployment";

/** An entry of the trail holds 400 KB at most, and a mark takes some 25 bytes. */
export const ROWS_AN_ENTRY = 1_000;

/** Tells the audit trail beforehand who writes which rows: their stream finds them by their marks. */
export interface Announcing {
  /** Stands for a row as it will be. */
  markOf(row: Item): string;
  /** Writes up to `ROWS_AN_ENTRY` rows under one entry. */
  write(marks: readonly string[], rows: () => Promise<void>): Promise<void>;
}

/** What a command writes by itself. */
export interface AnnouncedRows {
  readonly table: AnyTableName & ("profiles" | "referenceData");
  readonly action: string;
  /** What the rows have in common. */
  readonly subject: string;
}

/** @returns what writes without a word where the stack has no trail yet */
export async function announcing(deployment: Deployment, { table, action, subject }: AnnouncedRows): Promise<Announcing> {
  if (deployment.tables.audit === undefined) return { markOf: () => "", write: async (_, rows) => await rows() };
  const trail = trailOf(deployment);
  const [{ hashOf }, by] = await Promise.all([deployment.hashes(), deployment.caller()]);
  const audited: AuditedTable = table === "profiles" ? "profiles" : "reference-data";
  const keyOf = (row: Item) => tables[table].key.map((name) => row[name]?.S ?? "").join("/");
  return {
    markOf: (row) => changeMark({ table: audited, subject: keyOf(row), after: toRow(row) }, hashOf),
    async write(marks, rows) {
      const entry = { by, via: "command", action, subject, count: marks.length, marks } as const;
      await trail.audited(entry, new Date(), async () => {
        await rows();
        return true;
      });
    },
  };
}
