import { RESTORED_ATTRIBUTE } from "../../engine/columns";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { ENTRY, UNINDEXED_ACCOUNT, UPSTREAM_FAILED } from "./decision-writes";
import { type Item, toRow } from "./item";
import { EXPIRY_ATTRIBUTE } from "./tables";

/** Columns of a row that are not part of the record. */
const beside: ReadonlySet<string> = new Set([
  ...["day", "domain", "who"],
  UNINDEXED_ACCOUNT,
  EXPIRY_ATTRIBUTE,
  UPSTREAM_FAILED,
  RESTORED_ATTRIBUTE,
  ENTRY,
]);

export function toRecord(item: Item): DecisionRecord {
  const row = toRow(item);
  const accountId = row.accountId ?? row[UNINDEXED_ACCOUNT];
  const ownColumns = Object.fromEntries(Object.entries(row).filter(([name]) => !beside.has(name)));
  return { ...ownColumns, ...(accountId !== undefined && { accountId }) } as unknown as DecisionRecord;
}
