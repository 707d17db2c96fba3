import type { AwsClient } from "../../../adapters/aws/client";
import { type Replacement, replaceEach, type Sameness } from "../../../adapters/tables/conditional-batch";
import type { RowEdit } from "../../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { tables } from "../../../adapters/tables/tables";
import type { AuditedWrite, RowAudited } from "../../audit/store/trail";
import type { RowWrite, StoredRow } from "../files/changes";
import { accessListRow } from "../stored-row";
import { besideEdits, listWrite } from "./access-list";
import { indexed, type LastEdit, withoutIndexes } from "./list-indexes";

/** One row before and after a write, as DynamoDB spells rows; absent where there is none. */
export interface RowChange {
  readonly entry: string;
  readonly before?: Item;
  readonly after?: Item;
  /** Of a change that takes two writes, in the second: the row before the first. */
  readonly first?: Item;
  /** In the first: the row after the second. */
  readonly final?: Item;
}

/** The columns that commands and pages write. */
const written = Object.keys(accessListRow.entries);

/** A row is the one that was read, whatever the hygiene worker has flagged in it since, and whatever the indexes go by. */
export const sameness: Sameness = { columns: written, ignored: besideEdits };

/** Whatever else an operator keeps in a row: it stays exactly as it is stored. */
export function keptBeside(item: Item | undefined): Item {
  return Object.fromEntries(Object.entries(withoutIndexes(item ?? {})).filter(([name]) => !written.includes(name)));
}

/** An item of the access list as an import compares it. */
export function storedRow(item: Item): StoredRow {
  const odd = Object.entries(item).filter(([name, cell]) => cell.S === undefined && written.includes(name));
  return { cells: toRow(item), kept: keptBeside(item), ...(odd.length > 0 && { odd: Object.fromEntries(odd) }) };
}

/** The item that a row is, or was. */
export function itemOf({ cells, kept, odd }: StoredRow): Item {
  const item: Item = {};
  for (const [name, cell] of Object.entries(cells)) {
    if (name in kept || (odd !== undefined && name in odd)) continue;
    if (typeof cell === "string") item[name] = { S: cell };
    else Object.assign(item, toItem({ [name]: cell }));
  }
  return Object.assign(item, kept, odd);
}

/** What an import writes, as its record and the table take it. */
export function rowChange({ entry, was, row, first, final }: RowWrite): RowChange {
  return {
    entry,
    ...(was && { before: itemOf(was) }),
    ...(row && { after: itemOf(row) }),
    ...(first && { first: itemOf(first) }),
    ...(final && { final: itemOf(final) }),
  };
}

/**
 * Writes up to 25 rows of different keys, each only where the row is still as it was read. Resolves to the rows that
 * are not, and are not as wanted either: they are left as they are.
 * @param onBatchless as `replaceEach` has it
 */
export async function writeRows(
  client: AwsClient,
  name: string,
  changes: readonly RowChange[],
  onBatchless?: (why: string) => void,
  edit?: LastEdit,
): Promise<readonly RowChange[]> {
  const table = { client, name, key: tables.accessList.key };
  const replacements = changes.map((change) => stored(change, edit));
  const done = await replaceEach(table, replacements, sameness, onBatchless);
  return changes.filter((_, index) => done[index] === false);
}

/** The write of one row, where it is still as it was read, and what it changes. */
export function auditedWrite(client: AwsClient, name: string, { entry, before, after }: RowChange, edit: LastEdit): AuditedWrite {
  const write = listWrite({ client, name, key: tables.accessList.key }, { before, after }, edit);
  return { write, change: listRowAudited({ entry, before, after }) };
}

/** A change as the audit trail takes it. */
export function listRowAudited({ entry, before, after }: Pick<RowChange, "entry"> & RowEdit): RowAudited {
  return { table: "access-list", subject: entry, ...(before && { before: toRow(before) }), ...(after && { after: toRow(after) }) };
}

/** What a row's own columns say of the indexes before, its update takes out again. */
function stored({ before, after }: RowChange, edit: LastEdit | undefined): Replacement {
  return { ...(before && { before: indexed(before) }), ...(after && { after: indexed(after, edit) }) } as Replacement;
}
