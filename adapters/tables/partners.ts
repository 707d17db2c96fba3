import { PARTNER, type PartnerRow, partnerKey, readPartner } from "../../engine/partners/partner";
import type { AwsClient } from "../aws/client";
import { absent, asRead, equal } from "./expressions";
import { toItem, toRow } from "./item";
import { batchGet, deleteItem, pagesOf, putItem } from "./table";
import { tables } from "./tables";

/** The domains of partners. */
export interface PartnerStore {
  /** Strongly consistent. */
  of(domain: string): Promise<PartnerRow | undefined>;
  /** By domain, a page at a time. */
  pages(): AsyncIterable<readonly PartnerRow[]>;
  /** Writes a row in the place of what was read. False where somebody else changed it meanwhile: nothing is written then. */
  replace(before: PartnerRow | undefined, after: PartnerRow): Promise<boolean>;
  /** False where somebody else changed it meanwhile. */
  remove(row: PartnerRow): Promise<boolean>;
}

/** @param name the deployed name of the table of decisions */
export function partnerStore(client: AwsClient, name: string): PartnerStore {
  const table = { client, name, key: tables.decisions.key };
  return {
    async of(domain) {
      const [found] = await batchGet(client, [{ tableName: name, key: toItem(partnerKey(domain).key) }]);
      return found && readPartner(toRow(found[1]));
    },
    async *pages() {
      const found = pagesOf(table, { where: equal(toItem({ reference: PARTNER })) });
      for await (const page of found) yield page.flatMap((item) => readPartner(toRow(item)) ?? []);
    },
    async replace(before, after) {
      return (await putItem(table, toItem(after), before === undefined ? absent("reference") : asRead(toItem(before)))).written;
    },
    remove: async (row) => (await deleteItem(table, toItem(row), asRead(toItem(row)))).written,
  };
}
