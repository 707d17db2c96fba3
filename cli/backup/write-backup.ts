import { createHash } from "node:crypto";
import type { AnyTableName } from "../../adapters/tables/tables";
import { type BackupEnd, type BackupHeader, backupLine, FIRST_WORD, type RowsOfTable, type SavedSecrets } from "./format";

export type RowCounts = Partial<Record<AnyTableName, number>>;

/**
 * The text of a backup, a page of rows at a time.
 * @param pages of one table after the other
 * @param counts gets the rows of each table
 */
export async function* backupText(
  header: BackupHeader,
  secrets: SavedSecrets | undefined,
  pages: AsyncIterable<RowsOfTable>,
  counts: RowCounts,
): AsyncGenerator<string> {
  const hash = createHash("sha256");
  const hashed = (text: string) => {
    hash.update(text);
    return text;
  };
  yield hashed(backupLine([FIRST_WORD, header]));
  if (secrets !== undefined) yield hashed(backupLine(["secrets", secrets]));
  let last: AnyTableName | undefined;
  for await (const { table, items } of pages) {
    if (table !== last) yield hashed(backupLine(["table", table]));
    last = table;
    counts[table] = (counts[table] ?? 0) + items.length;
    yield hashed(items.map(backupLine).join(""));
  }
  yield backupLine(["end", { rows: counts, sha256: hash.digest("hex") } satisfies BackupEnd]);
}
