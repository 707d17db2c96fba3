import { isMentioned, isSnoozed, type Operator, type Task } from "../../engine/tasks/task";
import type { Visit } from "../app/visit";
import { taskTexts as t } from "../texts/task-texts";
import { Avatar } from "./badge";
import { Alert, PostForm, SubmitButton } from "./forms";
import { Moment, momentText } from "./time";
import { visible } from "./value";

/** What keys do with a task beside a list, for those who may. */
export function taskActs(visit: Visit): string | undefined {
  return visit.may("Approver") ? "assign note snooze" : undefined;
}

export const TASKS_PATH = "/tasks";
/** Where several of them go to a colleague at once, or the one that its address names as `subject`. */
export const HAND_OVER_PATH = "/hand-over";
/** The address's `done` when a colleague was faster. */
export const TASK_CHANGED = "task-changed";
/** How long something can be snoozed, by the viewer's clock. */
export const snoozes = ["hours", "tomorrow", "week"] as const;

/** The owner's initials, with the name for screen readers and the pointer. A dashed circle if nobody owns it. */
export function OwnerMark({ owner }: { readonly owner: Operator | undefined }) {
  if (owner === undefined) return <span class="avatar none" />;
  return (
    <span title={visible(owner.name)}>
      <Avatar name={owner.name} />
      <span class="hidden">{visible(owner.name)}</span>
    </span>
  );
}

/** Whether somebody has a task, or is asked by a note of it to look. */
export function isMine(task: Task, { session }: Visit): boolean {
  return task.owner?.id === session.subject || task.notes.some((note) => isMentioned(note, session));
}

interface TaskProps {
  readonly visit: Visit;
  /** What it is about: `request/<id>`, `domain/contoso.com`, `person/<personId>`. */
  readonly subject: string;
  /** Undefined for what nobody has touched. */
  readonly task: Task | undefined;
}

/** One button that changes a task, and comes back to the page that it is on. */
export function TaskButton({ visit, subject, task, change, until, text, quiet = true }: TaskProps & TaskButtonProps) {
  return (
    <PostForm visit={visit} action={TASKS_PATH} hidden={{ ...taskFields(subject, task, change), ...(until !== undefined && { until }) }}>
      <SubmitButton text={text} class={quiet ? "quiet" : undefined} data-act={actOf[change]} />
    </PostForm>
  );
}

const actOf: Partial<Record<TaskButtonProps["change"], string>> = { assign: "assign", reopen: "undo" };

interface TaskButtonProps {
  readonly change: "assign" | "release" | "snooze" | "wake" | "finish" | "reopen";
  readonly until?: (typeof snoozes)[number];
  readonly text: string;
  readonly quiet?: boolean;
}

function taskFields(subject: string, task: Task | undefined, change: string) {
  return { subject, turn: String(task?.turn ?? 0), change };
}

/** Owner, snooze and notes of a task. Readers see them; others can change them. */
export function TaskPanel(props: TaskProps) {
  const { visit, task } = props;
  const may = visit.may("Approver");
  return (
    <section class="task" id="task" aria-label={t.handling}>
      {visit.query("done") === TASK_CHANGED ? <Alert kind="warn">{t.changed}</Alert> : null}
      <dl>
        <dt>{t.owner}</dt>
        <dd>
          <Ownership {...props} />
        </dd>
        {task !== undefined && isSnoozed(task, visit.now) ? (
          <>
            <dt>{t.snoozedUntil}</dt>
            <dd>
              <Moment at={task.snoozedUntil ?? ""} />
              {may ? <TaskButton {...props} change="wake" text={t.wake} /> : null}
            </dd>
          </>
        ) : null}
      </dl>
      {may && !(task !== undefined && isSnoozed(task, visit.now)) ? (
        <details class="snooze">
          <summary data-act="snooze">{t.snooze}</summary>
          {snoozes.map((until) => (
            <TaskButton {...props} change="snooze" until={until} text={t.snoozes[until]} />
          ))}
        </details>
      ) : null}
      <Notes {...props} />
    </section>
  );
}

/** The same about what is no work of anybody: no more than the way to a note, until somebody has it or wrote one. */
export function TaskIfAny(props: TaskProps) {
  const { visit, task } = props;
  const isTouched = task !== undefined && (task.owner !== undefined || task.notes.length > 0 || isSnoozed(task, visit.now));
  if (isTouched) return <TaskPanel {...props} />;
  return visit.may("Approver") ? (
    <details class="task" id="task">
      <summary>{t.addNote}…</summary>
      <NoteForm {...props} />
    </details>
  ) : null;
}

function Ownership(props: TaskProps) {
  const { visit, task, subject } = props;
  const owner = task?.owner;
  const isOwn = owner?.id === visit.session.subject;
  return (
    <>
      {owner === undefined ? <span>{t.nobody}</span> : <OwnerMark owner={owner} />}
      {owner === undefined ? null : <bdi>{visible(owner.name)}</bdi>}
      {visit.may("Approver") ? <TaskButton {...props} change={isOwn ? "release" : "assign"} text={isOwn ? t.release : t.assign} /> : null}
      {visit.may("Approver") ? <a href={`${HAND_OVER_PATH}?${new URLSearchParams({ subject })}`}>{t.assignTo}</a> : null}
    </>
  );
}

function Notes(props: TaskProps) {
  const { visit, task } = props;
  const notes = task?.notes ?? [];
  return (
    <>
      <h3>{t.notes}</h3>
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
      {visit.may("Approver") ? <NoteForm {...props} /> : notes.length === 0 ? <p class="hint">{t.noNotes}</p> : null}
    </>
  );
}

function NoteForm({ visit, subject, task }: TaskProps) {
  return (
    <PostForm visit={visit} action={TASKS_PATH} class="task-note" hidden={taskFields(subject, task, "note")}>
      <input name="note" required maxlength={1_000} placeholder={t.noteHint} aria-label={t.addNote} autocomplete="off" data-act="note" />
      <SubmitButton text={t.addNote} class="quiet" />
    </PostForm>
  );
}
