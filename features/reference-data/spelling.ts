import { foldCase, toLower, toUpper } from "../../engine/letter-case";

/** The spellings of a value that count as the same. */
export interface Spelling {
  readonly case: "ignore" | "exact";
  readonly spaces: "collapse" | "remove" | "exact";
}

export const caseRules = ["ignore", "exact"] as const satisfies readonly Spelling["case"][];
export const spaceRules = ["collapse", "remove", "exact"] as const satisfies readonly Spelling["spaces"][];

/** Maximum number of UTF-16 units of a permitted value. */
const MAX_LENGTH = 256;
/** DynamoDB's limit for a sort key. */
const MAX_KEY_BYTES = 1_024;

/** Returns a value as text with uniform spaces. Undefined if it is not a single value. */
export function spelledText(value: unknown, { spaces }: Pick<Spelling, "spaces">): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" ? spacing[spaces](value).normalize("NFC") : undefined;
}

const spacing: Readonly<Record<Spelling["spaces"], (text: string) => string>> = {
  collapse: (text) => text.trim().replace(/\s+/g, " "),
  remove: (text) => text.replace(/\s/g, ""),
  exact: (text) => text,
};

/** False for a text that no row can have: too long, or with control characters or half characters. */
export function canBeListed(text: string): boolean {
  return text.length <= MAX_LENGTH && !/[\p{Cc}\p{Cs}]/u.test(text);
}

/** Returns the form under which the uses of a code are counted. This function must not change, or used codes could be used again. */
export function canonical(text: string, { case: rule }: Pick<Spelling, "case">): string {
  return rule === "ignore" ? text.toLowerCase().normalize("NFC") : text;
}

/**
 * Returns the values under which the row for a text may be stored. One is the text as typed. If case is ignored, the others are the text in
 * lower case and in upper case, each in every form that JavaScript, the rules of the text's language, or other programs write. Omits
 * a form that differs in more than case: SS is another value than ß.
 * @param text a text that `spelledText` returned
 */
export function lookupValues(text: string, spelling: Pick<Spelling, "case">): readonly string[] {
  if (spelling.case === "exact") return fitting([text]);
  const one = canonical(text, spelling);
  const usual = [text, one, one.toUpperCase().normalize("NFC")];
  const others = /^[\p{ASCII}]*$/u.test(text) ? [] : writtenElsewhere(text);
  return fitting([...usual, ...others].filter((each) => foldCase(each) === foldCase(text)));
}

/** Returns lower and upper case by the rules of other programs, which each treat İ, ı and the final sigma in their own way. */
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

/** True if people find the row only by typing the value exactly, although case is ignored. */
export function isMixedCase(value: string): boolean {
  return ![toLower(value), toUpper(value)].some((each) => lookupValues(each, { case: "ignore" }).includes(value));
}
