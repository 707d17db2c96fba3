import { toItem, toRow } from "../../../adapters/tables/item";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { absent, below, type DynamoTable, eitherHolds, getItem, putItem } from "../../../adapters/tables/table";

/**
 * The form of stored rows. A change raises it if older code cannot read the rows that newer code writes; docs/upgrade.md then names the
 * version.
 */
export const STORED_FORM = 1;
/** The row that says which form the tables hold. */
const VERSION_ID = "version";

export const storedFormKind: RowKind = { table: "ledger", under: VERSION_ID, personal: false };

export interface StoredForm {
  readonly form: number;
  /** The package's version that wrote this form first. */
  readonly version: string;
}

/** The usage table. */
export type Ledger = Pick<DynamoTable, "client" | "name">;

/** Undefined if no deployment has noted it. */
export async function readStoredForm(ledger: Ledger): Promise<StoredForm | undefined> {
  const item = await getItem({ ...ledger, key: ["id"] }, { id: VERSION_ID });
  return item && (toRow(item) as unknown as StoredForm);
}

/** Never lowers the form: rows of the higher one stay. */
export async function noteStoredForm(ledger: Ledger, version: string, form = STORED_FORM): Promise<void> {
  const item = toItem({ id: VERSION_ID, form, version, at: new Date().toISOString() });
  await putItem({ ...ledger, key: ["id"] }, item, eitherHolds(absent("form"), below("form", { N: String(form) })));
}
