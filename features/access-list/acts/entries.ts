import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { describeEntry, summary } from "../describe-entry";
import { compareStrictness, readTypedKeys } from "../entry";
import { isAlready, pickCells } from "../files/plan";
import type { FileRow } from "../files/row";
import { planWantedRow } from "../let-in";
import { readRow } from "../row";
import { keptBeside } from "../store/access-list";
import { listRows, policyFacts } from "../world";
import { type EditPlan, judgeRows, makeEditAct, refuse, refuseProblem } from "./edit";

interface EntryTarget {
  readonly row: FileRow;
  /** True to let in people, or have them wait, whom a row now denies or has wait. Only the command asks for this word. */
  readonly force?: boolean | undefined;
}

export interface EntryPlan extends EditPlan {
  /** The list's rows under the keys that the entry has as an allow and as a deny. */
  readonly current: readonly Item[];
  /** The row to write, which may be the current one with an `allowedUntil`. */
  readonly after: Item;
  /** The rows that the edit replaces. */
  readonly replaced: readonly Item[];
}

/**
 * Adds an entry, or changes it. A deny or approval covers all spellings of its address, but an allow of exactly one spelling would win. So
 * the edit also removes an allow of the typed spelling.
 */
export const setEntry = makeEditAct({
  ...{ name: "list.set", uses: { listRows, policyFacts } },
  async plan({ row, force = false }: EntryTarget, { listRows, policyFacts: { gates } }, { actor, now }, judge): Promise<EntryPlan> {
    const { entry, looser = entry } = row;
    const current = [...(await listRows.many([...new Set([entry, looser, ...readTypedKeys(entry)])])).values()];
    const before = current.find((item) => item.entry?.S === entry);
    const planned = planWantedRow(row, before && toRow(before), gates, now);
    const cells = pickCells(planned.ok ? planned.row : row);
    const after = { ...keptBeside(before), ...toItem(cells) };
    const stricter = current.map((item) => describeEntry(toRow(item), now)).find((each) => isStricter(each, row));
    const refusals = [
      ...(actor.via !== "command" || force || stricter === undefined ? [] : [refuseStricter(stricter, row)]),
      ...(planned.ok ? [] : [refuseProblem(planned.problem)]),
    ];
    const looserAllow = current.find((item) => item.entry?.S === looser && looser !== entry && readRow(toRow(item)).effect === "allow");
    const isThere = before !== undefined && planned.ok && isAlready(toRow(before), planned.row);
    const rows = [...(isThere ? [] : [{ before, after }]), ...(looserAllow === undefined ? [] : [{ before: looserAllow }])];
    const edit = judgeRows(rows, actor.via === "command" ? "list add" : "console", judge, entry);
    const replaced = [before, looserAllow].filter((item) => item !== undefined);
    return { edit, concerns: refusals, current, after, replaced };
  },
});

type Described = ReturnType<typeof describeEntry>;

function isStricter({ state, effect }: Described, row: FileRow): boolean {
  return state === "live" && compareStrictness(effect, row.effect) < 0;
}

function refuseStricter(current: Described, { entry, effect }: FileRow) {
  const state = current.effect === "deny" ? "is denied" : "waits for approval";
  const remedy = effect === "allow" ? `To allow ${entry}` : `To have ${entry} wait for approval`;
  return refuse("stricter", () => `${current.entry} ${state} (${summary(current)}). ${remedy} all the same, add --force.`);
}
