import { type Act, type Concern, type Doing, Refusal, readEach } from "../../../adapters/operator/act";
import type { Uses, WorldOf } from "../../../adapters/operator/world";
import type { RowEdit } from "../../../adapters/tables/edited-rows";
import { toRow } from "../../../adapters/tables/item";
import { omit } from "../../../engine/collections";
import { textsForReader } from "../../../engine/operator/page-texts";
import type { ChangeMeans, ChangeSet } from "../change-set";
import type { Flips } from "../flips";
import { findKeyAndProblems } from "../hygiene";
import type { TypedRowProblem } from "../problem";
import { describeProblem } from "../problem-texts";
import { type AccessListStore, movedTo } from "../store/access-list";
import { type ListEdit, listEdit, writeOrRecordEdit } from "../store/edits";
import { toRowChange } from "../store/row-changes";
import { type EditOptions, type Ran, TakenOverError } from "../store/run";
import { listEdits, listRows } from "../world";
import { type EditFacts, EditJudge, judgingUses, toConcerns } from "./judging";

const uses = { ...judgingUses, listEdits };
export type EditUses = typeof uses;
export type EditOutcome = Ran;

export interface EditPlan {
  readonly edit: ListEdit;
  /** Concerns about the edit, beside those of its rows. @default none */
  readonly concerns?: readonly Concern[];
  readonly revertedSet?: ChangeSet | undefined;
  /** Stores what the edit needs besides its rows. */
  readonly prepare?: EditOptions["prepare"];
}

export interface EditInput {
  /** The people whose answer would change, if the door looked. */
  readonly flips?: Flips | undefined;
}

export type EditState<Plan extends EditPlan = EditPlan> = Plan & { readonly facts: EditFacts };
export type EditAct<Target, Plan extends EditPlan = EditPlan> = Act<Uses, Target, EditInput, EditState<Plan>, Ran>;

interface EditMaker<U extends Uses, Target, Plan extends EditPlan> {
  readonly name: string;
  readonly uses: U;
  /** False if the act lets in nobody: then it compares no domain with known ones. @default true */
  readonly letsIn?: false;
  /** Plans the rows, and has each judged. Also plans an edit that is refused: its page shows it. */
  plan(target: Target, world: WorldOf<U>, doing: Doing, judge: EditJudge): Promise<Plan>;
  /** Called before the edit is written. @returns the id that the set gets, undefined to refuse because somebody else was faster */
  begin?(state: EditState<Plan>, world: WorldOf<U>, doing: Doing): Promise<string | undefined>;
}

/**
 * Makes an act that edits the list. Its outcome is done, if the edit is short; else it is recorded, and the door goes on with it: in a
 * function of its own, or in the command's process.
 */
export function makeEditAct<U extends Uses, Target, Plan extends EditPlan>({
  name,
  plan,
  begin,
  letsIn,
  ...maker
}: EditMaker<U, Target, Plan>): Act<U & EditUses, Target, EditInput, EditState<Plan>, Ran> {
  return {
    ...{ name, may: "Administrator", uses: { ...(letsIn === false ? omit(uses, "lookAlikes") : uses), ...maker.uses } as U & EditUses },
    read: readEach(async (target, world, doing) => {
      const judge = new EditJudge(doing.actor, doing.now);
      const planned = await plan(target, world as WorldOf<U>, doing, judge);
      return { ...planned, facts: await judge.finish(world as WorldOf<EditUses>) };
    }),
    concerns: ({ concerns = [], facts }, { flips }, actor) => [...concerns, ...toConcerns(facts, flips, actor)],
    async perform(state, _, world, doing) {
      const { edit, revertedSet, prepare } = state;
      const { by, name: author } = doing.actor;
      const id = begin && (await begin(state, world as WorldOf<U>, doing));
      if (begin !== undefined && id === undefined) return undefined;
      const draft = { ...edit.draft, by, ...(author !== undefined && { name: author }) };
      try {
        const { listEdits } = world as WorldOf<EditUses>;
        const ran = await writeOrRecordEdit(listEdits, draft, edit.rows, doing.now, { id, revertedSet, prepare, signal: doing.signal });
        // Somebody else edited every row first.
        const isLost = ran !== undefined && revertedSet === undefined && ran.keptCount > 0 && ran.writes === 0;
        return isLost ? undefined : ran;
      } catch (error) {
        if (!(error instanceof TakenOverError)) throw error;
        return new Refusal({ code: "taken-over", weight: "refused", text: () => error.message });
      }
    },
  };
}

const readerLanguages = { en: "en", ko: "ko" } as const;

export function refuseProblem(problem: TypedRowProblem): Concern {
  return {
    code: problem.code,
    weight: "refused",
    text: () => `${describeProblem(problem, textsForReader(readerLanguages))}.`,
    facts: { problem },
  };
}

/** The problems of a typed row that refuse its edit. */
export function listProblems(concerns: readonly Concern[]): readonly TypedRowProblem[] {
  return concerns.flatMap(({ facts }) => (facts !== undefined && "problem" in facts ? [facts.problem as TypedRowProblem] : []));
}

export function refuse(code: string, text: Concern["text"]): Concern {
  return { code, weight: "refused", text };
}

export function isEmptyEdit({ draft: { added, changed, removed, requests } }: ListEdit): boolean {
  return added + changed + removed === 0 && requests === undefined;
}

interface RowsTarget {
  readonly rows: readonly RowEdit[];
  readonly means: ChangeMeans;
  /** The entry that the edit is about, if it has several rows. */
  readonly entry?: string | undefined;
}

/** Changes and removes rows that the actor saw. */
export const editRows = makeEditAct({
  ...{ name: "list.edit", uses: { listRows } },
  async plan({ rows, means, entry }: RowsTarget, { listRows }, { now }, judge) {
    const placedRows = await placeRows(rows, listRows, now);
    const about = rows.length === 1 && placedRows.length > 1 ? getRowEntry(rows[0]) : entry;
    return { edit: judgeRows(placedRows, means, judge, about) };
  },
});

/**
 * Puts rows under the key that their new effect needs, as in a deny of an address with a tag. If the hygiene worker moved them later, an Undo
 * would not find them, and until then, an allow would let in somebody else.
 */
async function placeRows(rows: readonly RowEdit[], { many }: Pick<AccessListStore, "many">, now: Date): Promise<readonly RowEdit[]> {
  const newKeys = new Map(rows.map((row) => [row, findNewKey(row)] as const));
  const edits = new Map(rows.map((row) => [getRowEntry(row), newKeys.get(row) === undefined ? row : { before: row.before }]));
  const stored = await many([...newKeys.values()].filter((key) => key !== undefined));
  for (const [{ after = {} }, key] of newKeys) {
    if (key === undefined) continue;
    const { before, after: current } = edits.get(key) ?? { before: stored.get(key), after: stored.get(key) };
    edits.set(key, { before, after: movedTo(key, after, current, now) });
  }
  return [...edits.values()];
}

/** Undefined if the row stays where it is, or was not under its key before. */
function findNewKey({ before, after }: RowEdit): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  const [was, is] = [before, after].map((item) => findKeyAndProblems(toRow(item)).key);
  return was === before.entry?.S && is !== was ? is : undefined;
}

function getRowEntry({ before, after }: Partial<RowEdit> = {}): string {
  return String((after ?? before)?.entry?.S);
}

export function judgeRows(rows: readonly RowEdit[], means: ChangeMeans, judge: EditJudge, entry?: string): ListEdit {
  const edit = listEdit(rows.map(toRowChange), means, entry);
  for (const row of edit.changes) judge.add(row);
  return edit;
}
