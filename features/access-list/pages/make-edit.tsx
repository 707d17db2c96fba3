import { setTimeout } from "node:timers/promises";
import type { Child } from "hono/jsx";
import type { Reviewed } from "../../../adapters/operator/act";
import type { Visit } from "../../../console/app/visit";
import type { RepeatedForm } from "../../../console/editor/described-table";
import { refusalPage } from "../../../console/parts/back-link";
import { Alert, isSure, SURE } from "../../../console/parts/forms";
import { askQuestion, wordProblems } from "../../../console/parts/question";
import { pageTexts } from "../../../console/texts/languages";
import type { Actor } from "../../../engine/audited-change";
import { type EditAct, type EditPlan, type EditState, isEmptyEdit } from "../acts/edit";
import { proposeEdit } from "../acts/proposals";
import type { ChangeSet } from "../change-set";
import { newDenies } from "../edit-check";
import type { ListEdit } from "../store/edits";
import { EditHeldError, type Ran, resumeEdit, TakenOverError } from "../store/run";
import { proposalPath, toList, writtenList } from "./access-list-parts";
import { accessListTexts, proposalTexts } from "./access-list-texts";
import { DifferenceTable, isOwnSet, LeftByDeny } from "./change-set-parts";
import {
  askedWord,
  assessConsequences,
  type Consequences,
  checkTypedWord,
  DifferingPeople,
  EffectNotes,
  editLook,
  needsSecond,
} from "./consequences";

/** An edit of at most this many rows is read, judged and written in one answer, within the API's 30 s. */
export const MAX_ROWS = 1_000;
/** Time after which a write stops. Its rest can be continued. */
const WRITE_MS = 10_000;
/** Time after which a write stops if a worker goes on with it. */
const WRITE_BEFORE_WORKER_MS = 2_000;
/** Time after which the page answers, although the last writes are still under way. */
const ANSWER_MS = 3_000;
export const SHOWN_CHANGES = 100;

export interface AskedEdit<Target = unknown, Plan extends EditPlan = EditPlan> {
  readonly act: EditAct<Target, Plan>;
  readonly target: Target;
  /** @default it is reviewed */
  readonly reviewed?: Reviewed<EditState<Plan>>;
  /** @default `editor(visit)` */
  readonly actor?: Partial<Actor>;
  readonly form: RepeatedForm;
  /** The page to return to. @default the list */
  readonly back?: string | undefined;
  /** @default the access list */
  readonly of?: ReturnType<typeof toList>;
  readonly review: Review;
  /** Content above the form if the entry looks like a known domain. */
  readonly instead?: Child;
  /** Asks again if somebody else edited every row first, so that nothing was written. @default shows this question again */
  again?(): Promise<Response>;
  answerWritten(ran: Ran): Response | Promise<Response>;
}

/** The visitor with their own addresses: an edit that shuts them out says so. */
export function editor({ session }: Visit): Partial<Actor> {
  return { decider: { names: session.userNames ?? [] } };
}

/** Plans an edit, and finds what speaks against it. */
export async function reviewEdit<Target, Plan extends EditPlan>(
  visit: Visit,
  act: EditAct<Target, Plan>,
  target: Target,
  actor: Partial<Actor> = editor(visit),
): Promise<Reviewed<EditState<Plan>>> {
  const [reviewed] = await visit.review(act, [target], {}, actor);
  return reviewed as Reviewed<EditState<Plan>>;
}

export interface Review {
  readonly title: string;
  /**
   * The version of the current state. If the form sends another, the form is shown again.
   * @default the form has no version, and only confirms
   */
  readonly version?: string;
  /** True if the state has changed since the form showed it. @default the comparison of `version` decides */
  readonly isStale?: boolean;
  /** True if a harmless edit is written without showing the form. @default the form is shown for each edit */
  readonly asksOnlyIfDoubtful?: boolean;
  readonly intro?: Child;
  readonly fields?: Child;
  readonly button: string;
  /** True if the edit is a deny, whose intro says what it leaves. */
  readonly isDenial?: boolean;
  readonly below?: Child;
}

/** Checks the edit's effect and asks about it. Then writes the edit, or proposes it if it needs two people. */
export async function makeEdit<Target, Plan extends EditPlan>(visit: Visit, askedEdit: AskedEdit<Target, Plan>): Promise<Response> {
  const { act, target, actor = editor(visit), review, again } = askedEdit;
  const { state } = askedEdit.reviewed ?? (await reviewEdit(visit, act, target, actor));
  const isOwn = state.revertedSet !== undefined && isOwnSet(visit, state.revertedSet);
  const consequences = await assessConsequences(visit, state, { isOwn, isJudged: !review.asksOnlyIfDoubtful });
  const ask = (isStale?: boolean) => question(visit, askedEdit, state, consequences, isStale);
  // With `asksOnlyIfDoubtful`, only a doubtful edit needs agreement. A dangerous edit needs the typed word.
  const isUnasked = review.asksOnlyIfDoubtful && consequences.grade !== "doubtful";
  const { version, isStale: isOutdated = false } = review;
  const isAgreed = !isOutdated && (version === undefined ? isSure(visit) : visit.field("version") === version);
  const isReviewed = !isEmptyEdit(state.edit) && (isUnasked || isAgreed);
  if (!isReviewed || wordProblems(visit, askedWord(consequences)).length > 0) return await ask();
  if (needsSecond(visit, consequences)) return await propose(visit, state.edit);
  const result = await visit.carryOut(act, { target, input: {}, state, answered: "all" }, actor);
  if (result.kind !== "done") return (await again?.()) ?? (await ask(true));
  const ran = await goOn(visit, result.outcome).catch(state.revertedSet && ignoreTakeOver);
  return ran === undefined ? await ask(true) : await askedEdit.answerWritten(ran);
}

