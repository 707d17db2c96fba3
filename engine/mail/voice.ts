import { fill } from "../messages/catalogue";
import { addOurTexts, bestLanguage, readTag, type Text, textFor } from "../sign-up/text";

export type MailTexts<Name extends string = string> = Readonly<Record<Name, Text>>;

/** The policy's own texts. They replace ours in the languages that they have. */
export type OwnMailTexts = Readonly<Partial<Record<string, Text>>>;

export interface MailVoice<Name extends string = string> {
  /** Returns the text called `name`, with the values in its `{places}`. */
  say(name: Name, values?: Readonly<Record<string, string>>): string;
  /** Writes a time in the language of the texts. The time is in UTC, because the person's zone is unknown. @param iso ISO 8601 */
  moment(iso: string): string;
  /** The language of the texts, a BCP 47 tag. */
  readonly language: string;
}

/** @param locales BCP 47 tags, the first choice first @param main the text that sets the mail's `language` */
export function voiceFor<Name extends string>(
  texts: MailTexts<Name>,
  ownTexts: OwnMailTexts,
  locales: readonly string[],
  main: NoInfer<Name>,
): MailVoice<Name> {
  const getText = (name: Name): Text => {
    const ours: Text = texts[name];
    const text = ownTexts[name];
    return text === undefined ? ours : addOurTexts(text, ours);
  };
  const language = chooseLanguage(getText(main), locales);
  const moments = new Intl.DateTimeFormat(language, toTheMinute);
  return {
    language,
    say: (name, values = {}) => fill(textFor(getText(name), locales), values),
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

/** Chooses the language like `textFor`, and writes it as Intl and HTML do: `pt-PT` for `pt_PT`. */
function chooseLanguage(text: Text, locales: readonly string[]): string {
  const languages = typeof text === "string" ? [] : Object.keys(text);
  const language = bestLanguage(locales, languages) ?? bestLanguage(["en"], languages) ?? languages[0] ?? "en";
  return readTag(language)?.toString() ?? "en";
}

export interface MailFact {
  readonly label: string;
  readonly value: string;
}

/** Limit of a text, in characters: longer than any name, shorter than a message. */
const MAX_LENGTH = 100;

/** Invisible characters, such as those that change the direction of the following text. The joiners that names need are excepted. */
const invisible = /(?![\u200c\u200d])\p{C}/gu;
const blank = /[\s\u0085]+/gu;
/** Characters that, within a word, make a mail program turn the word into a link. */
const linking = /(?<=\S)[.:/@\u3002\uff0e\uff61](?=\S)/gu;
/** An invisible character that breaks the word. */
const BREAK = "\u200b";

/** Makes typed text safe for a mail: one short line, no invisible characters, and no word that becomes a link. */
export function sanitiseText(text: string): string {
  const line = text.toWellFormed().replace(blank, " ").replace(invisible, "").trim();
  const letters = [...line];
  const fittedText = letters.length > MAX_LENGTH ? `${letters.slice(0, MAX_LENGTH).join("")}…` : line;
  return fittedText.replace(linking, `$&${BREAK}`);
}
