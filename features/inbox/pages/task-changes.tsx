import type { Child } from "hono/jsx";
import { ownPath } from "../../../console/app/frame";
import { FORM_PAGE } from "../../../console/app/sent-form";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { Alert, PostForm, SubmitButton } from "../../../console/parts/forms";
import { ASSIGN_PATH, ASSIGNED, assignees, snoozes, TASK_CHANGED, TASKS_PATH, taskTexts } from "../../../console/parts/tasks";
import { shortenText, visible } from "../../../console/parts/value";
import { withQuery } from "../../../console/parts/with-query";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { keepGiven } from "../../../engine/json";
import { MS_PER_HOUR } from "../../../engine/sign-up/time";
import { changedTask, freshTask, type Operator, requestSubject, subjectParts, type Task, withNote } from "../../../engine/tasks/task";
import { findMoment, readClock } from "../../../engine/zone-time";
import { nameText, readApprovalRequest, readRequestField } from "../../approvals/pages/approvals-parts";
import type { ApprovalRequest } from "../../approvals/request";
import type { Colleague } from "../../tasks/store/colleagues";
import { isOnItsWay } from "../outages";
import { taskWords } from "./inbox";

const MORNING_HOUR = 9;
const LONGEST_NOTE = 1_000;
/** Limit of the tries to write a note. If a colleague changes the task meanwhile, the note is added to the changed task. */
const MOST_TRIES = 5;

type Change = (task: Task, visit: Visit) => Task | undefined;

const changes: Readonly<Record<string, { readonly action: string; readonly make: Change }>> = {
  assign: { action: "tasks.assigned", make: (task, visit) => changedTask(task, { owner: toOperator(visit) }) },
  release: { action: "tasks.released", make: (task) => changedTask(task, { owner: undefined }) },
  snooze: { action: "tasks.snoozed", make: (task, visit) => changedTask(task, { snoozedUntil: snoozedUntil(visit) }) },
  wake: { action: "tasks.woken", make: (task) => changedTask(task, { snoozedUntil: undefined }) },
  note: { action: "tasks.noted", make: addNote },
  finish: { action: "tasks.finished", make: (task, visit) => changedTask(task, { done: doneBy(visit, "seen") }) },
  reopen: {
    action: "tasks.reopened",
    make: (task, { now }) => (isOnItsWay(task, now) ? undefined : changedTask(task, { done: undefined })),
  },
};

async function changeTask(visit: Visit): Promise<Response> {
  const change = Object.hasOwn(changes, visit.field("change")) ? changes[visit.field("change")] : undefined;
  const subject = visit.field("subject");
  const isNote = change === changes.note;
  for (let tries = 1; change !== undefined && subjectParts(subject) !== undefined; tries++) {
    const before = await visit.world.tasks.get(subject);
    const after = change.make(before ?? createTask(subject, await requestOfSubject(visit, subject)), visit);
    if (after === undefined) break;
    const isAsSeen = isNote || String(before?.turn ?? 0) === visit.field("turn");
    if (isAsSeen && (await finishTask(visit, change.action, before, after))) return back(visit);
    if (!isAsSeen || !isNote || tries >= MOST_TRIES) return back(visit, TASK_CHANGED);
  }
  return visit.page(taskTexts.title, <p>{taskTexts.gone}</p>, { status: 400 });
}

/** Writes a change of a task, and its author. False if a colleague changed the task first. */
export async function finishTask({ world, audited, now }: Visit, action: string, before: Task | undefined, after: Task): Promise<boolean> {
  const { subject, personId: person, owner, snoozedUntil } = after;
  const taskFields = keepGiven({ people: after.done?.people, owner: owner?.name, snoozedUntil });
  const news = { action, subject, ...keepGiven({ person }), after: taskFields };
  return await audited(news, () => world.tasks.replace(before, after, now));
}

