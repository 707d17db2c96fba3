import { mailEnvironment } from "../../../adapters/mail/mail-place";
import { readMailLines, readReturned } from "../../../adapters/mail/mail-states";
import type { ConsoleFeature } from "../../../console/app/visit";
import { type MailLine, mailSubjects } from "../../../engine/mail/mail-line";
import { readMailAlert } from "./mail-alert";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly sendsMail: boolean;
    /** Returns the states of mails about these subjects, such as `request/<id>`. */
    mailLines(subjects: readonly string[]): Promise<ReadonlyMap<string, readonly MailLine[]>>;
    /** The subjects of mails that came back lately. */
    returnedMails(now: Date): Promise<readonly string[]>;
  }
}

export const pages = {
  order: 13,
  ports: ({ tables, settings, clock, nameOf }) => {
    const sendsMail = settings[mailEnvironment.sendsMail] !== undefined;
    return {
      sendsMail,
      mailLines: async (subjects) =>
        sendsMail ? await readMailLines(tables, nameOf("ledger"), subjects, new Date(clock.now())) : new Map(),
      returnedMails: async (now) => (sendsMail ? await readReturned(tables, nameOf("ledger"), now) : []),
    };
  },
  routes: [],
  behindDecision: (visit, { reference }) => readMailAlert(visit, mailSubjects.decision(reference)),
} satisfies ConsoleFeature;
