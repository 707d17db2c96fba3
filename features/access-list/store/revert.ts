import type { AwsClient } from "../../../adapters/aws/client";
import { isSame } from "../../../adapters/tables/conditional-batch";
import type { Item } from "../../../adapters/tables/item";
import type { ChangeSet } from "../change-set";
import { type Phase, phases } from "../files/changes";
import { type AccessListStore, accessListStore, sameness } from "./access-list";
import type { ChangeSetStore } from "./change-sets";
import type { ChangeSource } from "./parts";
import type { RowChange } from "./row-changes";
import { type Draft, MAX_KEPT } from "./run";

export interface RevertPlan {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  readonly keptCount: number;
  readonly kept: readonly string[];
  readonly examples: readonly RowChange[];
  readonly writes: number;
  readonly rows: ChangeSource;
}

/** The inverted rows of a set. Its phases run backwards, so that nobody refused by both lists is let in meanwhile. */
function inverse(store: ChangeSetStore, id: string): ChangeSource {
  return async function* (phase) {
    for await (const { writes } of store.parts(id, [opposite(phase)])) yield writes.map(inverted);
  };
}

function opposite(phase: Phase): Phase {
  return phases[phases.length - 1 - phases.indexOf(phase)] as Phase;
}

function inverted({ entry, before, after, first, final }: RowChange): RowChange {
  return {
    entry,
    ...(after && { before: after }),
    ...(before && { after: before }),
    ...(final && { first: final }),
    ...(first && { final: first }),
  };
}

/**
 * Compares a set's difference with the current list.
 * @param shown number of changes and entries to keep for display
 * @param onChange called with each change, because `examples` holds only the first
 */
export async function planRevert(
  store: ChangeSetStore,
  { id, state }: ChangeSet,
  read: RowReader,
  shown: number,
  onChange?: (row: RowChange) => void,
): Promise<RevertPlan> {
  const counts = { added: 0, changed: 0, removed: 0, unchanged: 0, keptCount: 0 };
  const kept: string[] = [];
  const examples: RowChange[] = [];
  const left = new Set<string>();
  let writes = 0;
  const count = (fate: NonNullable<Fate>, row: RowChange) => {
    counts[fate] += 1;
    if (fate === "keptCount" && kept.length < shown) kept.push(row.entry);
    if (fate === "keptCount" || fate === "unchanged") return;
    onChange?.(row);
    if (examples.length < shown) examples.push(row);
  };
  for (const phase of phases) {
    for await (const rows of inverse(store, id)(phase)) {
      const current = await read(rows.map(({ entry }) => entry));
      for (const row of rows) {
        const fate = fateOf(row, current.get(row.entry));
        // A last write of an interrupted run may still arrive: its rows are always written.
        if (isLeft(fate, row, current.get(row.entry), state === "begun")) left.add(`${phase} ${row.entry}`);
        else writes += 1;
        if (fate !== undefined) count(fate, row);
      }
    }
  }
  async function* rows(phase: Phase) {
    for await (const block of inverse(store, id)(phase)) yield block.filter(({ entry }) => !left.has(`${phase} ${entry}`));
  }
  return { ...counts, kept, examples, writes, rows };
}

type Fate = ReturnType<typeof fateOf>;

function isLeft(fate: Fate, { first }: RowChange, current: Item | undefined, mayArrive: boolean): boolean {
  if (fate === "keptCount") return true;
  // The second write of a change, once the first is made.
  if (fate === undefined) return first !== undefined && !isSame(current, first, sameness) && !mayArrive;
  return fate === "unchanged" && !mayArrive;
}

export function draftOf({ id, entry }: ChangeSet, plan: RevertPlan): Omit<Draft, "by" | "name" | "means"> {
  const { added, changed, removed, writes, kept, keptCount } = plan;
  return {
    added,
    changed,
    removed,
    writes,
    reverts: id,
    ...(entry !== undefined && { entry }),
    ...(keptCount > 0 && { kept: kept.slice(0, MAX_KEPT), keptCount }),
  };
}

/** Undefined if the other write of the same change decides for the row. */
function fateOf({ before, after, first, final }: RowChange, current: Item | undefined) {
  const is = (item: Item | undefined) => isSame(current, item, sameness);
  if (is(before)) return kindOf(first ?? before, final ?? after);
  if (first !== undefined || (final !== undefined && is(after))) return undefined;
  return is(final ?? after) ? "unchanged" : "keptCount";
}

function kindOf(before: Item | undefined, after: Item | undefined): "added" | "changed" | "removed" {
  if (before === undefined) return "added";
  return after === undefined ? "removed" : "changed";
}

export type RowReader = AccessListStore["many"];

export function rowReader(client: AwsClient, tableName: string): RowReader {
  return accessListStore(client, tableName).many;
}
