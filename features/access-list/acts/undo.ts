import type { Concern } from "../../../adapters/operator/act";
import { pageTexts } from "../../../engine/operator/page-texts";
import { type ChangeSet, canBeUndone, isOfIncident } from "../change-set";
import { newDenies } from "../edit-check";
import type { Cells } from "../hygiene";
import { editedRow } from "../store/edits";
import { buildRevertDraft, planRevert, type RevertPlan } from "../store/revert";
import { changeSets, listRows } from "../world";
import { type EditPlan, makeEditAct, refuse } from "./edit";

interface UndoTarget {
  readonly set: ChangeSet;
  /** Number of changes and entries to return for display. */
  readonly examples: number;
  /** Limit of writes. @default none */
  readonly mostWrites?: number;
}

export interface UndoPlan extends EditPlan {
  readonly plan: RevertPlan;
  /** Rows by which the undo denies people, at the command. */
  readonly denies: readonly Cells[];
}

/** Restores the rows as they were before a change set, except those that were edited since. */
export const undoChanges = makeEditAct({
  ...{ name: "list.revert", uses: { changeSets, listRows } },
  async plan({ set, examples, mostWrites }: UndoTarget, { changeSets, listRows }, { actor: { via }, now }, judge): Promise<UndoPlan> {
    const earlier = set.revertedBy === undefined ? undefined : await changeSets.get(set.revertedBy);
    const concerns = listObjections(set, earlier, via === "console", mostWrites);
    const isPossible = concerns.every(({ weight }) => weight !== "refused");
    const denies: Cells[] = [];
    const plan = await planRevert(isPossible ? changeSets : { async *parts() {} }, set, listRows.many, examples, (change) => {
      const row = editedRow(change);
      judge.add(row);
      // The console finds them in the changes that it shows. The command names those of a long edit, too.
      if (via === "command") denies.push(...newDenies([row], now));
    });
    const draft = {
      ...buildRevertDraft(set, plan),
      ...(set.file !== undefined && via === "console" && { file: set.file }),
      means: via === "console" ? "console revert" : "list revert",
    } as const;
    const edit = { draft, rows: plan.rows, changes: plan.examples.map(editedRow) };
    return { edit, concerns, plan, denies, revertedSet: set };
  },
});

/** Returns the concerns about undoing a change set, whatever its rows are now. */
export function listObjections(
  set: ChangeSet,
  earlier: ChangeSet | undefined,
  isConsole: boolean,
  mostWrites = Number.POSITIVE_INFINITY,
): readonly Concern[] {
  const concerns: Concern[] = [];
  // Only the command may take back one half of an incident: the console has the incident itself beside it.
  if (isOfIncident(set)) concerns.push({ code: "of-incident", weight: isConsole ? "refused" : "shown", text: () => words.ofIncident });
  const by = earlier?.state === "done" && earlier.revertedBy === undefined ? (earlier.name ?? earlier.by) : undefined;
  if (by !== undefined) concerns.push({ ...refuse("undone-already", () => words.already(by)), facts: { id: earlier?.id } });
  else if (!canBeUndone(set))
    concerns.push(refuse("requests-reopened", () => (set.reverts === undefined ? words.alreadyUndone : words.requestsReopened)));
  if (set.writes > mostWrites) concerns.push(refuse("too-long", () => words.tooLong(mostWrites.toLocaleString("en"))));
  if (set.erased) concerns.push({ code: "erased", weight: "shown", text: () => words.erased });
  const reopened = set.requests?.done ?? 0;
  if (set.requests !== undefined && set.reverts === undefined)
    concerns.push({ code: "reopens", weight: "shown", text: () => words.reopens(reopened) });
  return concerns;
}

const words = pageTexts({
  ofIncident: [
    "This change is part of an incident. Undo the incident instead, which also enables its accounts again.",
    "사고의 일부입니다. 사고를 취소하면 계정도 활성화됩니다.",
  ],
  already: [(by: string) => `This change was undone already, by ${by}.`, (by) => `${by} 사용자가 이미 실행 취소한 변경입니다.`],
  alreadyUndone: ["This change was undone already.", "이미 실행 취소한 변경입니다."],
  requestsReopened: [
    "This change reopened requests, and cannot be undone. To deny them, deny the domain again.",
    "요청을 다시 연 변경은 실행 취소할 수 없습니다. 거부하려면 도메인을 다시 거부하세요.",
  ],
  tooLong: [
    (rows: string) => `Over ${rows} rows: undo with npm run gate -- list revert`,
    (rows) => `${rows}행 초과: npm run gate -- list revert로`,
  ],
  erased: [
    "Rows of people whose data were erased since are not in this change's record: they stay as they are.",
    "그 뒤에 데이터가 삭제된 사람의 행은 이 변경의 기록에 없으므로 그대로 둡니다.",
  ],
  reopens: [
    (count: number) =>
      `This also reopens the ${count === 1 ? "request" : `${count.toLocaleString("en")} requests`} that the change denied, except those that somebody has decided on since.`,
    (count) => `이 변경으로 거부된 요청 ${count.toLocaleString("ko")}건도 다시 엽니다. 그 뒤에 다른 사람이 결정한 요청은 그대로 둡니다.`,
  ],
});
