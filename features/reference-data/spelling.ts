/** The spellings of a value that count as the same. */
export interface Spelling {
  readonly case: "ignore" | "exact";
  readonly spaces: "collapse" | "remove" | "exact";
}

export const caseRules = ["ignore", "exact"] as const satisfies readonly Spelling["case"][];
export const spaceRules = ["collapse", "remove", "exact"] as const satisfies readonly Spelling["spaces"][];

/** In UTF-16 units: longer than any permitted value. */
const MAX_LENGTH = 256;
/** DynamoDB's limit for a sort key. */
const MAX_KEY_BYTES = 1_024;

/** A value as text with uniform spaces. Undefined if it is not a single value. */
export function spelledText(value: unknown, { spaces }: Pick<Spelling, "spaces">): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" ? spacing[spaces](value).normalize("NFC") : undefined;
}

const spacing: Readonly<Record<Spelling["spaces"], (text: string) => string>> = {
  collapse: (text) => text.trim().replace(/\s+/g, " "),
  remove: (text) => text.replace(/\s/g, ""),
  exact: (text) => text,
};

/** False for what no row can be meant by: too long, or with control characters or half characters in it. */
export function canBeListed(text: string): boolean {
  return text.length <= MAX_LENGTH && !/[\p{Cc}\p{Cs}]/u.test(text);
}

/** The one spelling of all those that are the same. @param text as `textOf` gives it */
export function canonical(text: string, { case: rule }: Pick<Spelling, "case">): string {
  return rule === "ignore" ? text.toLowerCase().normalize("NFC") : text;
}

/**
 * The values under which a row may stand for a text: as typed and, if case is ignored, wholly in lower or upper case.
 * None that is another value by `canonical`, as SS is to ß: it would be used up under a name of its own.
 * @param text as `textOf` gives it
 */
export function lookupValues(text: string, spelling: Pick<Spelling, "case">): readonly string[] {
  const one = canonical(text, spelling);
  const spellings = new Set([text, one, one.toUpperCase().normalize("NFC")]);
  return [...spellings].filter((each) => canonical(each, spelling) === one && Buffer.byteLength(each) <= MAX_KEY_BYTES);
}

/** True if only people who type the value exactly so find the row, although case is ignored. */
export function isMixedCase(value: string): boolean {
  const ignored = { case: "ignore" } as const;
  return !lookupValues(canonical(value, ignored), ignored).includes(value);
}
