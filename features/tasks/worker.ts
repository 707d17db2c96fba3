import { environment, requireVariable } from "../../adapters/aws/environment";
import { type MailKind, type MailTools, sharedMail } from "../../adapters/mail/mail-delivery";
import { idInPlace, mailPlace } from "../../adapters/mail/mail-place";
import { type Part, renderedMail } from "../../adapters/mail/render";
import type { Mail } from "../../adapters/mail/send";
import { taskStore } from "../../adapters/tables/tasks";
import { type OwnMailTexts, sanitiseText, voiceFor } from "../../engine/mail/voice";
import { subjectParts } from "../../engine/tasks/task";
import { isPossibleEmail } from "../../engine/unmatched";
import { TASK_ASSIGNED, type TaskAssigned, type TaskEvent } from "./events";
import { mailTexts } from "./mail-texts";

/**
 * Mails colleagues the tasks that were assigned to them. A colleague without an address gets no mail, and finds the task in the console.
 */
export function taskMails({ world, ownTexts, deliver }: MailTools): MailKind<TaskEvent> {
  const tasks = taskStore(world.tables, requireVariable(environment.ledgerTable, world.settings));
  return {
    order: 20,
    name: "assignee",
    takes: (event): event is TaskEvent => event.type === TASK_ASSIGNED,
    keyOf: ({ detail }) => detail.to.id,
    async send(events, batch) {
      const email = events[0]?.detail.to.email;
      if (email === undefined || !isPossibleEmail(email)) return "done";
      const about = events.map(({ detail }) => detail);
      const make = sharedMail<TaskAssigned>((tasks) => assigneeMail(email, tasks, { ownTexts, ...mailPlace(world.settings) }));
      const outcome = await deliver({ kind: "assignee", to: [email], about, make, logged: () => ({ to: "assignee" }) }, batch);
      return outcome === "waiting" ? "retry" : "done";
    },
    async renew(event) {
      const { subject, to } = event.detail;
      const task = await tasks.get(subject);
      return task?.owner?.id === to.id && task.done === undefined ? event : undefined;
    },
  };
}

interface AssigneeSettings {
  readonly ownTexts: OwnMailTexts;
  readonly language: string;
  readonly consoleUrl?: string | undefined;
}

function assigneeMail(to: string, tasks: readonly TaskAssigned[], settings: AssigneeSettings): Mail {
  const { ownTexts, language, consoleUrl } = settings;
  const voice = voiceFor(mailTexts, ownTexts, [language], "assigned.text");
  const { say } = voice;
  const count = tasks.length;
  const subject = say(count === 1 ? "assigned.subject.one" : "assigned.subject.many", { count: String(count) });
  const parts = tasks.flatMap(({ subject: about, reference, by }): readonly Part[] => {
    const { kind = "", id = about } = subjectParts(about) ?? {};
    const facts = [
      { label: say("label.task"), value: sanitiseText(reference ?? about) },
      { label: say("label.by"), value: sanitiseText(by.name) },
    ];
    const url = consoleUrl === undefined ? undefined : kind === "request" ? idInPlace(consoleUrl, id) : new URL("/", consoleUrl).href;
    return [
      { kind: "facts", facts, warning: undefined },
      ...(url === undefined ? [] : [{ kind: "link", label: say("assigned.link"), url } as const]),
    ];
  });
  return renderedMail([to], subject, [{ kind: "words", text: say("assigned.text") }, ...parts], voice);
}
