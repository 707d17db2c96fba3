import * as v from "valibot";
import type { AwsClient } from "../../adapters/aws/client";
import { all, beginning } from "../../adapters/tables/conditions";
import { type EditedRows, editedRows } from "../../adapters/tables/edited-rows";
import type { Item } from "../../adapters/tables/item";
import type { RowKind } from "../../adapters/tables/row-kind";
import { getPage, type ItemPage, readPages } from "../../adapters/tables/search";
import { equal } from "../../adapters/tables/table";
import { tables } from "../../adapters/tables/tables";
import { anyText, createTextSchema, typedEnd, typedNote } from "../../engine/fields";

export const referenceRow = v.object({
  list: createTextSchema("The list's name: by default the attribute's, `extension_PartnerNumber`."),
  value: createTextSchema("One permitted value: in lower case, in upper case, or exactly as people type it."),
  approver: v.optional(anyText("The address of the code's sponsor, who is [asked](recipes/approver-by-code.md).")),
  expiresAt: typedEnd("Afterwards, or if unreadable, the row does not count."),
  note: typedNote(),
});

export const referenceKind: RowKind = {
  schema: referenceRow,
  typed: true,
  table: "referenceData",
  shape: { streamed: "wanted" },
  audited: "reference-data",
};

export interface ReferenceDataStore extends EditedRows {
  /**
   * Counts each list's rows, but reads at most `atMost` rows of the table. If `cut` is true, rows were left unread: counts may be too
   * small, and lists may be missing.
   */
  lists(atMost: number): Promise<{ readonly counts: ReadonlyMap<string, number>; readonly cut: boolean }>;
  /** Pages are in the UTF-8 order of the values. */
  valuesOf(list: string): AsyncIterable<readonly Item[]>;
  /** Rows are in the UTF-8 order of the values. @param after the value after which to continue; it also begins with `begin` */
  valuesUnder(list: string, begin: string, after: string | undefined, rows: number): Promise<ItemPage>;
}

const PAGE_ROWS = 200;
const COUNTED_AT_ONCE = 1_000;

export function referenceDataStore(client: AwsClient, name: string): ReferenceDataStore {
  const table = { client, name, key: tables.referenceData.key };
  return {
    ...editedRows(client, name, table.key),
    async lists(atMost) {
      const counts = new Map<string, number>();
      let leftCount = atMost;
      let page: ItemPage | undefined;
      do {
        const search = { columns: ["list"], limit: Math.min(leftCount, COUNTED_AT_ONCE), consistent: false };
        page = await getPage(table, search, page?.next);
        for (const { list } of page.items) counts.set(String(list?.S), (counts.get(String(list?.S)) ?? 0) + 1);
        leftCount -= page.items.length;
      } while (page.next !== undefined && leftCount > 0);
      return { counts, cut: page.next !== undefined };
    },
    valuesOf: (list) => readPages(table, { where: equal({ list: { S: list } }), limit: PAGE_ROWS }),
    valuesUnder(list, begin, after, rows) {
      const ofList = equal({ list: { S: list } });
      const where = begin === "" ? ofList : all(ofList, beginning("value", [begin]));
      return getPage(table, { where, limit: rows }, after === undefined ? undefined : { list: { S: list }, value: { S: after } });
    },
  };
}
