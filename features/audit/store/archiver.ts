import type { AwsClient } from "../../../adapters/aws/client";
import type { ObjectsKept } from "../../../adapters/aws/objects";
import { toItem, toRow } from "../../../adapters/tables/item";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { getItem, putItem } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { archiveName, archiveText, type ChainFlaw, type ChainHead, flawBetween, flawOfEntry } from "../chain";
import type { AuditRow } from "../entry";
import type { AuditStore } from "./trail";

export interface ArchiverPorts {
  readonly trail: Pick<AuditStore, "rows">;
  readonly archive: ObjectsKept;
  readonly mark: ArchiveMark;
}

/** Stores which entry was archived last. If the stored entry were wrong, the archive would get a gap, or the same entries twice. */
export interface ArchiveMark {
  read(): Promise<ChainHead | undefined>;
  write(last: ChainHead): Promise<void>;
}

export interface Archived {
  readonly entries: number;
  /** The first flaw. Later entries are archived despite the flaw. */
  readonly flaw?: ChainFlaw;
}

export async function archiveNews({ trail, archive, mark }: ArchiverPorts, hasTime: () => boolean): Promise<Archived> {
  const last = await mark.read();
  let before: Pick<ChainHead, "number" | "hash"> | undefined = last;
  let flaw: ChainFlaw | undefined;
  let entries = 0;
  let hasLooked = false;
  for await (const page of trail.rows(last?.number)) {
    if (!hasLooked) flaw = flawOfLast(last, page[0]);
    hasLooked = true;
    const rows = page.filter(({ number }) => number !== last?.number);
    for (const row of rows) {
      flaw ??= flawBetween(before, row) ?? flawOfEntry(row);
      before = row;
    }
    const newest = rows.at(-1);
    if (newest !== undefined) {
      await archive.add(archiveName(rows), archiveText(rows));
      await mark.write(newest);
      entries += rows.length;
    }
    if (!hasTime()) break;
  }
  if (!hasLooked) flaw = flawOfLast(last, undefined);
  return { entries, flaw };
}

function flawOfLast(last: ChainHead | undefined, row: AuditRow | undefined): ChainFlaw | undefined {
  if (last === undefined) return undefined;
  if (row?.number !== last.number) return { kind: "missing", number: last.number };
  return row.hash === last.hash ? undefined : { kind: "altered", number: last.number };
}

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
