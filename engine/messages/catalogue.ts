import { builtInAttributes } from "../protocols/attributes";

/** All texts in one language. If a text is missing, the catalogue does not compile. */
export interface Catalogue {
  /** BCP 47 tag. It includes the script if the language is written in several: zh-Hans. */
  readonly language: string;
  /** Why a person is stopped, by reason code. */
  readonly reasons: Readonly<Record<Reason, string>>;
  readonly labels: Readonly<Record<LabelledAttribute, string>>;
  readonly blockTitle: string;
  /** The sentence above a form that shows each problem at its field. */
  readonly correctFields: string;
  /** The line about one problem, above the form. */
  readonly problem: `${string}{attribute}${string}{problem}${string}`;
  /** The sentence with the reference code, which the person can quote. It follows the message. */
  readonly reference: `${string}{reference}${string}`;
  /** "Try again later", as short as is polite: one page shows it in all languages at once. */
  readonly tryLater: string;
  /** The full stop that is added to a sentence without one. */
  readonly fullStop: string;
}

/** Texts of a language that a policy adds. A key of `reasons` is a reason or a more exact variant of one: `attribute.invalid.email`. */
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

/** Puts values, unchanged, in the place of `{names}`. A name without a value stays. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : place));
}
