import { required, type Variables } from "../aws/environment";
import type { World } from "../world";
import type { Mail } from "./send";
import { isRefusal } from "./send";
import { mailEnvironment } from "./voice";

// How a mail goes out, and what the log says of it.

/** What became of a mail: `waiting` is tried again. */
export type Sent = "sent" | "refused" | "waiting";

/** What the log says of a mail. */
export type MailAbout = Readonly<Record<string, string | readonly string[]>>;

export interface MailSender {
  sent(mail: Mail, from: string, about: MailAbout): Promise<Sent>;
  /** By its code alone: SES's message quotes the address. */
  reportRefused(error: string, about: MailAbout): void;
}

export function mailSender({ mail: send, log }: Pick<World, "mail" | "log">): MailSender {
  function reportRefused(error: string, about: MailAbout): void {
    log.error("mail refused", { error, ...about });
    log.count("MailsRefused");
  }

  return {
    reportRefused,
    async sent(mail, from, about) {
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
    },
  };
}

/** What mail to approvers and sponsors says of the deployment: where they can decide, and in which language to write. */
export function mailPlace(settings: Variables) {
  const stack = () => `--stack ${required("POWERTOOLS_SERVICE_NAME", settings)} --region ${required("AWS_REGION", settings)}`;
  return {
    place: settings[mailEnvironment.place] ?? stack(),
    language: settings[mailEnvironment.approverLanguage] ?? "en",
    consoleUrl: settings[mailEnvironment.localConsoleUrl] ?? settings[mailEnvironment.consoleUrl],
  };
}

/** The page where the links of mail decide, without a query; undefined where there is none. */
export function decideUrlIn(settings: Variables): string | undefined {
  return settings[mailEnvironment.localDecideUrl] ?? settings[mailEnvironment.decideUrl];
}

/** An error's name: its message may quote an address. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
