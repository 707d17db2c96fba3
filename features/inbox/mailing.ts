import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import { subjectParts, type Task } from "../../engine/tasks/task";

// A mailing to people that an outage turned away is a task: done when ordered, open again if undone.

/** The kind of its mails, also in the ledger. */
export const WORKS_AGAIN_MAIL = "works-again";
/** The delay of its mails in the queue, as of all mails. */
const REGRET_MS = MS_PER_MINUTE;
const KIND = "mailing";

export function mailingSubject(service: string, at: Date): string {
  return `${KIND}/${service}/${at.toISOString()}`;
}

/** The system whose outage a mailing follows. Undefined for another task. */
export function serviceOfMailing({ subject }: Pick<Task, "subject">): string | undefined {
  const { kind, id = "" } = subjectParts(subject) ?? {};
  return kind === KIND ? id.slice(0, id.lastIndexOf("/")) : undefined;
}

/** True if its mails may have been sent, and can no longer be undone. */
export function isOnItsWay(task: Pick<Task, "subject" | "done">, now: Date): boolean {
  return serviceOfMailing(task) !== undefined && Date.parse(task.done?.at ?? "") + REGRET_MS <= now.getTime();
}