/** Writes what is left of an edit that just began, as far as time allows: the rest can be continued. */
export async function goOn(visit: Visit, ran: Ran): Promise<Ran> {
  return ran.set.state === "done" ? ran : await continueEdit(visit, ran.set);
}

/** Writes as much of a set as one answer has time for. Then a worker goes on. */
export async function continueEdit({ world: { listEdits, listWork, requestsOfSets } }: Visit, changeSet: ChangeSet): Promise<Ran> {
  const begun: Ran = { set: { ...changeSet, state: "begun" }, writes: 0, kept: [], keptCount: 0 };
  const signal = AbortSignal.timeout(listWork === undefined ? WRITE_MS : WRITE_BEFORE_WORKER_MS);
  const run = resumeEdit({ ...listEdits, requests: requestsOfSets }, changeSet, { signal, handsOver: listWork !== undefined });
  if (listWork === undefined)
    return await run.catch((error: unknown) => {
      const isOver = error instanceof DOMException && error.name === "TimeoutError";
      if (!isOver && !(error instanceof EditHeldError)) throw error;
      return begun;
    });
  // Returns undefined for any error that leaves the set to the worker.
  const ran = await Promise.race([run, setTimeout(ANSWER_MS, begun, { ref: false })]).catch((error) => {
    if (error instanceof TakenOverError) throw error;
  });
  if (ran?.set.state === "done") return ran;
  // A failed start does not matter: every few minutes, the worker looks for sets that nobody writes.
  await listWork.start({}).catch(() => undefined);
  return begun;
}

/** Returns undefined for a TakenOverError: somebody else undoes the set. Throws any other error. */
export function ignoreTakeOver(error: unknown): undefined {
  if (!(error instanceof TakenOverError)) throw error;
}

async function propose(visit: Visit, edit: ListEdit): Promise<Response> {
  const result = await visit.carryOut(proposeEdit, { target: edit, input: {}, answered: [] });
  if (result.kind === "done") return visit.goTo(`${proposalPath(result.outcome)}&done=proposed`);
  if (result.kind === "changed") throw new Error("A proposal has this one's id.");
  const why = result.concerns[0].text(String);
  return await refusalPage(visit, { title: proposalTexts.title, why, back: toList(), status: 413 });
}

function question<Target, Plan extends EditPlan>(
  visit: Visit,
  { form: { action, fields }, back = writtenList.path, of = toList(), review, instead }: AskedEdit<Target, Plan>,
  { edit }: EditState<Plan>,
  consequences: Consequences,
  isStale = review.isStale ?? (review.version !== undefined && !["", review.version].includes(visit.field("version"))),
): Promise<Response> {
  const nothing = isEmptyEdit(edit);
  const isSecond = needsSecond(visit, consequences);
  const problems = checkTypedWord(visit, consequences);
  const agreement = review.version === undefined ? SURE : { version: review.version };
  return askQuestion(visit, {
    title: review.title,
    problems,
    effect: (
      <>
        {isStale ? <Alert>{t.stale}</Alert> : null}
        {nothing ? <p>{t.nothingChanges}</p> : null}
        {review.intro}
        {review.isDenial ? null : <LeftByDeny visit={visit} denies={newDenies(edit.changes, visit.now)} />}
        {nothing ? null : <EffectNotes visit={visit} consequences={consequences} />}
        {consequences.concerns.some(({ code }) => code === "looksLike") ? instead : null}
      </>
    ),
    action,
    form: { enctype: "multipart/form-data" },
    hidden: { ...fields, ...agreement },
    fields: [review.fields, isSecond && <p class="hint">{proposalTexts.buttonHint}</p>],
    word: askedWord(consequences),
    button:
      nothing && review.fields === undefined
        ? undefined
        : { text: isSecond ? proposalTexts.button : review.button, class: editLook(consequences, review.isDenial) },
    below: nothing ? null : (
      <>
        {review.below}
        <Differences visit={visit} edit={edit} review={review} />
        <DifferingPeople visit={visit} consequences={consequences} />
      </>
    ),
    back,
    leave: nothing ? accessListTexts.leave : undefined,
    of,
    status: isStale ? 409 : undefined,
  });
}

interface DifferencesProps {
  readonly visit: Visit;
  readonly edit: ListEdit;
  readonly review: Review;
}

/** Shows nothing if the edit has one row and the form has fields: the form then already shows the change. */
function Differences({ visit, edit: { changes }, review }: DifferencesProps) {
  if (review.fields !== undefined && changes.length === 1) return null;
  return (
    <>
      {changes.length > SHOWN_CHANGES ? <p class="hint">{t.first(SHOWN_CHANGES)}</p> : null}
      <DifferenceTable visit={visit} rows={changes.slice(0, SHOWN_CHANGES)} />
    </>
  );
}

const t = pageTexts({
  nothingChanges: ["The list already has all of this: nothing would change.", "목록이 이미 같은 내용이어서 변경할 것이 없습니다."],
  stale: [
    "The list has changed since you saw this. Nothing was written. Check below what would change now.",
    "확인한 뒤에 목록이 변경되었습니다. 저장된 내용은 없습니다. 지금 기준으로 변경될 내용을 다시 확인하세요.",
  ],
  first: [(count: number) => `The first ${count} changes are shown.`, (count) => `처음 ${count}건만 표시합니다.`],
});
