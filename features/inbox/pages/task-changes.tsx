import { ownPath } from "../../../console/app/frame";
import { FORM_PAGE } from "../../../console/app/sent-form";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { CancelLink } from "../../../console/parts/back-link";
import { Alert, PostForm, Select, SubmitButton } from "../../../console/parts/forms";
import { HAND_OVER_PATH, snoozes, TASK_CHANGED, TASKS_PATH, taskTexts } from "../../../console/parts/tasks";
import { clockTime, startOfDay } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { withQuery } from "../../../console/parts/with-query";
import { hasRole, type Role } from "../../../console/session/roles";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { MS_PER_HOUR } from "../../../engine/sign-up/time";
import { changedTask, freshTask, type Operator, requestSubject, subjectParts, type Task, withNote } from "../../../engine/tasks/task";
import { nameText, requestOf } from "../../approvals/pages/approvals-parts";
import type { ApprovalRequest } from "../../approvals/request";
import type { Colleague } from "../../tasks/store/colleagues";
import { isOnItsWay } from "../mailing";

const MORNING_HOUR = 9;
const LONGEST_NOTE = 1_000;
/** Two who note something at the same moment both do. */
const MOST_TRIES = 5;

/** A change of a task; undefined if it is not allowed. */
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

/** Handles the forms of `TaskIfAny`: makes one change, records it in the trail and returns to the form's page. */
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

/** Writes a change of a task, and its author. False if a colleague was faster. */
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
  const page = ownPath(visit.field(FORM_PAGE));
  return visit.goTo(done === undefined ? page : withQuery(page, `done=${done}`));
}

