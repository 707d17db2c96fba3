import { foldCase, toLower, toUpper } from "../../engine/characters";

export interface Spelling {
  readonly case: "ignore" | "exact";
  readonly spaces: "collapse" | "remove" | "exact";
}

export const caseRules = ["ignore", "exact"] as const satisfies readonly Spelling["case"][];
export const spaceRules = ["collapse", "remove", "exact"] as const satisfies readonly Spelling["spaces"][];

/** Maximum length, in UTF-16 units. */
const MAX_LENGTH = 256;
/** DynamoDB's limit for a sort key. */
const MAX_KEY_BYTES = 1_024;

/** Undefined for a value other than a text, a number or a Boolean. */
export function spelledText(value: unknown, { spaces }: Pick<Spelling, "spaces">): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" ? spacing[spaces](value).normalize("NFC") : undefined;
}

const spacing: Readonly<Record<Spelling["spaces"], (text: string) => string>> = {
  collapse: (text) => text.trim().replace(/\s+/g, " "),
  remove: (text) => text.replace(/\s/g, ""),
  exact: (text) => text,
};

/** True if a row can have this text as its list or its value. */
export function canBeListed(text: string): boolean {
  return text.length <= MAX_LENGTH && !/[\p{Cc}\p{Cs}]/u.test(text);
}

/** The form of a code under which its uses are counted. If this function changed, people could use used-up codes again. */
export function canonical(text: string, { case: rule }: Pick<Spelling, "case">): string {
  return rule === "ignore" ? text.toLowerCase().normalize("NFC") : text;
}

/**
 * Returns every value under which the row for a text may be stored. Programs differ in how they change case, so there are several forms in
 * lower and upper case. Omits a form that differs from the text in more than case: SS is another value than ß.
 * @param text a text that `spelledText` returned
 */
export function lookupValues(text: string, spelling: Pick<Spelling, "case">): readonly string[] {
  if (spelling.case === "exact") return fitting([text]);
  const one = canonical(text, spelling);
  const usual = [text, one, one.toUpperCase().normalize("NFC")];
  const others = /^[\p{ASCII}]*$/u.test(text) ? [] : writtenElsewhere(text);
  return fitting([...usual, ...others].filter((each) => foldCase(each) === foldCase(text)));
}

/** Returns the lower and upper case as other programs write them. Programs differ in how they treat İ, ı and the final sigma. */
function writtenElsewhere(text: string): readonly string[] {
  const upper = [toUpper(text), foldCase(text).toUpperCase()];
  const lower = [toLower(text), foldCase(text), ...upper.map((each) => each.toLowerCase())];
  // SQLite changes only ASCII letters.
  const ascii = upper.map((each) => each.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
  return [...lower, ...upper, ...ascii].map((each) => each.normalize("NFC"));
}

function fitting(values: readonly string[]): readonly string[] {
  return [...new Set(values)].filter((each) => Buffer.byteLength(each) <= MAX_KEY_BYTES);
}

/** True if a rule that ignores case finds the value only for people who type it exactly like this. */
export function isMixedCase(value: string): boolean {
  return ![toLower(value), toUpper(value)].some((each) => lookupValues(each, { case: "ignore" }).includes(value));
}
