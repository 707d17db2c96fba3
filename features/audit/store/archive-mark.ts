import type { AwsClient } from "../../../adapters/aws/client";
import { toItem, toRow } from "../../../adapters/tables/item";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { getItem, putItem } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import type { ChainHead } from "../chain";
import type { ArchiveMark } from "./archiver";

/** Prefix of the archive's progress in the usage table. The bucket's name follows. */
export const ARCHIVE_PREFIX = "audit-archive/";

/** The progress describes what a bucket contains. A restore does not change the bucket, so backups omit the row. */
export const archiveMarkKind: RowKind = { table: "ledger", under: ARCHIVE_PREFIX, personal: false, backedUp: false };

/** Reads and writes the archive's progress. For a new bucket, the archive begins with the first entry. */
export function archiveMark(client: AwsClient, name: string, bucket: string): ArchiveMark {
  const table = { client, name, key: tables.ledger.key };
  const id = `${ARCHIVE_PREFIX}${bucket}`;
  return {
    async read() {
      const item = await getItem(table, { id });
      const { number, hash, at } = item === undefined ? {} : toRow(item);
      return typeof number === "string" && typeof hash === "string" ? { number, hash, at: String(at) } : undefined;
    },
    async write({ number, hash, at }: ChainHead) {
      await putItem(table, toItem({ id, number, hash, at }));
    },
  };
}
