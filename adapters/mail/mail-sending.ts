import type { World } from "../world";
import type { Mail } from "./send";
import { isRefusal } from "./send";

/** `waiting`: the mail has not gone out, and is retried. */
export type Sent = "sent" | "refused" | "waiting";

export type MailAbout = Readonly<Record<string, string | readonly string[]>>;

/** Logs only the code of a refusal, because SES's message quotes the address. */
export function refusalReport({ log }: Pick<World, "log">) {
  return (error: string, about: MailAbout): void => {
    log.error("mail refused", { error, ...about });
    log.count("MailsRefused");
  };
}

export function mailSending({ mail: send, log }: Pick<World, "mail" | "log">) {
  const reportRefused = refusalReport({ log });
  return async (mail: Mail, from: string, about: MailAbout): Promise<Sent> => {
    try {
      await send(mail, from);
      log.info("mail sent", about);
      return "sent";
    } catch (error) {
      if (isRefusal(error)) {
        reportRefused(errorName(error), about);
        return "refused";
      }
      log.warn("mail not sent", { error: errorName(error), ...about });
      return "waiting";
    }
  };
}

/** Returns only an error's name, because the error's message may quote an address. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
