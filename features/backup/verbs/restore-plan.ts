import { type AwsClient, AwsError } from "../../../adapters/aws/client";
import type { Item } from "../../../adapters/tables/item";
import { getPage } from "../../../adapters/tables/search";
import { batchGet } from "../../../adapters/tables/table";
import { type AnyTableName, tables } from "../../../adapters/tables/tables";
import { CommandError } from "../../../cli/failure";
import { compareRow, hasExpired, letsIn, type RowComparison, type SavedRow, savedRow } from "./compare";
import type { RowsOfTable } from "./format";

interface RestoreTarget {
  readonly client: AwsClient;
  /** The deployed names of the tables. */
  readonly tables: Readonly<Partial<Record<AnyTableName, string>>>;
}

export interface TablePlan extends Record<RowComparison, number> {
  /** Rows of the backup. `expired`: how many of these rows have expired. */
  rows: number;
  expired: number;
  /** True if the table has rows. */
  inUse: boolean;
  /** `lettingIn`: how many of the rows to write let people in. */
  toWrite: number;
  lettingIn: number;
}

export type RestorePlan = Map<AnyTableName, TablePlan>;

export interface Restoring {
  readonly target: RestoreTarget;
  readonly madeAt: Date;
  readonly now: Date;
  /** True if newer or differing rows are overwritten. */
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
}

/** Writes nothing. */
export async function planRestore(
  rows: AsyncIterable<RowsOfTable>,
  restoring: Restoring,
  tell: (rows: number) => void,
): Promise<RestorePlan> {
  const plan: RestorePlan = new Map();
  for await (const { table, items } of rows) {
    restoring.signal.throwIfAborted();
    const tablePlan = plan.get(table) ?? emptyPlan(await isInUse(restoring.target, table));
    plan.set(table, tablePlan);
    tablePlan.rows += items.length;
    const savedRows = living(table, items, restoring);
    tablePlan.expired += items.length - savedRows.length;
    const current = tablePlan.inUse ? await currentRows(restoring.target, table, savedRows) : new Map<string, Item>();
    for (const row of savedRows) {
      const comparison = compareRow(table, row, current.get(buildRowKey(table, row.saved)));
      tablePlan[comparison] += 1;
      if (!isToWrite(comparison, restoring.overwrite)) continue;
      tablePlan.toWrite += 1;
      if (letsIn(table, row.saved)) tablePlan.lettingIn += 1;
    }
    tell(items.length);
  }
  return plan;
}

function emptyPlan(inUse: boolean): TablePlan {
  return { rows: 0, expired: 0, absent: 0, same: 0, older: 0, newer: 0, differs: 0, lacking: 0, stays: 0, inUse, toWrite: 0, lettingIn: 0 };
}

const writtenComparisons: readonly RowComparison[] = ["absent", "older", "lacking"];
const overwritten: readonly RowComparison[] = [...writtenComparisons, "newer", "differs"];

export function isToWrite(comparison: RowComparison, overwrite: boolean): boolean {
  return (overwrite ? overwritten : writtenComparisons).includes(comparison);
}

export function rowsToWrite(plan: RestorePlan): number {
  return [...plan.values()].reduce((sum, { toWrite }) => sum + toWrite, 0);
}

export function living(table: AnyTableName, items: readonly Item[], { madeAt, now }: Restoring): readonly SavedRow[] {
  return items.filter((item) => !hasExpired(table, item, now)).map((item) => savedRow(table, item, madeAt));
}

export function buildRowKey(table: AnyTableName, item: Item): string {
  return JSON.stringify(tables[table].key.map((name) => item[name]?.S));
}

/** Returns the rows by `buildRowKey`. */
export async function currentRows(
  { client, tables: names }: RestoreTarget,
  table: AnyTableName,
  rows: readonly SavedRow[],
): Promise<Map<string, Item>> {
  const tableName = names[table] as string;
  const keys = rows.map(({ saved }) => ({
    tableName,
    key: Object.fromEntries(tables[table].key.map((name) => [name, saved[name] as Item[string]])),
  }));
  const currentItems = await batchGet(client, keys);
  return new Map(currentItems.map(([, item]) => [buildRowKey(table, item), item]));
}

async function isInUse({ client, tables: names }: RestoreTarget, table: AnyTableName): Promise<boolean> {
  const name = names[table] as string;
  try {
    const { items, next } = await getPage({ client, name, key: tables[table].key }, { limit: 1 });
    return items.length > 0 || next !== undefined;
  } catch (error) {
    if (!(error instanceof AwsError) || error.name !== "ResourceNotFoundException") throw error;
    throw new CommandError(
      `The table ${name} (${table}) does not exist any more. Nothing was changed. docs/backup.md says how to bring a deleted table back.`,
    );
  }
}