function back(visit: Visit, doneName?: string): Response {
  const page = ownPath(visit.field(FORM_PAGE));
  return visit.goTo(doneName === undefined ? page : withQuery(page, `done=${doneName}`));
}

function toOperator({ session }: Visit): Operator {
  return { id: session.subject, name: session.name };
}

export function doneBy(visit: Visit, what: string) {
  return { by: toOperator(visit), at: visit.now.toISOString(), what };
}

function addNote(task: Task, visit: Visit): Task | undefined {
  const text = visit.field("note").trim();
  return text === "" || text.length > LONGEST_NOTE ? undefined : withNote(task, text, toOperator(visit), visit.now);
}

function snoozedUntil({ now, zone, field }: Visit): string {
  const until = snoozes.find((each) => each === field("until")) ?? "hours";
  if (until === "hours") return new Date(now.getTime() + 4 * MS_PER_HOUR).toISOString();
  const today = new Date(`${readClock(now, zone).day}T00:00:00Z`);
  const days = until === "tomorrow" ? 1 : 7 - ((today.getUTCDay() + 6) % 7);
  today.setUTCDate(today.getUTCDate() + days);
  return findMoment(today.getTime() + MORNING_HOUR * MS_PER_HOUR, zone).toISOString();
}

async function requestOfSubject(visit: Visit, subject: string): Promise<ApprovalRequest | undefined> {
  const { kind, id = "" } = subjectParts(subject) ?? {};
  return kind === "request" ? await readApprovalRequest(visit, id) : undefined;
}

/** Creates a task. If the task is about a person, it gets the person's keyed hash, by which an export and an erasure find it. */
function createTask(subject: string, request: ApprovalRequest | undefined): Task {
  const { kind, id } = subjectParts(subject) ?? {};
  return freshTask(subject, kind === "person" ? id : request?.personId);
}

const MOST = 100;

interface Assigned extends Pick<Task, "subject" | "turn"> {
  readonly before: Operator | undefined;
}

interface AssignedNote {
  readonly words: string;
  readonly isWhole: boolean;
  /** The tasks that Undo gives back. */
  readonly each: readonly Assigned[];
}

/** A task that a colleague changed meanwhile stays as it is; the message says how many such tasks there are. */
async function assign(visit: Visit): Promise<Response> {
  if (visit.field("undo") !== "") return await giveBack(visit);
  const turns = new Map(visit.fields("turn").map((field) => [field.slice(field.indexOf(" ") + 1), field.split(" ")[0]]));
  const tickedSubjects = visit.fields("request").map((field) => requestSubject(readRequestField(field).id));
  const subjects = [...visit.fields("subject"), ...tickedSubjects].filter((subject) => subjectParts(subject) !== undefined);
  if (subjects.length > MOST) return await tell(visit, t.tooMany(MOST), 0, []);
  const to = (await assignees(visit)).find(({ id }) => id === visit.field("to"));
  const each: (Assigned & { readonly name: string })[] = [];
  if (to !== undefined) for (const subject of subjects) each.push(...(await assignOne(visit, subject, turns.get(subject) ?? "0", to)));
  const [first] = each;
  const words = first === undefined ? "" : t.assigned(first.name, each.length - 1, visible(to?.name ?? ""));
  return await tell(visit, subjects.length === 0 ? t.noneSelected : words, subjects.length, each);
}

/**
 * Returns the assigned task in a list. The list is empty if somebody changed the task meanwhile.
 * @param turn the turn of the task on the visitor's page
 */
