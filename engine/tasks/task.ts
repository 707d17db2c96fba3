import { anyText, filled, listOf, object, optional, type TypeOf, time, wholeNumber } from "../schema";

const operator = object({
  id: filled("The account's object id."),
  name: anyText("The account's name at the time."),
});
/** Somebody who works in the console. */
export type Operator = TypeOf<typeof operator>;

const note = object({
  text: filled("What was written."),
  by: operator,
  at: time("When."),
  mentions: listOf(filled("A role or a name, without its @."), "Who is asked to look."),
});
export type TaskNote = TypeOf<typeof note>;

/** What operators have made of something that waits for them. Its row is in the ledger. */
export const taskRow = object({
  subject: filled("What it is about: `domain/contoso.com`, `request/<id>`, `person/<personId>`."),
  owner: optional(operator),
  snoozedUntil: optional(time("Until when it is put off.")),
  notes: listOf(note, "The oldest first."),
  done: optional(
    object({
      by: operator,
      at: time("When."),
      what: filled("What was done, as a code: `denied`."),
      undo: optional(filled("What takes it back, such as the id of a change set.")),
    }),
  ),
  personId: optional(filled("The keyed hash of the person it is about: an export and an erasure find it by that.")),
  turn: wholeNumber("Counts changes: a change is written only over the row that was read."),
});
export type Task = TypeOf<typeof taskRow>;

/** Older notes make way. */
const MOST_NOTES = 50;
/** An `@`, then a role or the beginning of a name. */
const MENTION = /(?<![\p{L}\p{N}.])@([\p{L}\p{N}][\p{L}\p{N}._-]*)/gu;

const SUBJECT = /^([a-z-]{1,20})\/(.{1,300})$/;

/** What kind of thing a task is about, and which one, whose id may hold slashes. Undefined for what is no subject. */
export function subjectParts(subject: string): { readonly kind: string; readonly id: string } | undefined {
  const found = SUBJECT.exec(subject);
  return found === null ? undefined : { kind: found[1] as string, id: found[2] as string };
}

/** What tasks call a request for approval. */
export function requestSubject(id: string): string {
  return `request/${id}`;
}

/** Nobody has touched it. @param personId of the person it is about, if it is about one */
export function freshTask(subject: string, personId?: string): Task {
  return { subject, notes: [], turn: 0, ...(personId !== undefined && { personId }) };
}

/** One change, which `TaskStore.replace` writes. */
export function changedTask(task: Task, change: Partial<Pick<Task, "owner" | "snoozedUntil" | "done">>): Task {
  return { ...task, ...change, turn: task.turn + 1 };
}

export function withNote(task: Task, text: string, by: Operator, now: Date): Task {
  const mentions = [...new Set([...text.matchAll(MENTION)].map(([, name = ""]) => name.replace(/[._-]+$/, "")))];
  const added = { text, by, at: now.toISOString(), mentions };
  return { ...task, notes: [...task.notes, added].slice(-MOST_NOTES), turn: task.turn + 1 };
}

/** Whether a note asks somebody to look: by their role, their name, or its first word. */
export function isMentioned(
  { mentions }: Pick<TaskNote, "mentions">,
  who: { readonly name: string; readonly role?: string | undefined },
): boolean {
  const name = who.name.toLowerCase();
  const names = [who.role?.toLowerCase(), name.replaceAll(" ", ""), name.split(" ")[0]];
  return mentions.some((mention) => names.includes(mention.toLowerCase()));
}

export function isSnoozed({ snoozedUntil }: Pick<Task, "snoozedUntil">, now: Date): boolean {
  return (snoozedUntil ?? "") > now.toISOString();
}
