import { builtInAttributes } from "../protocols/attributes";

/** The texts of one language. A language that lacks one does not compile. */
export interface Catalogue {
  /** BCP 47 tag. The script belongs in it where the language is written in several: zh-Hans. */
  readonly language: string;
  /** By reason code: why somebody is stopped. */
  readonly reasons: Readonly<Record<Reason, string>>;
  /** Entra's built-in attributes as its sign-up form names them. */
  readonly labels: Readonly<Record<LabelledAttribute, string>>;
  /** Above the message of a block page. */
  readonly blockTitle: string;
  /** Above a form that shows each problem at its field. */
  readonly correctFields: string;
  /** One line above the form. */
  readonly problem: `${string}{attribute}${string}{problem}${string}`;
  /** Follows a message on a page of its own; the code to quote. */
  readonly reference: `${string}{reference}${string}`;
  /** "Try again later", as short as is polite: one page speaks all languages at once. */
  readonly tryLater: string;
  /** Ends a sentence that has no full stop of its own. */
  readonly fullStop: string;
}

/**
 * The texts of a language that a policy adds, as far as it has them. Its reasons are those of rules too, and more exact ones by the
 * reason and a variant: `attribute.invalid.email`.
 */
export type AddedCatalogue = Partial<
  Pick<Catalogue, "blockTitle" | "correctFields" | "problem" | "reference" | "tryLater" | "fullStop">
> & {
  readonly language: string;
  readonly reasons?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
};

export const reasons = [
  "access-list.denied",
  "access-list.no-approval",
  "access-list.unlisted",
  "request.email",
  "request.unreadable",
  "request.step",
  "request.tenant",
  "request.drill",
  "posture.closed",
  "posture.listed",
  "attribute.required",
  "attribute.invalid",
  "gatehouse.unavailable",
  "gatehouse.blocked",
] as const;
export type Reason = (typeof reasons)[number];

export const labelledAttributes = ["email", ...builtInAttributes] as const;
type LabelledAttribute = (typeof labelledAttributes)[number];

/** Puts values in the place of `{names}`; the values themselves are left as they are. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : place));
}
