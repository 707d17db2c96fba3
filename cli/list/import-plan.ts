import { join } from "node:path";
import type { AccessListStore } from "../../adapters/tables/access-list";
import type { WriteRequest } from "../../adapters/tables/batch-write";
import type { Item } from "../../adapters/tables/rows";
import { compare, folded, type NumberedRow } from "../../engine/access-list/files/compare";
import { type ListChange, phases } from "../../engine/access-list/files/list-change";
import { PARTS, PartedSpool, Spool } from "./spool";

/** Of each kind of change. */
const EXAMPLES = 20;

/** What an import will do. */
export interface ImportPlan {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  /** The first changes of each kind. */
  readonly examples: Readonly<Record<ListChange["kind"], readonly ListChange[]>>;
  /** The writes in their order, a queue a phase. */
  readonly writes: readonly Spool<WriteRequest>[];
}

export interface PlanOptions {
  /** Remove whatever the file does not have. */
  readonly replace: boolean;
  /** For queues on disk. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Compares the file's rows with the whole table. Both lie on disk meanwhile, so that memory holds one part of each. */
export async function planOf(spool: PartedSpool<NumberedRow>, store: AccessListStore, options: PlanOptions): Promise<ImportPlan> {
  const { replace, folder, signal } = options;
  const table = new PartedSpool<Item>(folder, "table");
  for await (const page of store.pages()) {
    signal.throwIfAborted();
    for (const item of page) table.add(String(item.entry?.S), item);
  }
  const writes = phases.map((_, index) => new Spool<WriteRequest>(join(folder, `phase-${index}`)));
  const counts = { added: 0, changed: 0, removed: 0 };
  const examples: Record<ListChange["kind"], ListChange[]> = { added: [], changed: [], removed: [] };
  let unchanged = 0;
  for (let index = 0; index < PARTS; index++) {
    signal.throwIfAborted();
    const compared = compare(folded(await spool.part(index)), await table.part(index), replace);
    unchanged += compared.unchanged;
    for (const change of compared.changes) {
      counts[change.kind] += 1;
      if (examples[change.kind].length < EXAMPLES) examples[change.kind].push(change);
      for (const { phase, request } of change.writes) writes[phases.indexOf(phase)]?.add(request);
    }
  }
  return { ...counts, unchanged, examples, writes };
}
