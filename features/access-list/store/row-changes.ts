import type { AwsClient } from "../../../adapters/aws/client";
import { type Replacement, replaceEach } from "../../../adapters/tables/conditional-batch";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { tables } from "../../../adapters/tables/tables";
import type { Phase, RowWrite, StoredRow } from "../files/changes";
import { keptBeside, sameness } from "./access-list";
import { indexed, type LastEdit } from "./list-indexes";

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

/** A row of an edit, and in which phase of its writing it comes. */
export type PhasedRow = RowChange & { readonly phase: Phase };

/** An item of the access list as an import compares it. */
export function storedRow(item: Item): StoredRow {
  const odd = Object.entries(item).filter(([name, cell]) => cell.S === undefined && sameness.columns.includes(name));
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

/** The list that is edited. */
export interface ListPorts {
  readonly client: AwsClient;
  /** Its deployed name. */
  readonly list: string;
  /** Called once for a database that takes no batch, with its error code. */
  onBatchless?(why: string): void;
}

/**
 * Writes up to 25 rows of different keys, each only where the row is still as it was read. Resolves to the rows that
 * are not, and are not as wanted either: they are left as they are.
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

/** What a row's own columns say of the indexes before, its update takes out again. */
function stored({ before, after }: RowChange, edit: LastEdit | undefined): Replacement {
  return { ...(before && { before: indexed(before) }), ...(after && { after: indexed(after, edit) }) } as Replacement;
}
