import { assertSettable, defineRule, type Rule } from "../sign-up/rule";
import type { AttributeValue } from "../sign-up/sign-up";

/** Reshapes one text. */
export type Formatter = (text: string) => string;

/**
 * Reshapes attributes before anything else looks at them: `format({ city: titleCase })`. Attributes that are missing
 * or no text stay as they are.
 */
export function format(formatters: Readonly<Record<string, Formatter>>): Rule {
  const entries = Object.entries(formatters);
  for (const [attribute, formatter] of entries) {
    assertSettable(attribute);
    if (typeof formatter !== "function") throw new TypeError(`format: what "${attribute}" is given is no function.`);
  }
  return defineRule({
    name: "format",
    prepare: ({ attributes }) =>
      Object.fromEntries(
        entries.flatMap(([attribute, formatter]): [string, AttributeValue][] => {
          const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
          return typeof value === "string" ? [[attribute, formatter(value)]] : [];
        }),
      ),
  });
}

/** Without white space at either end. */
export const trim: Formatter = (text) => text.trim();

export const upperCase: Formatter = (text) => text.toUpperCase();

export const lowerCase: Formatter = (text) => text.toLowerCase();

const cased = /[\p{Lu}\p{Ll}\p{Lt}]/u;
const latin = /\p{Script=Latin}+/gu;
/** The first letter of a word; after an apostrophe only if more than one letter follows, for "john's" is one word. */
const firstLetter = /(?<![\p{L}\p{M}\p{N}'’])\p{L}|(?<=\p{L}['’])\p{L}(?=\p{L})/gu;

/**
 * Capitalises each word of a text typed all in lower or all in upper case: "o'brien-smith" becomes "O'Brien-Smith".
 * Text with both, "McDonald" or "van der Berg", is taken as meant. Only Latin letters change.
 */
export const titleCase: Formatter = (text) => {
  const letters = text.match(latin)?.join("") ?? "";
  if (!cased.test(letters) || (letters !== letters.toLowerCase() && letters !== letters.toUpperCase())) return text;
  const lower = text.replace(latin, (run) => run.toLowerCase());
  return lower.replace(firstLetter, (letter) => (/\p{Script=Latin}/u.test(letter) ? capital(letter) : letter));
};

/** Some letters become two: "ß" begins a word as "Ss". */
function capital(letter: string): string {
  const [first = "", ...rest] = letter.toUpperCase();
  return first + rest.join("").toLowerCase();
}
