import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import { subjectParts, type Task } from "../../engine/tasks/task";

// A mailing to people that an outage turned away is a task. The task is done once the mailing is ordered, and open again once the order is
// undone.

/** The kind of a mailing's mails, also in the usage table. */
export const WORKS_AGAIN_MAIL = "works-again";
/** The time for which mails wait in the queue, so that an order can be undone. It is the same for all mails. */
const REGRET_MS = MS_PER_MINUTE;
const KIND = "mailing";

export function mailingSubject(service: string, at: Date): string {
  return `${KIND}/${service}/${at.toISOString()}`;
}

/** Returns the system whose outage a mailing follows. Undefined for other tasks. */
export function serviceOfMailing({ subject }: Pick<Task, "subject">): string | undefined {
  const { kind, id = "" } = subjectParts(subject) ?? {};
  return kind === KIND ? id.slice(0, id.lastIndexOf("/")) : undefined;
}

/** Returns true if the mailing's mails may have been sent, so that the order can no longer be undone. */
export function isOnItsWay(task: Pick<Task, "subject" | "done">, now: Date): boolean {
  return serviceOfMailing(task) !== undefined && Date.parse(task.done?.at ?? "") + REGRET_MS <= now.getTime();
}
