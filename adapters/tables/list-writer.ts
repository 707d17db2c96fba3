import type { RowWrite, StoredRow } from "../../engine/access-list/files/changes";
import { accessListRow } from "../../engine/edited-tables";
import type { AwsClient } from "../aws/client";
import { type Item, toItem, toRow } from "./item";
import { batchWrite } from "./table";

/** The columns that commands and pages write. */
const written = Object.keys(accessListRow.members);

/** Whatever else an operator keeps in a row: it stays exactly as it is stored. */
export function keptBeside(item: Item | undefined): Item {
  return Object.fromEntries(Object.entries(item ?? {}).filter(([name]) => !written.includes(name)));
}

/** An item of the access list as an import compares it. */
export function storedRow(item: Item): StoredRow {
  return { cells: toRow(item), kept: keptBeside(item) };
}

/** The item that a write leaves; undefined if it removes the row. */
export function itemOf({ row }: RowWrite): Item | undefined {
  return row && { ...(row.kept as Item), ...toItem(row.cells) };
}

/** Writes up to 25 rows of different keys, without conditions. Resolves when DynamoDB has taken all of them. */
export function writeRows(client: AwsClient, tableName: string, writes: readonly RowWrite[]): Promise<void> {
  const requests = writes.map((write) => {
    const Item = itemOf(write);
    return Item === undefined ? { DeleteRequest: { Key: toItem({ entry: write.entry }) } } : { PutRequest: { Item } };
  });
  return batchWrite(client, tableName, requests);
}
