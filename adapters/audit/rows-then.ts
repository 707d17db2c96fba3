import type { ChangeSet } from "../../engine/access-list/change-set";
import { canonicalJson, cutRow, detailsOf } from "../../engine/audit/chain";
import type { AuditRow } from "../../engine/audit/entry";
import { type AuditedTable, auditedTables, changeMark } from "../../engine/audit/table-change";
import { eachHash, type PersonHashes } from "../../engine/sign-up/person";
import { recordId } from "../../engine/sign-up/records";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { ChangeSetStore } from "../list-changes/store";
import { toItem, toRow } from "../tables/item";
import { withoutIndexes } from "../tables/list-indexes";
import type { Rows } from "../tables/rows";
import { isAudited, subjectOf, tableAudited } from "./audited-tables";

/** A stream brings a change to the trail within seconds; clocks differ too. A decision that near to a change may have seen either state. */
const NEAR_MS = 2 * 60_000;

/** A change of one row, as the trail or a change set holds it. */
export interface HeldChange {
  /** Between these two moments, in epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly before?: Row | undefined;
  readonly after?: Row | undefined;
  /** The entry that holds it, or the change set. */
  readonly source: string;
  readonly by: string;
  /** The trail names the row and does not hold it. */
  readonly unheld?: true;
}

/** Rows as they were at a moment. */
export interface RowsThen {
  /** By `recordId`. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Rows whose state at that moment nobody can tell, by `recordId`: why. */
  readonly unknown: ReadonlyMap<string, string>;
  /** Other moments, for rows that were changed at about that time: a decision may have seen them before or after it. */
  readonly near: readonly Date[];
}

/** Brings back rows of the tables that the audit trail covers. */
export interface History {
  at(keys: readonly RecordKey[], moment: Date): Promise<RowsThen>;
  /** The first change of a row after a moment, if it was changed since. */
  changedSince(key: RecordKey, moment: Date): HeldChange | undefined;
}

/** What a history is made from. */
export interface HistorySources {
  /** Entries from the beginning of the time on, the oldest first. */
  readonly entries: readonly AuditRow[];
  /** Change sets of several rows, whose rows have no entries of their own. */
  readonly sets: readonly ChangeSet[];
  readonly parts: ChangeSetStore["parts"];
  readonly read: Rows["read"];
  readonly hashes: PersonHashes;
}

/** The table of the trail that covers a row; undefined where none does. */
export function auditedTableOf({ table, key }: RecordKey): AuditedTable | undefined {
  return auditedTables.find(
    (each) =>
      tableAudited[each] === table && each !== "approvals" && each !== "list-changes" && (table !== "decisions" || isAudited(each, key)),
  );
}

export async function historyOf({ entries, sets, parts, read, hashes }: HistorySources): Promise<History> {
  const changes = new Map<string, HeldChange[]>();
  const add = (id: string, change: HeldChange) => changes.set(id, [...(changes.get(id) ?? []), change]);
  for (const [id, change] of changesIn(entries)) add(id, change);
  for (const set of sets.filter(({ writes }) => writes > 1)) for await (const [id, change] of changesOfSet(set, parts)) add(id, change);
  for (const each of changes.values()) each.sort((one, other) => one.to - other.to);
  const imports = entries.flatMap(importIn);
  const current = new Map<string, Row | undefined>();

  async function currentRows(keys: readonly RecordKey[]): Promise<void> {
    const missing = keys.filter((key) => !current.has(recordId(key)));
    if (missing.length === 0) return;
    const found = await read(missing);
    for (const key of missing) current.set(recordId(key), found.get(recordId(key)));
  }

  /** Why the row as it is now says nothing of what it was. */
  function whyUnknown(key: RecordKey, table: AuditedTable, last: HeldChange | undefined, moment: Date): string | undefined {
    const row = current.get(recordId(key));
    if (last !== undefined && !isAsLeft(row, last.after)) return "it is not as the trail's last entry about it left it";
    const after = row && toRow(withoutIndexes(toItem(row)));
    const subject = subjectOf(table, toItem(key.key));
    const marks = eachHash(hashes).map((hashOf) => changeMark({ table, subject, ...(after && { after }) }, hashOf));
    const since = imports.find(({ at, known }) => at > moment.getTime() && marks.some((mark) => known.has(mark)));
    return since && `an import has written it since (entry ${since.source}), and the trail does not hold the row before`;
  }

  return {
    async at(keys, moment) {
      const then = moment.getTime();
      const rows = new Map<string, Row>();
      const unknown = new Map<string, string>();
      const near = new Set<number>();
      const open: (readonly [RecordKey, AuditedTable])[] = [];
      for (const key of keys) {
        const id = recordId(key);
        const table = auditedTableOf(key);
        if (table === undefined) {
          unknown.set(id, "its table keeps no history");
          continue;
        }
        const held = changes.get(placeOf(table, key)) ?? [];
        for (const { from, to } of held) if (from - NEAR_MS <= then && then <= to + NEAR_MS) for (const at of [to - 1, to]) near.add(at);
        const next = held.find(({ to }) => to > then);
        if (next === undefined) open.push([key, table]);
        else if (next.unheld || next.before?.[""] !== undefined) unknown.set(id, `entry ${next.source} names it and does not hold it`);
        else if (next.before !== undefined) rows.set(id, next.before);
      }
      await currentRows(open.map(([key]) => key));
      for (const [key, table] of open) {
        const id = recordId(key);
        const why = whyUnknown(key, table, changes.get(placeOf(table, key))?.at(-1), moment);
        const row = current.get(id);
        if (why !== undefined) unknown.set(id, why);
        else if (row !== undefined) rows.set(id, row);
      }
      near.delete(then);
      return { rows, unknown, near: [...near].sort().map((at) => new Date(at)) };
    },
    changedSince(key, moment) {
      const table = auditedTableOf(key);
      return table && changes.get(placeOf(table, key))?.find(({ to }) => to > moment.getTime());
    },
  };
}

