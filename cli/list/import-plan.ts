import { join } from "node:path";
import type { AccessListStore } from "../../lambda/stores/access-list";
import type { WriteRequest } from "../../lambda/stores/batch-write";
import type { Item } from "../../lambda/stores/rows";
import { type Change, changeOf, phases } from "./import-changes";
import { folded, type NumberedRow } from "./import-check";
import { PARTS, PartedSpool, Spool } from "./spool";

/** Of each kind of change. */
const EXAMPLES = 20;

/** What an import will do. */
export interface Plan {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  /** The first changes of each kind. */
  readonly examples: Readonly<Record<Change["kind"], readonly Change[]>>;
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
export async function planOf(spool: PartedSpool<NumberedRow>, store: AccessListStore, options: PlanOptions): Promise<Plan> {
  const { replace, folder, signal } = options;
  const table = new PartedSpool<Item>(folder, "table");
  for await (const page of store.pages()) {
    signal.throwIfAborted();
    for (const item of page) table.add(String(item.entry?.S), item);
  }
  const writes = phases.map((_, index) => new Spool<WriteRequest>(join(folder, `phase-${index}`)));
  const counts = { added: 0, changed: 0, removed: 0 };
  const examples: Record<Change["kind"], Change[]> = { added: [], changed: [], removed: [] };
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

/** The changes of keys that lie in one part; unchanged are the file's rows that stand in the table already. */
export function compare(
  wanted: ReadonlyMap<string, NumberedRow>,
  items: readonly Item[],
  replace: boolean,
): { readonly changes: readonly Change[]; readonly unchanged: number } {
  const standing = new Map(items.map((item) => [String(item.entry?.S), item]));
  const changes = [...wanted.values()].map((row) => changeOf(standing.get(row.entry), row));
  const gone = replace ? standing.keys() : overruled(wanted, standing);
  for (const entry of new Set(gone)) if (!wanted.has(entry)) changes.push(changeOf(standing.get(entry), undefined));
  const real = changes.filter((change) => change !== undefined);
  return { changes: real, unchanged: wanted.size - real.filter(({ kind }) => kind !== "removed").length };
}

/** Allows of the very addresses that the file denies: left standing they would win, as they are closer. */
function overruled(wanted: ReadonlyMap<string, NumberedRow>, standing: ReadonlyMap<string, Item>): readonly string[] {
  return [...wanted.values()].flatMap(({ looser }) => {
    const change = looser === undefined ? undefined : changeOf(standing.get(looser), undefined);
    return looser !== undefined && change?.writes[0]?.phase === "allows out" ? [looser] : [];
  });
}
