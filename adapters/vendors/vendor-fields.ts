import type { SignUp } from "../../engine/sign-up/sign-up";
import type { Fields } from "../../engine/sign-up/source";
import type { AttributeName } from "../../engine/sign-up/tenant-attributes";
import type { Problem } from "../../engine/sign-up/verdict";

/** Longer texts are neither names nor addresses, and are not sent. */
const MAX_LENGTH = 256;

/**
 * The source of a vendor's field: an attribute's short name, `email`, or a function that returns the field's value from the sign-up,
 * undefined for none. People must fill in an attribute that is named here.
 */
export type Feed = AttributeName | "email" | ((signUp: SignUp) => string | undefined);

/** The policy author's own feeds, by the vendor's field names. */
export type Feeds<F extends string> = Readonly<Partial<Record<F, Feed>>>;

/** Typed texts by the vendor's field: trimmed, not empty. */
export type FieldTexts<F extends string> = Readonly<Partial<Record<F, string>>>;

export interface FieldRule<F extends string> {
  /** The attribute that feeds the field by default. Absent: the field is sent only if the author feeds it. */
  readonly from?: string;
  readonly required?: true;
  /** Converts a text to the vendor's form. Returns undefined if the text is invalid. */
  read?(text: string, texts: FieldTexts<F>): string | undefined;
}

export type FieldRules<F extends string> = Readonly<Record<F, FieldRule<F>>>;

/** Returns short names of attributes that a form needs: those that the vendor requires, and those that the author maps to fields. */
export function askedAttributes<F extends string>(rules: FieldRules<F>, feeds: Feeds<F>): readonly string[] {
  const names = Object.keys(rules) as F[];
  const feedNames = names.map((name) => feeds[name] ?? (rules[name].required && rules[name].from));
  return [...new Set(feedNames)].filter((feed) => typeof feed === "string");
}

/** Returns the vendor's fields or, if a value is missing or invalid, all such problems. */
export function readFields<F extends string>(
  rules: FieldRules<F>,
  feeds: Feeds<F>,
  signUp: SignUp,
): { readonly fields: Fields } | { readonly problems: readonly Problem[] } {
  const names = Object.keys(rules) as F[];
  // The cast is needed because a tenant may lack the attribute that a vendor uses by default.
  const findFeed = (name: F) => feeds[name] ?? (rules[name].from as Feed | undefined);
  const texts = Object.fromEntries(
    names.flatMap((name) => {
      const feed = findFeed(name);
      const text = typeof feed === "function" ? (feed(signUp) ?? "").trim() : feed === undefined ? "" : attributeText(signUp, feed);
      return text === "" ? [] : [[name, text]];
    }),
  ) as FieldTexts<F>;

  const fields: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const name of names) {
    const { required, read } = rules[name];
    const text = texts[name];
    // Half of a character pair would arrive as another character.
    const isPlain = text !== undefined && text.length <= MAX_LENGTH && text.isWellFormed();
    const value = !isPlain ? undefined : read === undefined ? text : read(text, texts);
    if (value !== undefined) fields[name] = value;
    else if (text !== undefined) problems.push(problemWith(findFeed(name), "attribute.invalid"));
    else if (required || typeof feeds[name] === "string") problems.push(problemWith(findFeed(name), "attribute.required"));
  }
  return problems.length > 0 ? { problems } : { fields };
}

/** Trimmed; empty if absent. */
export function attributeText(signUp: Pick<SignUp, "attributes" | "email">, name: string): string {
  const { attributes } = signUp;
  const value = name === "email" ? signUp.email : Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

function problemWith(feed: Feed | undefined, reason: string): Problem {
  return { ...(typeof feed === "string" && { attribute: feed }), reason };
}
