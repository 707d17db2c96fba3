import type { AuditEntry } from "../../../adapters/tables/audit";
import { type Item, toItem } from "../../../adapters/tables/item";

const ofRow = /^access-list\.(added|changed|removed)$/;

/** What a change of one entry changed, as far as the trail has the whole row; undefined where it has not. */
export function rowBefore({ action, count, before, after, erased }: AuditEntry): { readonly before: Item | undefined } | undefined {
  if (!ofRow.test(action) || count !== undefined || erased !== undefined || (before ?? after) === undefined) return undefined;
  const cells = Object.entries(before ?? {});
  // What the trail cut short, or tells in other types than the table has, cannot be written back.
  const isWhole = cells.every(([name, cell]) => name !== "" && ["string", "boolean"].includes(typeof cell) && !String(cell).endsWith("…"));
  return isWhole ? { before: before && toItem(before) } : undefined;
}
