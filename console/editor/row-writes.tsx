import { createHash } from "node:crypto";
import { type Item, toRow } from "../../adapters/tables/item";
import type { Visit } from "../app/visit";
import { type Key, keyValues, type RowEdit, type WrittenTable } from "./described-table";

/**
 * Adds, changes or removes one row, and leaves who did it in the audit trail.
 * @returns false if somebody else was quicker
 */
export function writeRow(visit: Visit, table: WrittenTable, key: Key, edit: RowEdit): Promise<boolean> {
  const { before, after } = edit;
  const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  const entry = {
    action: `${table.path.slice(1)}.${kind}`,
    subject: keyValues(table, key).join("/"),
    ...(before && { before: toRow(before) }),
    ...(after && { after: toRow(after) }),
  };
  return visit.audited(entry, () => putRow(visit, table, edit));
}

/** The same where the audit trail has it by another entry. */
export async function putRow({ world }: Visit, table: WrittenTable, { before, after }: RowEdit): Promise<boolean> {
  const rows = table.rows(world);
  if (before === undefined) return after === undefined || (await rows.add(after));
  return after === undefined ? await rows.remove(before) : await rows.change(before, after);
}

/** Whether a row is still as the form's page showed it. */
export function isAsShown(visit: Visit, item: Item | undefined): item is Item {
  return item !== undefined && versionOf(item) === visit.field("version");
}

/** Identifies one state of a row. Each form about a row carries it as `version`, so that an edit of a stale page is noticed. */
export function versionOf(item: Item): string {
  const cells = Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(cells)).digest("base64url").slice(0, 22);
}

/** Calls of DynamoDB made at once. */
const AT_ONCE = 8;

/** Does the work for each value, for a few at a time. */
export async function mapInOrder<T>(values: readonly T[], work: (value: T) => Promise<void>): Promise<void> {
  const queue = values.values();
  const worker = async () => {
    for (const value of queue) await work(value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
