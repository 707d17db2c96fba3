import type { RingingAlarm } from "../../../adapters/aws/alarms";
import { mailEnvironment } from "../../../adapters/mail/mail-place";
import { type MailTo, sentMails } from "../../../adapters/mail/mail-sending";
import { consoleVariables } from "../../../console/app/ports";
import type { ConsoleFeature } from "../../../console/app/visit";
import { WORKS_AGAIN, type WorksAgain } from "../events";
import { outageOfDecision } from "./health";
import { inboxCount, routes as inboxRoutes, taskWords } from "./inbox";
import { assignedNote, routes as taskChanges } from "./task-changes";
import { TURNED_AWAY_PATH } from "./turned-away";
import { routes as turnedAway } from "./turned-away-page";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** Lists the stack's ringing alarms. Undefined if there is no stack to ask. */
    alarms?(): Promise<readonly RingingAlarm[]>;
    /** Mail to people that an outage turned away; undefined if no mail is sent. */
    readonly worksAgain?: {
      sent(mails: readonly MailTo[]): Promise<readonly MailTo[]>;
      /** Orders a mail. Never rejects. */
      order(mail: WorksAgain): Promise<void>;
    };
  }
}

export const pages = {
  order: 10,
  ports({ alarms, settings, tables, nameOf, publish }) {
    const alarmStack = settings[consoleVariables.alarmStack];
    const worksAgain = {
      sent: (mails: readonly MailTo[]) => sentMails(tables, nameOf("ledger"), mails),
      order: (detail: WorksAgain) => publish({ type: WORKS_AGAIN, detail }),
    };
    return {
      ...(alarmStack !== undefined && { alarms: () => alarms(alarmStack) }),
      ...(settings[mailEnvironment.sendsMail] !== undefined && { worksAgain }),
    };
  },
  routes: [...inboxRoutes, ...taskChanges, ...turnedAway],
  menu: [
    {
      ...{ path: "/", access: "Reader", name: { en: "Inbox", ko: "할 일" }, icon: "inbox" },
      also: [TURNED_AWAY_PATH, "/incidents"],
      count: { name: "inbox", read: async (visit) => (await inboxCount(visit)).toLocaleString(visit.language) },
    },
  ],
  everyPage: async (visit) => ({ bar: null, banner: await assignedNote(visit) }),
  behindDecision: outageOfDecision,
  trailed: { table: "tasks", subjectText: (_, subject) => taskWords(subject) },
} satisfies ConsoleFeature;
