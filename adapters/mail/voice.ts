import type { EndedAccess } from "../../engine/approvals/request";
import { fill } from "../../engine/messages/catalogue";
import { bestLanguage, type Text, textFor } from "../../engine/sign-up/text";

/** The texts of mails, by name. */
export type Wording = Readonly<Record<WordingName, Text>>;

/** What a mail to the person who asked can be about. */
export type News = "created" | "invited" | "approved" | "denied" | "expired" | "passed";

export type WordingName =
  | `${News}.${"subject" | "text"}`
  | `${"created" | "invited" | "approved" | "requested"}.link`
  | `invitation.${"subject" | "text" | "link"}`
  | `unused.${"subject" | "text"}`
  | `access.${"reminder" | "disabled" | "restored" | "sponsor"}.${"subject" | "text"}`
  | `access.${"deletion" | "answer" | "answerHint"}`
  | "why"
  | `requested.subject.${"one" | "many"}`
  | `requested.${"text" | "unproven" | "decide" | "decideHint"}`
  | `assigned.${"subject.one" | "subject.many" | "text" | "link"}`
  | `partner.${"subject" | "proven" | "stale" | "lapsed"}`
  | `renewal.${EndedAccess["how"]}`
  | `label.${"task" | "by" | "name" | "email" | "provider" | "gate" | "requested" | "answerBy" | "reference" | "verification" | "renewal" | "sponsor" | "code" | "ended"}`;

/** Speaks to a person of certain languages. */
export interface MailVoice {
  /** The text of that name with values in its `{places}`. */
  say(name: WordingName, values?: Readonly<Record<string, string>>): string;
  /** A time as people write it, in UTC: nobody knows where they are. @param iso ISO 8601 */
  moment(iso: string): string;
  /** The language spoken, a BCP 47 tag. */
  readonly language: string;
}

/** @param locales BCP 47 tags, the first choice first. @param main the text that tells the language of the whole */
export function voiceFor(wording: Wording, locales: readonly string[], main: WordingName): MailVoice {
  const language = languageOf(wording[main], locales);
  const moments = new Intl.DateTimeFormat(language, toTheMinute);
  return {
    language,
    say: (name, values = {}) => fill(textFor(wording[name], locales), values),
    moment: (iso) => moments.format(new Date(iso)),
  };
}

const toTheMinute: Intl.DateTimeFormatOptions = {
  year: "numeric",
  month: "long",
  day: "numeric",
  hour: "2-digit",
  hourCycle: "h23",
  minute: "2-digit",
  timeZone: "UTC",
  timeZoneName: "short",
};

/** As `textFor` chooses. */
function languageOf(text: Text, locales: readonly string[]): string {
  const offered = typeof text === "string" ? [] : Object.keys(text);
  return bestLanguage(locales, offered) ?? bestLanguage(["en"], offered) ?? offered[0] ?? "en";
}

/** Where sponsors answer, on the server of the page that decides on requests. */
export const RENEW_PATH = "/renew";

/** Names of the variables that the stack sets for the function that sends mail. */
export const mailEnvironment = {
  /** What approvers read: a BCP 47 tag. */
  approverLanguage: "APPROVER_LANGUAGE",
  /** Where requests can be decided on in a browser. */
  consoleUrl: "CONSOLE_URL",
  /** The page where the link of a mail decides, without a query. */
  decideUrl: "DECIDE_URL",
  /** Set by npm start: where that page is, in place of the deployed one. */
  localDecideUrl: "GATEHOUSE_DECIDE_URL",
  /** JSON object, URI-encoded for the shell it passes through: texts that go before ours. Put in while bundling, as variables hold 4 KB in all. */
  texts: "MAIL_TEXTS",
  /** Set by npm start: where its own console's requests are, in place of the deployed one's. */
  localConsoleUrl: "GATEHOUSE_CONSOLE_URL",
  /** Set by npm start: the CLI's options that find it. */
  place: "GATEHOUSE_CLI_PLACE",
} as const;
