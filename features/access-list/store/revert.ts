import type { AwsClient } from "../../../adapters/aws/client";
import { isSame } from "../../../adapters/tables/conditional-batch";
import type { Item } from "../../../adapters/tables/item";
import type { ChangeSet } from "../change-set";
import { type AccessListStore, accessListStore, sameness } from "./access-list";
import type { ChangeSetStore } from "./change-sets";
import type { EditRows } from "./parts";
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
  readonly rows: EditRows;
}

/**
 * @param exampleLimit the number of changes and entries to return for display
 * @param onChange called with each change; `examples` in the result has only the first
 */
export async function planRevert(
  store: Pick<ChangeSetStore, "parts">,
  { id, state }: ChangeSet,
  read: RowReader,
  exampleLimit: number,
  onChange?: (row: RowChange) => void,
): Promise<RevertPlan> {
  const counts = { added: 0, changed: 0, removed: 0, unchanged: 0, keptCount: 0 };
  const keptKeys: string[] = [];
  const examples: RowChange[] = [];
  const skippedKeys = new Set<string>();
  let writes = 0;
  for await (const undos of readUndos(store, id)) {
    const current = await read(undos.map(({ entry }) => entry));
    for (const undo of undos) {
      const { entry } = undo;
      const fate = classifyRevert(undo, current.get(entry));
      counts[fate] += 1;
      // An interrupted run of a `begun` set may still have a write on its way, so rows that already have the wanted value are written too.
      if (fate === "keptCount" || (fate === "unchanged" && state !== "begun")) skippedKeys.add(entry);
      else writes += 1;
      if (fate === "keptCount" && keptKeys.length < exampleLimit) keptKeys.push(entry);
      if (fate === "keptCount" || fate === "unchanged") continue;
      onChange?.(undo);
      if (examples.length < exampleLimit) examples.push(undo);
    }
  }
  async function* rows() {
    for await (const undos of readUndos(store, id)) yield undos.filter(({ entry }) => !skippedKeys.has(entry));
  }
  return { ...counts, kept: keptKeys, examples, writes, rows: rows() };
}

async function* readUndos(store: Pick<ChangeSetStore, "parts">, id: string): AsyncGenerator<readonly RowChange[]> {
  for await (const { writes } of store.parts(id))
    yield writes.map(({ before, after, ...change }) => ({ ...change, before: after, after: before }));
}

export function buildRevertDraft({ id, entry, requests }: ChangeSet, plan: RevertPlan): Omit<Draft, "by" | "name" | "means"> {
  const { added, changed, removed, writes, kept, keptCount } = plan;
  return {
    added,
    changed,
    removed,
    writes,
    reverts: id,
    entry,
    requests: requests && { domain: requests.domain, count: requests.done ?? 0 },
    ...(keptCount > 0 && { kept: kept.slice(0, MAX_KEPT), keptCount }),
  };
}

function classifyRevert({ before, after, between }: RowChange, current: Item | undefined) {
  const is = (item: Item | undefined) => isSame(current, item, sameness);
  if (!is(before) && (between === undefined || !is(between ?? undefined))) return is(after) ? "unchanged" : "keptCount";
  if (before === undefined) return "added";
  return after === undefined ? "removed" : "changed";
}

export type RowReader = AccessListStore["many"];

export function rowReader(client: AwsClient, tableName: string): RowReader {
  return accessListStore(client, tableName).many;
}
