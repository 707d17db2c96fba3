import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import { subjectParts, type Task } from "../../engine/tasks/task";

// A mailing to people whom an outage turned away is a task: done as it is ordered, open again where that was undone.

/** The kind of its mails, in the ledger too. */
export const WORKS_AGAIN_MAIL = "works-again";
/** So long its mails wait in the queue, as all do. */
export const REGRET_MS = MS_PER_MINUTE;
const KIND = "mailing";

export function mailingSubject(service: string, at: Date): string {
  return `${KIND}/${service}/${at.toISOString()}`;
}

/** The system whose outage a mailing follows; undefined for another task. */
export function serviceOfMailing({ subject }: Pick<Task, "subject">): string | undefined {
  const { kind, id = "" } = subjectParts(subject) ?? {};
  return kind === KIND ? id.slice(0, id.lastIndexOf("/")) : undefined;
}

/** Whether its mails may be on their way: nothing takes it back then. */
export function isOnItsWay(task: Pick<Task, "subject" | "done">, now: Date): boolean {
  return serviceOfMailing(task) !== undefined && Date.parse(task.done?.at ?? "") + REGRET_MS <= now.getTime();
}
