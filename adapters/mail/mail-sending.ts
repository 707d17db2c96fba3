import type { WorkNotes } from "../tables/work-notes";
import type { World } from "../world";
import type { Mail } from "./send";
import { isRefusal } from "./send";

/** `waiting`: the mail has not gone out, and is retried. */
export type Sent = "sent" | "refused" | "waiting";

export type MailAbout = Readonly<Record<string, string | readonly string[]>>;

/** The part of the notes about mails that SES refused. */
export const REFUSED_MAILS = "refused";

/** Logs only the code of a refusal, because SES's message quotes the address. */
export function refusalReport({ log }: Pick<World, "log">, notes: WorkNotes) {
  return async (error: string, about: MailAbout): Promise<void> => {
    log.error("mail refused", { error, ...about });
    log.count("MailsRefused");
    // A refused mail stays unsent, whatever comes of the next one.
    await notes.failed(error, { part: REFUSED_MAILS });
  };
}

export function mailSending({ mail: send, log }: Pick<World, "mail" | "log">, notes: WorkNotes) {
  const reportRefused = refusalReport({ log }, notes);
  return async (mail: Mail, from: string, about: MailAbout): Promise<Sent> => {
    try {
      await send(mail, from);
      log.info("mail sent", about);
      await notes.succeeded();
      return "sent";
    } catch (error) {
      if (isRefusal(error)) {
        await reportRefused(errorName(error), about);
        return "refused";
      }
      log.warn("mail not sent", { error: errorName(error), ...about });
      await notes.failed(error);
      return "waiting";
    }
  };
}

/** Returns only an error's name, because the error's message may quote an address. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