function operatorOf({ session }: Visit): Operator {
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
async function requestOfSubject(visit: Visit, subject: string): Promise<ApprovalRequest | undefined> {
  const { kind, id = "" } = subjectParts(subject) ?? {};
  return kind === "request" ? await requestOf(visit, id) : undefined;
}

/** The person's keyed hash, by which an export and an erasure find the task. */
async function personOfSubject(visit: Visit, subject: string): Promise<string | undefined> {
  const { kind, id = "" } = subjectParts(subject) ?? {};
  if (kind === "person") return id;
  return (await requestOfSubject(visit, subject))?.personId;
}

/** Most tasks that one form hands over. */
const MOST = 100;

/** Asks who takes over what the address names or the queue has ticked. */
async function askToWhom(visit: Visit): Promise<Response> {
  const back = visit.field("back") || visit.query("back");
  const ticked = visit.fields("request").map((field) => requestSubject(field.split("/")[0] ?? ""));
  const subjects = [visit.query("subject"), ...ticked].filter((subject) => subjectParts(subject) !== undefined).slice(0, MOST);
  const [colleagues, known] = await Promise.all([colleaguesOf(visit), visit.world.tasks.of(subjects)]);
  const names = await Promise.all(subjects.map((subject) => nameOf(visit, subject)));
  const me = [visit.session.subject, t.me(visible(visit.session.name))] as const;
  const others = colleagues.map(({ id, name, role }) => [id, `${visible(name)}, ${frameTexts.roles[role as Role]}`] as const);
  const [handed, lost] = [Number(visit.query("handed")), Number(visit.query("lost"))];
  return await visit.page(
    t.title,
    <>
      {handed > 0 ? <Alert kind="good">{t.handed(handed)}</Alert> : null}
      {lost > 0 ? <Alert kind="warn">{t.lost(lost)}</Alert> : null}
      {subjects.length === 0 ? (
        <p class="empty hint">{t.noneSelected}</p>
      ) : (
        <PostForm visit={visit} action={HAND_OVER_PATH} class="card" hidden={{ back }}>
          <fieldset>
            <legend>{t.what}</legend>
            {subjects.map((subject, index) => (
              <p>
                <label class="choice">
                  <input
                    type={subjects.length === 1 ? "hidden" : "checkbox"}
                    name="subject"
                    value={`${known.get(subject)?.turn ?? 0} ${subject}`}
                    checked={subjects.length > 1}
                  />{" "}
                  <bdi class="value">{visible(names[index] ?? subject)}</bdi>
                </label>
              </p>
            ))}
          </fieldset>
          <p>
            <label for="to">{t.to}</label>
            <Select id="to" name="to" required options={[["", t.choose], me, ...others]} />
          </p>
          <p class="actions">
            <SubmitButton text={t.button} />
            <CancelLink path={back === "" ? "/" : ownPath(back)} />
          </p>
        </PostForm>
      )}
    </>,
  );
}

/** Each task for itself: what a colleague changed meanwhile stays, and is counted. */
async function handOver(visit: Visit): Promise<Response> {
  if (visit.field("to") === "") return await askToWhom(visit);
  const to = [{ ...operatorOf(visit), email: undefined }, ...(await colleaguesOf(visit))].find(({ id }) => id === visit.field("to"));
  const chosen = visit.fields("subject").slice(0, MOST);
  let handed = 0;
  if (to !== undefined) for (const each of chosen) if (await handOne(visit, each, to)) handed += 1;
  const back = visit.field("back");
  if (handed === chosen.length && back !== "")
    return visit.goTo(withQuery(ownPath(back), new URLSearchParams({ done: "handed-over", colleague: visit.field("to") })));
  const counts = { handed: String(handed), lost: String(chosen.length - handed) };
  return visit.goTo(`${HAND_OVER_PATH}?${new URLSearchParams(counts)}`);
}

type Recipient = Operator & Pick<Colleague, "email">;

/** @param chosen the turn of the task that was shown, and its subject */
async function handOne(visit: Visit, chosen: string, { id, name, email }: Recipient): Promise<boolean> {
  const [, turn, subject = ""] = /^(\d+) (.+)$/s.exec(chosen) ?? [];
  if (subjectParts(subject) === undefined) return false;
  const before = await visit.world.tasks.get(subject);
  if (String(before?.turn ?? 0) !== turn) return false;
  const after = changedTask(before ?? freshTask(subject, await personOfSubject(visit, subject)), { owner: { id, name } });
  if (!(await finishTask(visit, "tasks.assigned", before, after))) return false;
  const by = operatorOf(visit);
  if (id === by.id || before?.owner?.id === id) return true;
  const reference = (await requestOfSubject(visit, subject))?.reference;
  const named = { ...(reference !== undefined && { reference }), to: { id, name, ...(email !== undefined && { email }) }, by };
  await visit.world.tellAssigned({ id: `${subject}.${after.turn}`, time: visit.now.toISOString(), subject, ...named });
  return true;
}

/** Colleagues who may work on what waits. */
async function colleaguesOf({ world, session, now }: Visit): Promise<readonly Colleague[]> {
  const all = await world.colleagues.all(now);
  return all.filter(({ id, role }) => id !== session.subject && hasRole(role as Role, "Approver"));
}

/** The name of a request's person; any other subject is its own name. */
async function nameOf(visit: Visit, subject: string): Promise<string> {
  const request = await requestOfSubject(visit, subject);
  return request === undefined ? (subjectParts(subject)?.id ?? subject) : `${nameText(request)}, ${request.email} (${request.reference})`;
}

const t = pageTexts({
  title: ["Assign", "담당자 지정"],
  what: ["What you assign", "지정할 항목"],
  to: ["To", "받는 사람"],
  button: ["Assign", "담당자 지정"],
  choose: ["Choose…", "선택…"],
  me: [(name: string) => `Me (${name})`, (name: string) => `나(${name})`],
  noneSelected: ["No request is selected. Go back and select some.", "선택한 요청이 없습니다. 돌아가서 요청을 선택하세요."],
  handed: [(count: number) => `${count === 1 ? "1 item" : `${count} items`} assigned.`, (count) => `${count}건의 담당자를 지정했습니다.`],
  lost: [
    (count: number) =>
      `${count === 1 ? "1 item was" : `${count} items were`} not assigned: a colleague changed it in the meantime, or the form was not complete.`,
    (count: number) => `${count}건은 담당자를 지정하지 못했습니다. 그사이 동료가 변경했거나 양식이 완전하지 않습니다.`,
  ],
});

export const routes: readonly ConsoleRoute[] = [
  {
    method: "GET",
    path: HAND_OVER_PATH,
    access: "Approver",
    asks: { subject: "any", back: "any", handed: "any", lost: "any" },
    handler: askToWhom,
  },
  { method: "POST", path: HAND_OVER_PATH, access: "Approver", hidden: ["subject", "request", "back", "to"], handler: handOver },
  { method: "POST", path: TASKS_PATH, access: "Approver", hidden: ["subject", "turn", "change", "until"], handler: changeTask },
];