function placeOf(table: AuditedTable, { key }: RecordKey): string {
  return `${table}/${subjectOf(table, toItem(key))}`;
}

/** The changes of single rows that entries tell of, by table and subject. */
function* changesIn(entries: readonly AuditRow[]): Generator<readonly [string, HeldChange]> {
  // What somebody was about to do was done where a later entry says so.
  const ends = new Map(
    entries.flatMap(({ of, outcome, at }) => (of !== undefined && (outcome === "done" || outcome === "seen") ? [[of, at] as const] : [])),
  );
  for (const entry of entries) {
    const { number, of, outcome, action, at, by, set, count } = entry;
    const table = auditedTables.find((each) => action.startsWith(`${each}.`));
    const end = outcome === "begun" ? ends.get(number) : at;
    if (table === undefined || of !== undefined || end === undefined || (set !== undefined && count !== undefined)) continue;
    const { subject, before, after, marks } = detailsOf(entry);
    const facts = { from: Date.parse(at), to: Date.parse(end), source: String(Number(number)), by };
    if (Array.isArray(after?.rows) && count !== undefined) {
      for (const row of after.rows) yield [`${table}/${String(row)}`, { ...facts, unheld: true }];
    } else if (subject !== undefined && marks === undefined && (before ?? after) !== undefined) {
      yield [`${table}/${subject}`, { ...facts, before, after }];
    }
  }
}

async function* changesOfSet(set: ChangeSet, parts: ChangeSetStore["parts"]): AsyncGenerator<readonly [string, HeldChange]> {
  const from = Date.parse(set.at);
  const kept = new Set(set.kept);
  for await (const { writes } of parts(set.id)) {
    for (const { entry, before, after } of writes) {
      if (kept.has(entry)) continue;
      const [was, is] = [before && toRow(before), after && toRow(after)];
      yield [
        `access-list/${entry}`,
        { from, to: Math.max(from, set.aliveUntil ?? from), before: was, after: is, source: `set ${set.id}`, by: set.by },
      ];
    }
  }
}

/** An entry of many rows that names each by a keyed hash alone. */
function importIn(entry: AuditRow) {
  const { marks, after } = detailsOf(entry);
  if (marks === undefined || after?.rows !== undefined) return [];
  return [{ at: Date.parse(entry.at), source: String(Number(entry.number)), known: new Set(marks) }];
}

/** Whether the row holds each cell as it was left, whatever the hygiene worker has flagged since. */
function isAsLeft(row: Row | undefined, left: Row | undefined): boolean {
  if (row === undefined || left === undefined) return row === left;
  const [is, was] = [cutRow(row), cutRow(left)];
  return Object.keys(was).every((name) => name === "problem" || inOrder(is[name]) === inOrder(was[name]));
}

/** Members of a set come in any order. */
function inOrder(cell: unknown): string {
  return Array.isArray(cell) ? canonicalJson(cell.map(canonicalJson).sort()) : canonicalJson(cell ?? null);
}
