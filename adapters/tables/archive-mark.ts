import type { ChainHead } from "../../engine/audit/chain";
import type { ArchiveMark } from "../audit/archiver";
import type { AwsClient } from "../aws/client";
import { toItem, toRow } from "./item";
import { getItem, putItem } from "./table";
import { ARCHIVE_ROW, tables } from "./tables";

/** How far the audit trail is archived, as the ledger keeps it. */
export function archiveMark(client: AwsClient, name: string): ArchiveMark {
  const table = { client, name, key: tables.ledger.key };
  return {
    async read() {
      const item = await getItem(table, { id: ARCHIVE_ROW });
      const { number, hash, at } = item === undefined ? {} : toRow(item);
      return typeof number === "string" && typeof hash === "string" ? { number, hash, at: String(at) } : undefined;
    },
    async write({ number, hash, at }: ChainHead) {
      await putItem(table, toItem({ id: ARCHIVE_ROW, number, hash, at }));
    },
  };
}
