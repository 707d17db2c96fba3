import * as v from "valibot";
import { createListSchema, createTextSchema, time, wholeNumber } from "../fields";

const operator = v.object({
  id: createTextSchema(),
  /** The account's name at the time. */
  name: v.string(),
});
export type Operator = Readonly<v.InferOutput<typeof operator>>;

const note = v.object({
  text: createTextSchema(),
  by: operator,
  at: time(),
  /** People or roles who are asked to look. */
  mentions: createListSchema(createTextSchema("A role or a name, without its @.")),
});
export type TaskNote = Readonly<v.InferOutput<typeof note>>;

/** An operator's work on something that waits. Its row is in the usage table. */
export const taskRow = v.object({
  /** The task's subject: `domain/contoso.com`, `request/<id>`, `person/<personId>`. */
  subject: createTextSchema(),
  owner: v.optional(operator),
  snoozedUntil: v.optional(time()),
  /** Oldest first. */
  notes: createListSchema(note),
  done: v.optional(
    v.object({
      by: operator,
      at: time(),
      /** The name of what was done, such as `denied`. */
      what: createTextSchema(),
      people: v.optional(wholeNumber()),
    }),
  ),
  /** Keyed hash of the person whom the task is about: exports and erasures find the task by it. */
  personId: v.optional(createTextSchema()),
  /** Number of changes so far. A change is written only if the stored row still has the number that was read. */
  turn: wholeNumber(),
});
export type Task = Readonly<v.InferOutput<typeof taskRow>>;

/** If there are more, the oldest are dropped. */
const MOST_NOTES = 50;
const MENTION = /(?<![\p{L}\p{N}.])@([\p{L}\p{N}][\p{L}\p{N}._-]*)/gu;

const SUBJECT = /^([a-z-]{1,20})\/(.{1,300})$/;

/** Splits at the first slash, because an id may hold slashes. Undefined if the text is no subject. */
export function subjectParts(subject: string): { readonly kind: string; readonly id: string } | undefined {
  const subjectMatch = SUBJECT.exec(subject);
  return subjectMatch === null ? undefined : { kind: subjectMatch[1] as string, id: subjectMatch[2] as string };
}

export function requestSubject(id: string): string {
  return `request/${id}`;
}

export function freshTask(subject: string, personId?: string): Task {
  return { subject, notes: [], turn: 0, ...(personId !== undefined && { personId }) };
}

export function changedTask(task: Task, change: Partial<Pick<Task, "owner" | "snoozedUntil" | "done">>): Task {
  return { ...task, ...change, turn: task.turn + 1 };
}

export function withNote(task: Task, text: string, by: Operator, now: Date): Task {
  const mentions = [...new Set([...text.matchAll(MENTION)].map(([, name]) => (name as string).replace(/[._-]+$/, "")))];
  const addedNote = { text, by, at: now.toISOString(), mentions };
  return { ...task, notes: [...task.notes, addedNote].slice(-MOST_NOTES), turn: task.turn + 1 };
}

/** True if a note mentions a person: by their role, their name, or the first word of their name. */
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
