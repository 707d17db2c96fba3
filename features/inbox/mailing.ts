import type { DecisionRecord } from "../../engine/sign-up/record";
import { isFirstContinue, toOutcomeKind } from "../../engine/sign-up/recording";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import { subjectParts, type Task } from "../../engine/tasks/task";

// A mailing after an outage is a task: done once the mailing is ordered, open again if the order is undone.

/** The kind of the mails in a mailing. The usage table uses the same name. */
export const WORKS_AGAIN_MAIL = "works-again";
/** Time for which each mail waits in the queue, so that an order can be undone. */
const REGRET_MS = MS_PER_MINUTE;
const KIND = "mailing";

export function mailingSubject(service: string, at: Date): string {
  return `${KIND}/${service}/${at.toISOString()}`;
}

/** Returns the system that failed before a mailing. Undefined if the task is not a mailing. */
export function serviceOfMailing({ subject }: Pick<Task, "subject">): string | undefined {
  const { kind, id = "" } = subjectParts(subject) ?? {};
  return kind === KIND ? id.slice(0, id.lastIndexOf("/")) : undefined;
}

/** Returns true if the mailing's mails may have been sent, so that the order can no longer be undone. */
export function isOnItsWay(task: Pick<Task, "subject" | "done">, now: Date): boolean {
  return serviceOfMailing(task) !== undefined && Date.parse(task.done?.at ?? "") + REGRET_MS <= now.getTime();
}

/** @param since the newest decision about somebody whom an outage turned away. Undefined if it is the one that turned them away */
export function hasCome({ since }: { readonly since: DecisionRecord | undefined }): boolean {
  return since !== undefined && !isFirstContinue(since) && ["continue", "waiting"].includes(toOutcomeKind(since));
}
