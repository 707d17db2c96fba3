import type { AwsClient } from "../../../adapters/aws/client";
import { type Replacement, replaceEach } from "../../../adapters/tables/conditional-batch";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { tables } from "../../../adapters/tables/tables";
import type { Phase, RowWrite, StoredRow } from "../files/changes";
import { keptBeside, sameness } from "./access-list";
import { indexed, type LastEdit } from "./list-indexes";

/** A row before and after a write, in DynamoDB's form. Absent: no row. */
export interface RowChange {
  readonly entry: string;
  readonly before?: Item;
  readonly after?: Item;
  /** For the second of two writes: the row before the first. */
  readonly first?: Item;
  /** For the first of two writes: the row after the second. */
  readonly final?: Item;
}

export type PhasedRow = RowChange & { readonly phase: Phase };

export function storedRow(item: Item): StoredRow {
  const odd = Object.entries(item).filter(([name, cell]) => cell.S === undefined && sameness.columns.includes(name));
  return { cells: toRow(item), kept: keptBeside(item), ...(odd.length > 0 && { odd: Object.fromEntries(odd) }) };
}

export function itemOf({ cells, kept, odd }: StoredRow): Item {
  const item: Item = {};
  for (const [name, cell] of Object.entries(cells)) {
    if (name in kept || (odd !== undefined && name in odd)) continue;
    if (typeof cell === "string") item[name] = { S: cell };
    else Object.assign(item, toItem({ [name]: cell }));
  }
  return Object.assign(item, kept, odd);
}

export function rowChange({ entry, was, row, first, final }: RowWrite): RowChange {
  return {
    entry,
    ...(was && { before: itemOf(was) }),
    ...(row && { after: itemOf(row) }),
    ...(first && { first: itemOf(first) }),
    ...(final && { final: itemOf(final) }),
  };
}

export interface ListPorts {
  readonly client: AwsClient;
  readonly list: string;
  /** Called once with the error code if a database accepts no batch. */
  onBatchless?(why: string): void;
}

/**
 * Writes up to 25 rows of different keys, each only if unchanged since it was read. Resolves to the rows that have changed to another value
 * than wanted, which are left.
 */
export async function writeRows(
  { client, list: name, onBatchless }: ListPorts,
  changes: readonly RowChange[],
  edit?: LastEdit,
): Promise<readonly RowChange[]> {
  const table = { client, name, key: tables.accessList.key };
  const replacements = changes.map((change) => stored(change, edit));
  const done = await replaceEach(table, replacements, sameness, onBatchless);
  return changes.filter((_, index) => done[index] === false);
}

/** The update removes index attributes that the row no longer needs. */
function stored({ before, after }: RowChange, edit: LastEdit | undefined): Replacement {
  return { ...(before && { before: indexed(before) }), ...(after && { after: indexed(after, edit) }) } as Replacement;
}