async function assignOne(visit: Visit, subject: string, turn: string, { id, name, email }: Operator & Pick<Colleague, "email">) {
  const [before, request] = await Promise.all([visit.world.tasks.get(subject), requestOfSubject(visit, subject)]);
  if (String(before?.turn ?? 0) !== turn) return [];
  const after = changedTask(before ?? createTask(subject, request), { owner: { id, name } });
  if (!(await finishTask(visit, "tasks.assigned", before, after))) return [];
  const by = toOperator(visit);
  if (id !== by.id && before?.owner?.id !== id) {
    const reference = request && { reference: request.reference };
    const namedReference = { ...reference, to: { id, name, ...keepGiven({ email }) }, by };
    await visit.world.tellAssigned({ id: `${subject}.${after.turn}`, time: visit.now.toISOString(), subject, ...namedReference });
  }
  const shownText = request === undefined ? shortenText(taskWords(subject), 80) : nameText(request);
  return [{ subject, turn: after.turn, before: before?.owner, name: shownText }];
}

/** Gives the tasks of an earlier form back to their previous owners. A task that somebody changed since stays as it is. */
async function giveBack(visit: Visit): Promise<Response> {
  const note = (await visit.keptResult(visit.field("undo"))) as AssignedNote | undefined;
  const assignments = note?.each ?? [];
  let count = 0;
  for (const { subject, turn, before: owner } of assignments) {
    const task = await visit.world.tasks.get(subject);
    const action = owner === undefined ? "tasks.released" : "tasks.assigned";
    if (task?.turn === turn && (await finishTask(visit, action, task, changedTask(task, { owner })))) count += 1;
  }
  return await tell(visit, t.givenBack(count), assignments.length, [], count);
}

/** @param of the number of tasks that should have been changed @param doneCount the number of tasks that were changed */
async function tell(visit: Visit, words: string, of: number, each: readonly Assigned[], doneCount = each.length): Promise<Response> {
  const isWhole = of === doneCount && of > 0;
  const message = [words, of > doneCount ? t.lost(of - doneCount) : ""].filter((each) => each !== "").join(" ");
  const id = await visit.keepResult({ words: message, isWhole, each } satisfies AssignedNote);
  return visit.goTo(withQuery(ownPath(visit.field("back") || visit.field(FORM_PAGE)), `done=${ASSIGNED}${id}`));
}

export async function assignedNote(visit: Visit): Promise<Child> {
  const [begin, id = ""] = visit.query("done").split(ASSIGNED);
  const note = begin === "" ? ((await visit.keptResult(id)) as AssignedNote | undefined) : undefined;
  if (note?.each === undefined) return null;
  return (
    <Alert kind={note.isWhole ? "good" : "warn"}>
      <div class="actions">
        <p>{note.words}</p>
        {note.each.length === 0 ? null : (
          <PostForm visit={visit} action={ASSIGN_PATH} hidden={{ undo: id }} class="row-action">
            <SubmitButton text={frameTexts.undo} class="quiet" data-act="undo" />
          </PostForm>
        )}
      </div>
    </Alert>
  );
}

const t = pageTexts({
  assigned: [
    (what: string, others: number, to: string) => `Assigned ${what}${others === 0 ? "" : ` and ${others} more`} to ${to}.`,
    (what, others, to) => `담당자를 ${to}님으로 지정: ${what}${others === 0 ? "" : ` 외 ${others}건`}.`,
  ],
  givenBack: [(count: number) => `Assigned as before: ${count}.`, (count) => `이전 담당자로 되돌림: ${count}건.`],
  lost: [(count: number) => `Not assigned, changed meanwhile: ${count}.`, (count) => `그사이 변경되어 지정하지 않음: ${count}건.`],
  tooMany: [
    (most: number) => `Assign at most ${most} tasks at once. Nothing was assigned.`,
    (most) => `한 번에 ${most}건까지 지정할 수 있습니다. 아무것도 지정하지 않았습니다.`,
  ],
  noneSelected: ["Nothing was selected.", "선택한 항목이 없습니다."],
});

export const routes: readonly ConsoleRoute[] = [
  { method: "POST", path: ASSIGN_PATH, access: "Approver", hidden: ["subject", "request", "turn", "back", "to", "undo"], handler: assign },
  { method: "POST", path: TASKS_PATH, access: "Approver", hidden: ["subject", "turn", "change", "until"], handler: changeTask },
];
