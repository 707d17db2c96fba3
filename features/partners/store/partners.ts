import type { AwsClient } from "../../../adapters/aws/client";
import { buildReadCondition } from "../../../adapters/tables/conditions";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { readPages } from "../../../adapters/tables/search";
import { absent, batchGet, deleting, equal, putting, type TableWrite, writeAlone } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import type { Row } from "../../../engine/sign-up/rule";
import { PARTNER, type PartnerRow, partnerKey, readPartner } from "../../access-list/partner";

export interface FoundPartner {
  /** The row as stored, perhaps typed by hand; undefined if there is none. */
  readonly stored: Item | undefined;
  /** Undefined if there is no row, and also if the row is unreadable. */
  readonly row: PartnerRow | undefined;
}

export interface PartnerStore {
  /** Reads a domain's row, strongly consistently; undefined if it is missing or unreadable. */
  of(domain: string): Promise<PartnerRow | undefined>;
  found(domain: string): Promise<FoundPartner>;
  /** Reads all rows by domain, a page at a time. @param onUnreadable called with each unreadable row, which is omitted */
  pages(onUnreadable?: (row: Row) => void): AsyncIterable<readonly PartnerRow[]>;
  /** Replaces the row that was read. Writes nothing and returns false if somebody else changed it meanwhile. */
  replace(before: PartnerRow | undefined, after: PartnerRow): Promise<boolean>;
  replacing(before: PartnerRow | undefined, after: PartnerRow): TableWrite;
  /** Returns the write that removes a row, readable or not, unless somebody else has changed it meanwhile. */
  removing(storedItem: Item): TableWrite;
}

/** @param name the deployed name of the table of decisions */
export function partnerStore(client: AwsClient, name: string): PartnerStore {
  const table = { client, name, key: tables.decisions.key };

  async function readStoredPartner(domain: string): Promise<FoundPartner> {
    const [[, stored] = []] = await batchGet(client, [{ tableName: name, key: toItem(partnerKey(domain).key) }]);
    return { stored, row: stored && readPartner(toRow(stored)) };
  }

  const replacing: PartnerStore["replacing"] = (before, after) =>
    putting(table, toItem(after), before === undefined ? absent("reference") : buildReadCondition(toItem(before)));

  return {
    of: async (domain) => (await readStoredPartner(domain)).row,
    found: readStoredPartner,
    async *pages(onUnreadable) {
      for await (const page of readPages(table, { where: equal(toItem({ reference: PARTNER })) })) {
        const rows = page.map(toRow);
        if (onUnreadable !== undefined) for (const row of rows) if (readPartner(row) === undefined) onUnreadable(row);
        yield rows.flatMap((row) => readPartner(row) ?? []);
      }
    },
    replace: async (...edit) => (await writeAlone(replacing(...edit))).written,
    replacing,
    removing: (item) => deleting(table, item, buildReadCondition(item)),
  };
}
