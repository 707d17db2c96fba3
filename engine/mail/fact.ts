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
