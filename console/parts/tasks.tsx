import { isMentioned, isSnoozed, type Operator, type Task } from "../../engine/tasks/task";
import type { Visit } from "../app/visit";
import { oncePerVisit } from "../app/visit";
import { hasRole, type Role } from "../session/roles";
import { frameTexts } from "../texts/frame-texts";
import { pageTexts } from "../texts/languages";
import { Avatar } from "./badge";
import { Alert, FormFold, PostForm, Select, SubmitButton } from "./forms";
import { Facts } from "./table";
import { Moment, momentText } from "./time";
import { visible } from "./value";

/** Returns the acts on a task that have a key in a list. Undefined if the visitor is not an approver. */
export function taskActs(visit: Visit): string | undefined {
  return visit.may("Approver") ? "assign note snooze" : undefined;
}

export const TASKS_PATH = "/tasks";
/** The path that receives forms with `AssignFields`. A form assigns the task of each `subject` or ticked `request` in it. */
export const ASSIGN_PATH = `${TASKS_PATH}/assign`;
/** Prefix of the value of `done` in the address, if tasks were assigned. The id of the stored note follows the prefix. */
export const ASSIGNED = "assigned.";
/** The value of `done` in the address if a colleague changed the task first. */
export const TASK_CHANGED = "task-changed";
/** Snooze times, by the viewer's clock. */
export const snoozes = ["hours", "tomorrow", "week"] as const;

export function OwnerMark({ owner }: { readonly owner: Operator | undefined }) {
  if (owner === undefined) return <span class="avatar none" />;
  return (
    <span title={visible(owner.name)}>
      <Avatar name={owner.name} />
      <span class="hidden">{visible(owner.name)}</span>
    </span>
  );
}

export function isMine(task: Task, { session }: Visit): boolean {
  return task.owner?.id === session.subject || task.notes.some((note) => isMentioned(note, session));
}

interface TaskProps {
  readonly visit: Visit;
  /** The subject of the task: `request/<id>`, `domain/contoso.com`, `person/<personId>`. */
  readonly subject: string;
  /** Undefined until somebody changes the task. */
  readonly task: Task | undefined;
}

/** The answer leads back to the page with the button. */
export function TaskButton({ visit, subject, task, change, until, text }: TaskProps & TaskButtonProps) {
  return (
    <PostForm visit={visit} action={TASKS_PATH} hidden={{ ...taskFields(subject, task, change), ...(until !== undefined && { until }) }}>
      <SubmitButton text={text} class="quiet" data-act={actOf[change]} />
    </PostForm>
  );
}

const actOf: Partial<Record<TaskButtonProps["change"], string>> = { assign: "assign", reopen: "undo" };

interface TaskButtonProps {
  readonly change: "assign" | "release" | "snooze" | "wake" | "finish" | "reopen";
  readonly until?: (typeof snoozes)[number];
  readonly text: string;
}

function taskFields(subject: string, task: Task | undefined, change: string) {
  return { subject, turn: String(task?.turn ?? 0), change };
}

export function TaskFoot(props: TaskProps) {
  const { visit, task } = props;
  if (!visit.may("Approver")) return null;
  return (
    <>
      {task?.owner?.id === visit.session.subject ? null : <TaskButton {...props} change="assign" text={taskTexts.assign} />}
      <AssignFold {...props} />
      {task !== undefined && isSnoozed(task, visit.now) ? null : (
        <details class="snooze">
          <summary class="button ghost" data-act="snooze">
            {taskTexts.snooze}
          </summary>
          {snoozes.map((until) => (
            <TaskButton {...props} change="snooze" until={until} text={taskTexts.snoozes[until]} />
          ))}
        </details>
      )}
    </>
  );
}

/**
 * Shows the owner, the snooze and the notes of a task. Approvers always see this section, and can change the task. Others see it only if it
 * is not empty.
 */
