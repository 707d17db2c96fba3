import { buildReadCondition, present } from "../../../adapters/tables/conditions";
import type { Item } from "../../../adapters/tables/item";
import { absent, type Expression, equal, putItem, updateItem } from "../../../adapters/tables/table";
import { type AnyTableName, tables } from "../../../adapters/tables/tables";
import type { JsonOption } from "../../../cli/command";
import { formatCount, type Output } from "../../../cli/output";
import { omit } from "../../../engine/collections";
import { type Announcing, ROWS_AN_ENTRY } from "../../audit/verbs/announced";
import { tableShapes } from "../../row-kinds";
import { compareRow, letsIn, markRestored, missingMembers, type RowComparison, type SavedRow } from "./compare";
import type { RowsOfTable } from "./format";
import { buildRowKey, currentRows, isToWrite, living, type RestorePlan, type Restoring, type TablePlan } from "./restore-plan";
import { PERSON_KEY } from "./secrets";
import type { RestoreSource } from "./source";

/** A new on-demand table takes 4,000 writes a second. */
const WRITES_AT_ONCE = 32;

export interface Restored {
  written: number;
  /** Number of rows that somebody else changed after the comparison. These are not overwritten. */
  changedMeanwhile: number;
}

export interface RestoreCallbacks {
  /** Called with the number of rows that were finished since the last call. */
  tell(rows: number, sofar: Restored): void;
  /** Announces a table's rows to the audit log in advance. */
  announcing(table: AnyTableName): Promise<Announcing>;
}

/**
 * Writes a row only if the table's row is unchanged since the comparison, so the restore can be interrupted and repeated. The audit log
 * comes first, because new entries must follow its last entry. Rows that let people in come last, after all denies.
 * @param read reads all rows from the beginning
 */
export async function restoreRows(
  read: () => Promise<AsyncIterable<RowsOfTable>>,
  plan: RestorePlan,
  restoring: Restoring,
  { tell, announcing }: RestoreCallbacks,
): Promise<Restored> {
  const counts: Restored = { written: 0, changedMeanwhile: 0 };
  const neededTurns = {
    trail: (plan.get("audit")?.toWrite ?? 0) > 0,
    denying: true,
    lettingIn: [...plan.values()].some(({ lettingIn }) => lettingIn > 0),
  };
  for (const turn of turns.filter((each) => neededTurns[each])) {
    for await (const { table, items } of await read()) {
      const tablePlan = plan.get(table);
      if (tablePlan === undefined) continue;
      const rows = living(table, items, restoring).filter(({ saved }) => findTurn(table, saved) === turn);
      if (rows.length > 0) await writeSome(table, rows, tablePlan.inUse);
    }
  }
  return counts;

  async function writeSome(table: AnyTableName, rows: readonly SavedRow[], inUse: boolean): Promise<void> {
    const currentByKey = inUse ? await currentRows(restoring.target, table, rows) : new Map<string, Item>();
    const queue = rows.flatMap((row) => {
      const current = currentByKey.get(buildRowKey(table, row.saved));
      const comparison = compareRow(table, row, current);
      return isToWrite(comparison, restoring.overwrite) ? [{ row, current, comparison }] : [];
    });
    const announcement = await announcing(table);
    for (let start = 0; start < queue.length; start += ROWS_AN_ENTRY) {
      const some = queue.slice(start, start + ROWS_AN_ENTRY);
      await announcement.write(
        some.map(({ row }) => announcement.markOf(row.wanted)),
        () => writeAnnounced(table, some),
      );
    }
  }

  async function writeAnnounced(table: AnyTableName, queue: Compared[]): Promise<void> {
    const worker = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        restoring.signal.throwIfAborted();
        const became = await writeOne(table, next, restoring);
        counts[became] += 1;
        tell(1, counts);
      }
    };
    const results = await Promise.allSettled(Array.from({ length: WRITES_AT_ONCE }, worker));
    const failure = results.find((each) => each.status === "rejected");
    if (failure !== undefined) throw failure.reason;
  }
}

const turns = ["trail", "denying", "lettingIn"] as const;

function findTurn(table: AnyTableName, savedItem: Item): (typeof turns)[number] {
  if (table === "audit") return "trail";
  return letsIn(table, savedItem) ? "lettingIn" : "denying";
}

