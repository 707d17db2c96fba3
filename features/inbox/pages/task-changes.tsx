import { ownPath } from "../../../console/app/frame";
import { FORM_PAGE } from "../../../console/app/sent-form";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { snoozes, TASK_CHANGED, TASKS_PATH } from "../../../console/parts/tasks";
import { clockTime, startOfDay } from "../../../console/parts/time";
import { taskTexts } from "../../../console/texts/task-texts";
import { MS_PER_HOUR } from "../../../engine/sign-up/time";
import { changedTask, freshTask, type Operator, subjectParts, type Task, withNote } from "../../../engine/tasks/task";
import type { ApprovalRequest } from "../../approvals/request";
import { isOnItsWay } from "../mailing";

const MORNING_HOUR = 9;
export const LONGEST_NOTE = 1_000;
/** Two who note something at the same moment both do. */
const MOST_TRIES = 5;

/** What each change makes of a task; undefined for what nobody may send. */
type Change = (task: Task, visit: Visit) => Task | undefined;

const changes: Readonly<Record<string, { readonly action: string; readonly make: Change }>> = {
  assign: { action: "tasks.assigned", make: (task, visit) => changedTask(task, { owner: operatorOf(visit) }) },
  release: { action: "tasks.released", make: (task) => changedTask(task, { owner: undefined }) },
  snooze: { action: "tasks.snoozed", make: (task, visit) => changedTask(task, { snoozedUntil: snoozedUntil(visit) }) },
  wake: { action: "tasks.woken", make: (task) => changedTask(task, { snoozedUntil: undefined }) },
  note: { action: "tasks.noted", make: noted },
  finish: { action: "tasks.finished", make: (task, visit) => changedTask(task, { done: doneBy(visit, "seen") }) },
  reopen: {
    action: "tasks.reopened",
    make: (task, { now }) => (isOnItsWay(task, now) ? undefined : changedTask(task, { done: undefined })),
  },
};

/** Handles the forms of `TaskPanel`: makes one change, records it in the trail and returns to the form's page. */
async function changeTask(visit: Visit): Promise<Response> {
  const change = Object.hasOwn(changes, visit.field("change")) ? changes[visit.field("change")] : undefined;
  const subject = visit.field("subject");
  const isNote = change === changes.note;
  for (let tries = 1; change !== undefined && subjectParts(subject) !== undefined; tries++) {
    const before = await visit.world.tasks.get(subject);
    const after = change.make(before ?? freshTask(subject, await personOfSubject(visit, subject)), visit);
    if (after === undefined) break;
    const isAsSeen = isNote || String(before?.turn ?? 0) === visit.field("turn");
    if (isAsSeen && (await finishTask(visit, change.action, before, after))) return back(visit);
    if (!isAsSeen || !isNote || tries >= MOST_TRIES) return back(visit, TASK_CHANGED);
  }
  return visit.page(taskTexts.title, <p>{taskTexts.gone}</p>, { status: 400 });
}

/** Writes a change of a task, and who made it. False where a colleague was quicker. */
export async function finishTask({ world, audited, now }: Visit, action: string, before: Task | undefined, after: Task): Promise<boolean> {
  const { subject, personId: person, owner, snoozedUntil } = after;
  const facts = { action, subject, ...(person !== undefined && { person }) };
  const people = after.done?.people;
  const said = {
    ...(people !== undefined && { people }),
    ...(owner && { owner: owner.name }),
    ...(snoozedUntil !== undefined && { snoozedUntil }),
  };
  return await audited({ ...facts, after: said }, () => world.tasks.replace(before, after, now));
}

function back(visit: Visit, done?: string): Response {
  const page = new URL(ownPath(visit.field(FORM_PAGE)), "https://own.invalid");
  if (done !== undefined) page.searchParams.set("done", done);
  return visit.goTo(`${page.pathname}${page.search}`);
}

export function operatorOf({ session }: Visit): Operator {
  return { id: session.subject, name: session.name };
}

export function doneBy(visit: Visit, what: string) {
  return { by: operatorOf(visit), at: visit.now.toISOString(), what };
}

function noted(task: Task, visit: Visit): Task | undefined {
  const text = visit.field("note").trim();
  return text === "" || text.length > LONGEST_NOTE ? undefined : withNote(task, text, operatorOf(visit), visit.now);
}

function snoozedUntil({ now, zone, field }: Visit): string {
  const until = snoozes.find((each) => each === field("until")) ?? "hours";
  if (until === "hours") return new Date(now.getTime() + 4 * MS_PER_HOUR).toISOString();
  const today = new Date(`${clockTime(now, zone).day}T00:00:00Z`);
  const days = until === "tomorrow" ? 1 : 7 - ((today.getUTCDay() + 6) % 7);
  today.setUTCDate(today.getUTCDate() + days);
  const morning = startOfDay(today.toISOString().slice(0, 10), zone) ?? today;
  return new Date(morning.getTime() + MORNING_HOUR * MS_PER_HOUR).toISOString();
}

/** The request that a task is about, if it is about one that can be read. */
export async function requestOfSubject({ world }: Visit, subject: string): Promise<ApprovalRequest | undefined> {
  const { kind, id = "" } = subjectParts(subject) ?? {};
  return kind === "request" ? (await world.readableApprovals(() => {}).getAll([id]))[0] : undefined;
}

/** The person's keyed hash, by which an export and an erasure find the task. */
export async function personOfSubject(visit: Visit, subject: string): Promise<string | undefined> {
  const { kind, id = "" } = subjectParts(subject) ?? {};
  if (kind === "person") return id;
  return (await requestOfSubject(visit, subject))?.personId;
}

export const routes: readonly ConsoleRoute[] = [
  { method: "POST", path: TASKS_PATH, access: "Approver", hidden: ["subject", "turn", "change", "until"], handler: changeTask },
];
