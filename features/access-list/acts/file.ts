import type { WorldOf } from "../../../adapters/operator/world";
import { computeRowVersion, type Item } from "../../../adapters/tables/item";
import { type ImportPlan, planImport, type StoredRow } from "../files/plan";
import { type FileRow, listLoosers } from "../files/row";
import { findWantedProblem, planWantedRow } from "../let-in";
import { listEdit } from "../store/edits";
import { plannedRows } from "../store/parts";
import { plannedChange, type RowChange, storedRow } from "../store/row-changes";
import { listRows, policyFacts, wholeList } from "../world";
import { type EditPlan, makeEditAct, refuse } from "./edit";

interface FileTarget {
  readonly rows: ReadonlyMap<string, FileRow>;
  /** The file's name, if it has one. */
  readonly file?: string | undefined;
  /** Digest by which a repeated command finds its unfinished import. */
  readonly source?: string;
  /** True to remove all rows that are not in the file. The list becomes the file, so no row of it is planned. */
  readonly replaces?: boolean;
}

export interface FilePlan extends EditPlan {
  readonly plan: ImportPlan;
  /** The rows of the list that were compared, and their versions. Empty if the whole list was read. */
  readonly compared: readonly (readonly [entry: string, version: string])[];
}

const uses = { listRows, wholeList, policyFacts };

/**
 * Imports the rows of a file. The console leaves out rows that cannot be written. The command, whose files are long and whose callers may
 * be scripts, then writes nothing.
 */
export const importRows = makeEditAct({
  ...{ name: "list.import", uses },
  async plan({ rows, file, source, replaces = false }: FileTarget, world, { actor, now, signal }, judge): Promise<FilePlan> {
    const isCommand = actor.via === "command";
    const named = isCommand ? undefined : await world.listRows.many([...rows.values()].flatMap((row) => [row.entry, ...listLoosers(row)]));
    const plan = await planImport(rows, named === undefined ? readWholeList(world, signal) : [[...named.values()].map(storedRow)], {
      ...{ replace: replaces, ...(signal && { signal }) },
      plan(wanted, current) {
        const { gates } = world.policyFacts;
        if (!replaces) return planWantedRow(wanted, current, gates, now);
        const problem = findWantedProblem(wanted, current, gates);
        return problem === undefined ? { ok: true, row: wanted } : { ok: false, problem };
      },
      onChange: (row) => judge.add(row),
    });
    const { unchanged: _, ...counts } = plan.counts;
    const more = { ...(file !== undefined && { file }), ...(source !== undefined && { source }) };
    const compared = [...(named ?? [])].map(([entry, item]): [string, string] => [entry, computeRowVersion(item)]);
    const concerns = isCommand && plan.refused.length > 0 ? [refuse("rows-refused", () => `${plan.refused.length}`)] : [];
    // A million changes fit in memory once, but not twice.
    if (isCommand) {
      const draft = { means: "list import", ...counts, writes: plan.changes.length, ...more } as const;
      return { edit: { draft, rows: takeRows(plan), changes: [] }, concerns, plan, compared };
    }
    const { draft, ...edit } = listEdit(plan.changes.map(plannedChange), "console import");
    return { edit: { ...edit, draft: { ...draft, ...more } }, concerns, plan, compared };
  },
});

async function* readWholeList({ wholeList }: WorldOf<typeof uses>, signal: AbortSignal | undefined): AsyncGenerator<readonly StoredRow[]> {
  for await (const page of wholeList.pages()) {
    signal?.throwIfAborted();
    yield page.map((item: Item) => storedRow(item));
  }
}

/** Takes the changes out of the plan as they are written. */
async function* takeRows({ changes }: ImportPlan): AsyncGenerator<readonly RowChange[]> {
  yield* plannedRows(changes.splice(0));
}
