/** A line with a fact in a mail. */
export interface MailFact {
  readonly label: string;
  readonly value: string;
}

/** In characters: longer than any name, shorter than a message. */
const MAX_LENGTH = 100;

/** Characters that change the direction of the following text, and other invisible ones, except the joiners that names need. */
const invisible = /(?![\u200c\u200d])\p{C}/gu;
/** Line breaks of every kind, tabs, wide spaces. */
const blank = /[\s\u0085]+/gu;
/** Characters within a word that make a mail program turn it into a link. */
const linking = /(?<=\S)[.:/@\u3002\uff0e\uff61](?=\S)/gu;
/** An invisible character that breaks the word. */
const BREAK = "\u200b";

/**
 * Makes typed text safe for a mail: one line, no longer than a name, without invisible characters that change its order, and not a link.
 */
export function sanitiseText(text: string): string {
  const line = text.toWellFormed().replace(blank, " ").replace(invisible, "").trim();
  const letters = [...line];
  const fittedText = letters.length > MAX_LENGTH ? `${letters.slice(0, MAX_LENGTH).join("")}…` : line;
  return fittedText.replace(linking, `$&${BREAK}`);
}