export function TaskIfAny(props: TaskProps) {
  const { visit, task } = props;
  const may = visit.may("Approver");
  const { owner, notes = [] } = task ?? {};
  const isAsleep = task !== undefined && isSnoozed(task, visit.now);
  if (!may && owner === undefined && notes.length === 0 && !isAsleep) return null;
  return (
    <section class="task" id="task" aria-label={taskTexts.handling}>
      {visit.query("done") === TASK_CHANGED ? <Alert kind="warn">{taskTexts.changed}</Alert> : null}
      <Facts
        facts={[
          [
            taskTexts.owner,
            owner && [
              <OwnerMark owner={owner} />,
              " ",
              <bdi>{visible(owner.name)}</bdi>,
              may && owner.id === visit.session.subject ? <TaskButton {...props} change="release" text={taskTexts.release} /> : null,
            ],
          ],
          [
            taskTexts.snoozedUntil,
            isAsleep && [
              <Moment at={task.snoozedUntil ?? ""} />,
              may ? <TaskButton {...props} change="wake" text={taskTexts.wake} /> : null,
            ],
          ],
        ]}
      />
      {notes.length === 0 ? null : <h3>{taskTexts.notes}</h3>}
      {notes.map(({ text, by, at }) => (
        <div class="task-note">
          <OwnerMark owner={by} />
          <p>
            <b>
              <bdi>{visible(by.name)}</bdi>
            </b>{" "}
            <time datetime={at}>{momentText(at)}</time>
            <br />
            <bdi class="value">{visible(text)}</bdi>
          </p>
        </div>
      ))}
      {may ? (
        <details open={notes.length > 0}>
          <summary>{taskTexts.forColleagues}</summary>
          <NoteForm {...props} />
        </details>
      ) : null}
    </section>
  );
}

/** People who may work on open requests: the visitor first. */
export const assignees = oncePerVisit(async ({ world, session, now }) => {
  const all = await world.colleagues.all(now);
  const others = all.filter(({ id, role }) => id !== session.subject && hasRole(role as Role, "Approver"));
  return [{ id: session.subject, name: session.name, role: session.role, email: undefined }, ...others];
});

export async function AssignFields({ visit, ...button }: { readonly visit: Visit } & Omit<Parameters<typeof SubmitButton>[0], "text">) {
  const options = (await assignees(visit)).map(({ id, name, role }) => {
    const isMe = id === visit.session.subject;
    return [id, isMe ? taskTexts.me(visible(name)) : `${visible(name)}, ${frameTexts.roles[role as Role]}`] as const;
  });
  return (
    <span class="pair">
      <Select name="to" aria-label={taskTexts.assignTo} options={options} />
      <SubmitButton text={taskTexts.give} {...button} />
    </span>
  );
}

/** The hidden field with the version of the task when the form was shown. No field if nobody has changed the task yet. */
export function turnField(task: Task | undefined) {
  return { turn: task === undefined ? [] : [`${task.turn} ${task.subject}`] };
}

function AssignFold({ visit, subject, task }: TaskProps) {
  return (
    <FormFold text={taskTexts.give} class="button ghost">
      <PostForm visit={visit} action={ASSIGN_PATH} hidden={{ subject, ...turnField(task) }}>
        <p class="actions">
          <AssignFields visit={visit} />
        </p>
      </PostForm>
    </FormFold>
  );
}

function NoteForm({ visit, subject, task }: TaskProps) {
  return (
    <PostForm visit={visit} action={TASKS_PATH} class="task-note" hidden={taskFields(subject, task, "note")}>
      <input
        name="note"
        required
        aria-invalid="false"
        maxlength={1_000}
        placeholder={taskTexts.noteHint}
        aria-label={taskTexts.addNote}
        autocomplete="off"
        data-act="note"
      />
      <SubmitButton text={taskTexts.addNote} class="quiet" />
    </PostForm>
  );
}

export const taskTexts = pageTexts({
  handling: ["Owner and notes", "담당자와 메모"],
  owner: ["Owner", "담당자"],
  assign: ["Assign to me", "내가 담당"],
  give: ["Assign", "담당자 지정"],
  assignTo: ["Assign to", "지정할 담당자"],
  me: [(name: string) => `Me (${name})`, (name: string) => `나(${name})`],
  release: ["Release", "담당 해제"],
  snoozedUntil: ["Snoozed until", "다시 알림"],
  snooze: ["Snooze…", "나중에 다시 알림…"],
  wake: ["Show again", "지금 다시 표시"],
  snoozes: {
    hours: ["For 4 hours", "4시간 뒤"],
    tomorrow: ["Until tomorrow, 9:00", "내일 9시"],
    week: ["Until Monday, 9:00", "다음 월요일 9시"],
  },
  notes: ["Notes", "메모"],
  addNote: ["Add note", "메모 추가"],
  forColleagues: ["Note for colleagues…", "동료에게 메모…"],
  noteHint: ["@name or @Approver asks them to look", "@이름이나 역할을 적으면 확인 요청"],
  changed: ["A colleague was quicker. Nothing was saved: look again.", "동료가 먼저 변경했습니다. 저장된 내용은 없습니다."],
  gone: ["This can no longer be done or undone. Nothing was changed.", "더 이상 처리하거나 취소할 수 없습니다. 변경된 내용은 없습니다."],
  title: ["Nothing was changed", "변경된 내용이 없습니다"],
});
