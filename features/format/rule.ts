import { caseLocale, composeDots, deferPattern, toLower, toUpper } from "../../engine/characters";
import { assertSettable } from "../../engine/sign-up/attributes";
import { formatShort } from "../../engine/sign-up/checks";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import type { AttributeValue, Step } from "../../engine/sign-up/sign-up";
import type { TextAttributeName } from "../../engine/sign-up/tenant-attributes";

/** Reshapes a text, for `format`. `texts` holds all texts of the sign-up: they are in one language. */
export type Formatter = (text: string, texts?: string) => string;

/**
 * Reshapes attributes before any rule looks at them. Refuses nobody. Attributes that are missing, or are not text, stay
 * as they are. If one attribute has İ, ı or ğ, letters of all change by Turkish rules.
 * @throws TypeError if a formatter is not a function, or if only Entra may set an attribute
 *
 * @example
 * beforeCreateUser([format({ surname: titleCase, extension_Code: upperCase, city: (typed) => typed.slice(0, 60) }), accessList()], { trust: ["mail", "google.com"] })
 */
export function format(formatters: { readonly [Name in TextAttributeName]?: Formatter }): Rule<Step> {
  if (typeof formatters !== "object" || formatters === null)
    throw new TypeError(`format takes formatters by attribute, like { city: titleCase }, not ${formatShort(formatters)}.`);
  const entries = Object.entries(formatters as Readonly<Record<string, Formatter>>);
  for (const [attribute, formatter] of entries) {
    assertSettable(attribute);
    if (typeof formatter !== "function")
      throw new TypeError(
        `format: the formatter of "${attribute}" is not a function: write one such as trim, or (text) => text.slice(0, 60).`,
      );
  }
  return makeRule({
    name: "format",
    reads: Object.keys(formatters),
    prepare: ({ attributes }) => {
      const texts = Object.values(attributes)
        .filter((value) => typeof value === "string")
        .join(" ");
      return Object.fromEntries(
        entries.flatMap(([attribute, formatter]): [string, AttributeValue][] => {
          const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
          return typeof value === "string" ? [[attribute, formatter(value, texts)]] : [];
        }),
      );
    },
  });
}

/**
 * Removes white space at both ends, for `format`.
 *
 * @example
 * format({ city: trim })
 */
export const trim: Formatter = (text) => text.trim();

/**
 * Converts letters to upper case, for `format`. A text with İ, ı or ğ follows Turkish rules: "Diyarbakır" becomes
 * "DİYARBAKIR". Greek letters keep their accents.
 *
 * @example
 * format({ extension_Code: upperCase })
 */
export const upperCase: Formatter = toUpper;

/**
 * Converts letters to lower case, for `format`. A text with İ, ı or ğ follows Turkish rules: "ELİF" becomes "elif". A Greek
 * word ends with ς: "ΟΔΟΣ" becomes "οδος".
 *
 * @example
 * format({ extension_Login: lowerCase })
 */
export const lowerCase: Formatter = toLower;

// No character class combines several Unicode properties, because Node takes long to make such a class, and a cold call would wait.
const latin = /* @__PURE__ */ deferPattern("\\p{Script=Latin}+", "gu");
const casedLetter = /* @__PURE__ */ deferPattern("\\p{LC}");
const lettersInARow = /* @__PURE__ */ deferPattern("\\p{L}+", "gu");
const markAtStart = /* @__PURE__ */ deferPattern("^\\p{M}");
const letterBeforeLast = /* @__PURE__ */ deferPattern("\\p{L}.$");
const markOrNumberAtEnd = /* @__PURE__ */ deferPattern("\\p{M}$|\\p{N}$");

/**
 * Capitalises each word of a text that is all lower or all upper case, for `format`: "o'brien-smith" becomes
 * "O'Brien-Smith", "McDonald" stays. A text with İ, ı or ğ follows Turkish rules: "DİYARBAKIR" becomes "Diyarbakır". Only
 * Latin letters change: Greek names stay as typed. In capitals, II to IX stay at the end or before a comma, and so do words without a vowel
 * (JP, MD, PHD).
 *
 * @example
 * format({ displayName: titleCase, surname: titleCase })
 */
export const titleCase: Formatter = (text, texts = text) => {
  const letters = text.match(latin())?.join("") ?? "";
  if ((letters !== letters.toLowerCase() && letters !== letters.toUpperCase()) || !casedLetter().test(letters)) return text;
  const locale = caseLocale(texts);
  const isUpper = letters === letters.toUpperCase() && letters !== letters.toLowerCase();
  const typed = composeDots(text);
  const lower = typed.replace(latin(), (run) => run.toLocaleLowerCase(locale));
  return lower.replace(lettersInARow(), (run, offset: number) => {
    const [first = "", ...others] = run;
    const [before, after] = [lower.slice(0, offset), lower.slice(offset + run.length)];
    if (first.search(latin()) < 0 || !beginsWord(before, others.length > 0)) return run;
    const typedRun = typed.slice(offset, offset + run.length);
    if (isNumeral(typedRun, before, after)) return typedRun.toUpperCase();
    if (isUpper && others.length > 0 && isVowelless(run) && !markAtStart().test(after)) return typedRun;
    return capitalise(first, locale) + others.join("");
  });
};

/** True for II to IX behind a name, where a comma may follow ("III, PHD"). In small letters, vi may be a name. */
function isNumeral(word: string, textBefore: string, textAfter: string): boolean {
  return /\S/.test(textBefore) && /^\s*(?:,|$)/.test(textAfter) && /^(?:I{2,3}|IV|VI{1,3}|IX|ii{1,2}|iv|vii{1,2}|ix)$/.test(word);
}

/** True for a word that nobody can speak: initials, degrees, companies. Accents do not count. */
function isVowelless(word: string): boolean {
  return /^[b-df-hj-np-tv-xz\u00e7\u0111\u00f0]+$/.test(word.normalize("NFD").replace(/[\u0300-\u036f]/g, ""));
}

/** True if letters begin a word. After an apostrophe, only several letters do: "john's" is one word. */
function beginsWord(textBefore: string, areSeveral: boolean): boolean {
  if (/(?:^|\s)$/.test(textBefore)) return true;
  if (/['\u2019]$/.test(textBefore)) return areSeveral && letterBeforeLast().test(textBefore);
  return !markOrNumberAtEnd().test(textBefore);
}

/** Capitalises a letter. Some letters become two: "ß" at the beginning of a word becomes "Ss". */
function capitalise(letter: string, locale: string): string {
  const upper = letter.toLocaleUpperCase(locale);
  return upper.slice(0, 1) + upper.slice(1).toLocaleLowerCase(locale);
}
