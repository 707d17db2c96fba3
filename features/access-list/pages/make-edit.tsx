import { setTimeout } from "node:timers/promises";
import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import type { RepeatedForm } from "../../../console/editor/described-table";
import { refusalPage } from "../../../console/parts/back-link";
import { Alert, isSure, SURE } from "../../../console/parts/forms";
import { askQuestion, wordProblems } from "../../../console/parts/question";
import { pageTexts } from "../../../console/texts/languages";
import { omit } from "../../../engine/collections";
import type { ChangeSet } from "../change-set";
import { type ListEdit, writeOrRecordEdit } from "../store/edits";
import { EditHeldError, type EditOptions, type Ran, resumeEdit, TakenOverError } from "../store/run";
import { proposalPath, toList, writtenList } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { DifferenceTable, isOwnSet } from "./change-set-parts";
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
import { proposalTexts } from "./proposals-texts";

/** An edit of at most this many rows is read, judged and written in one answer, within the API's 30 s. */
export const MAX_ROWS = 1_000;
/** Time after which a write stops. Its rest can be continued. */
const WRITE_MS = 10_000;
/** Time after which a write stops if a worker goes on with it. */
const WRITE_BEFORE_WORKER_MS = 2_000;
/** Time after which the page answers, although the last writes are still under way. */
const ANSWER_MS = 3_000;
export const SHOWN_CHANGES = 100;

export interface AskedEdit {
  readonly edit: ListEdit;
  readonly form: RepeatedForm;
  /** The page to return to. @default the list */
  readonly back?: string | undefined;
  /** @default the access list */
  readonly of?: ReturnType<typeof toList>;
  readonly review: Review;
  /** Content above the form if the entry looks like a known domain. */
  readonly instead?: Child;
  readonly revertedSet?: ChangeSet;
  /** Stores what the edit needs besides its rows. */
  readonly prepare?: EditOptions["prepare"];
  /** Called after the write. If somebody else edited every row first, no row was written. */
  answerWritten(ran: Ran): Response | Promise<Response>;
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
  readonly isDenial?: boolean;
  readonly below?: Child;
}

/** Checks the edit's effect and asks about it. Then writes the edit, or proposes it if it needs two people. */
export async function makeEdit(visit: Visit, askedEdit: AskedEdit): Promise<Response> {
  const { edit, prepare, review, revertedSet } = askedEdit;
  const isOwn = revertedSet !== undefined && isOwnSet(visit, revertedSet);
  const consequences = await assessConsequences(visit, edit.changes, { isOwn, isJudged: !review.asksOnlyIfDoubtful });
  // With `asksOnlyIfDoubtful`, only a doubtful edit needs agreement. A dangerous edit needs the typed word.
  const isUnasked = review.asksOnlyIfDoubtful && consequences.grade !== "doubtful";
  const isReviewed = !isEmpty(edit) && (isUnasked || isAgreed(visit, review));
  if (!isReviewed || wordProblems(visit, askedWord(consequences)).length > 0) return await question(visit, askedEdit, consequences);
  if (needsSecond(visit, consequences)) return await propose(visit, edit);
  const ran = await writeEdit(visit, edit, { revertedSet, ...(prepare && { prepare }) }).catch(revertedSet && unlessTakenOver);
  return ran === undefined ? await question(visit, askedEdit, consequences, true) : await askedEdit.answerWritten(ran);
}

/** True if somebody has seen exactly this edit and agreed. */
function isAgreed(visit: Visit, { version, isStale = false }: Review): boolean {
  return !isStale && (version === undefined ? isSure(visit) : visit.field("version") === version);
}

export function isEmpty({ draft: { added, changed, removed, requests } }: ListEdit): boolean {
  return added + changed + removed === 0 && requests === undefined;
}

/** Makes an edit as one change set, as far as time allows: the rest can be continued. */
export async function writeEdit(visit: Visit, { draft, rows }: ListEdit, options: EditOptions = {}): Promise<Ran | undefined> {
  const { world, author, now } = visit;
  const run = await writeOrRecordEdit(world.listEdits, { ...author, ...draft }, rows, now, options);
  return run === undefined || run.set.state === "done" ? run : await continueEdit(visit, run.set);
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
  const ran = await Promise.race([run, setTimeout(ANSWER_MS, begun, { ref: false })]).catch(unlessLeft);
  if (ran?.set.state === "done") return ran;
  // A failed start does not matter: every few minutes, the worker looks for sets that nobody writes.
  await listWork.start({}).catch(() => undefined);
  return begun;
}

/** Returns undefined for any error that leaves the set to the worker. */
function unlessLeft(error: unknown): undefined {
  if (error instanceof TakenOverError) throw error;
}

/** Returns undefined for a TakenOverError: somebody else undoes the set. Throws any other error. */
export function unlessTakenOver(error: unknown): undefined {
  if (!(error instanceof TakenOverError)) throw error;
}

async function propose(visit: Visit, { draft, rows }: ListEdit): Promise<Response> {
  const what = omit(draft, "writes", "reverts", "kept", "keptCount", "requests");
  const only = what.entry;
  const edit = { ...visit.author, ...what };
  const proposal = await visit.world.proposals.buildProposal(edit, rows, visit.now);
  if (proposal !== undefined) {
    const entry = { ...visit.author, action: "access-list.proposed", subject: only ?? what.file ?? what.means };
    if (!(await visit.world.audit.commit(entry, [proposal.write], visit.now))) throw new Error("A proposal has this one's id.");
    return visit.goTo(`${proposalPath(proposal.id)}&done=proposed`);
  }
  const { title, tooLong: why } = proposalTexts;
  return await refusalPage(visit, { title, why, back: toList(), status: 413 });
}

/** True if somebody else edited every row first. */
export function lostAll({ keptCount, writes }: Ran): boolean {
  return keptCount > 0 && writes === 0;
}

function question(
  visit: Visit,
  { edit, form: { action, fields }, back = writtenList.path, of = toList(), review, instead }: AskedEdit,
  consequences: Consequences,
  isStale = review.isStale ?? (review.version !== undefined && !["", review.version].includes(visit.field("version"))),
): Promise<Response> {
  const nothing = isEmpty(edit);
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

/** Shows nothing if the edit has one row and the form has fields: the form then already shows the change. */
function Differences({ visit, edit: { changes }, review }: Pick<AskedEdit, "edit" | "review"> & { readonly visit: Visit }) {
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