interface Compared {
  readonly row: SavedRow;
  readonly current: Item | undefined;
  readonly comparison: RowComparison;
}

async function writeOne(table: AnyTableName, { row, current, comparison }: Compared, { target, now }: Restoring): Promise<keyof Restored> {
  const { client, tables: names } = target;
  const { key } = tables[table];
  const missing = comparison === "lacking" && current !== undefined ? missingMembers(table, row.saved, current) : undefined;
  if (missing !== undefined) {
    // Adding an existing member changes nothing, so the only condition is that the row exists.
    const { written } = await updateItem({ client, name: names[table] as string, key }, row.saved, { add: missing }, present(key[0]));
    return written ? "written" : "changedMeanwhile";
  }
  const condition = current === undefined ? absent(key[0]) : buildComparison(table, current, comparison);
  const result = await putItem({ client, name: names[table] as string, key }, markRestored(table, row.wanted, now), condition);
  // If the answer to a write was lost, the repeated write finds its own row. So a row that is now the same counts as written.
  return result.written || compareRow(table, row, result.current) === "same" ? "written" : "changedMeanwhile";
}

function buildComparison(table: AnyTableName, current: Item, comparison: RowComparison): Expression {
  const { version, changed } = tableShapes[table];
  if (comparison === "older" && version !== undefined) {
    const comparedNames = changed === undefined ? [version] : [version, changed];
    return equal(Object.fromEntries(comparedNames.map((name) => [name, current[name] as Item[string]])));
  }
  return buildReadCondition(current);
}

interface ReportOptions extends JsonOption {
  readonly overwrite?: boolean;
}

export function reportRestorePlan(
  { shown, madeAt, header }: RestoreSource,
  chosen: readonly AnyTableName[],
  { plan, secrets }: { readonly plan: RestorePlan; readonly secrets: readonly string[] },
  options: ReportOptions,
  output: Output,
): void {
  const { json, overwrite = false } = options;
  if (!json)
    output.print(`${shown}: as of ${madeAt}${header === undefined ? "" : `, of ${header.from.stack}, by version ${header.version}`}`);
  for (const table of chosen) {
    const tablePlan = plan.get(table);
    if (json) output.json({ table, ...(tablePlan === undefined ? { rows: 0 } : toJson(tablePlan)) });
    else output.print(`${table}: ${tablePlan === undefined ? "no rows" : describeTablePlan(tablePlan, overwrite)}`);
  }
  if (!json && secrets.length > 0) output.print(`secrets to change: ${secrets.join(", ")}`);
}

function toJson(plan: TablePlan): object {
  const { absent, ...own } = omit(plan, "toWrite", "lettingIn");
  return { ...own, add: absent };
}

function describeTablePlan(tablePlan: TablePlan, overwrite: boolean): string {
  const { rows, absent, same, older, newer, differs, lacking, stays, expired, inUse } = tablePlan;
  const newerText = overwrite ? "to overwrite" : "kept";
  const parts = [
    [absent, "to add"],
    [older, "older in the table, to bring up to date"],
    [lacking, "with members missing in the table, to add to them"],
    [stays, "different in the table, which keeps what was used up"],
    [newer, `newer in the table, ${newerText}`],
    [differs, `different in the table, ${newerText}`],
    [same, "the same"],
    [expired, "expired, left out"],
  ] as const;
  const counts = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return `${formatCount(rows, "row")}: ${counts.join(", ")}${inUse ? "; the table is in use, its other rows stay" : ""}`;
}

export function reportRestored(counts: Restored, secrets: readonly string[], { json }: JsonOption, output: Output): void {
  const { written, changedMeanwhile } = counts;
  if (json) output.json({ written, changedMeanwhile, secrets });
  else output.print(`Restored ${formatCount(written, "row")}${secrets.length > 0 ? ` and ${formatCount(secrets.length, "secret")}` : ""}.`);
  if (changedMeanwhile > 0)
    output.warn(`${formatCount(changedMeanwhile, "row was", "rows were")} changed by somebody else meanwhile, and stay as they are now.`);
  // Running processes use the old key for a while: adapters/aws/person-key.ts.
  if (secrets.includes(PERSON_KEY))
    output.warn(
      "Wait ten minutes before you let Entra call: functions that are already running find restored people only after they have read the key again.",
    );
}
