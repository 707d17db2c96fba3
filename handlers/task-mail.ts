import { assigneeMail } from "../adapters/mail/compose";
import type { MailKind, MailTools } from "../adapters/mail/mail-kind";
import { mailPlace } from "../adapters/mail/mail-sending";
import { normaliseEmail } from "../engine/sign-up/email";
import { TASK_ASSIGNED, type TaskEvent } from "../engine/tasks/event";

/** To a colleague about what was assigned to them. One without an address finds the task in the console. */
export function taskMails({ world, wording, sent }: MailTools): MailKind<TaskEvent> {
  return {
    name: "assignee",
    takes: (event): event is TaskEvent => event.type === TASK_ASSIGNED,
    keyOf: ({ detail }) => detail.to.id,
    async send(events, { settings }) {
      const email = events[0]?.detail.to.email;
      if (email === undefined || normaliseEmail(email) !== email) return "done";
      const details = events.map(({ detail }) => detail);
      const mail = assigneeMail(email, details, { wording, ...mailPlace(world.settings) });
      return (await sent(mail, settings.mailFrom, { to: "assignee" })) === "waiting" ? "retry" : "done";
    },
  };
}
