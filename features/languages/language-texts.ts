import type { Catalogue, Reason } from "../../engine/messages/catalogue";
import type { WordingName } from "../mail-texts";
import type { allRuleTexts, textVariants } from "../rules";

/** `attribute.invalid.email`: a reason and one of its variants. */
type VariantName<Each = (typeof textVariants)[number]> = Each extends { readonly reason: infer R extends string; readonly texts: infer T }
  ? `${R}.${keyof T & string}`
  : never;

/**
 * The texts of a language that Gatehouse does not speak: the default export of a file in `languages/` of the policy folder, named by
 * the language's BCP 47 tag. `{places}` of a text stay. A text that is empty, or left out, is read in the person's next language. See
 * docs/languages.md.
 *
 * @example
 * const it: LanguageTexts = {
 *   reference: "(Riferimento: {reference})",
 *   reasons: { "access-list.denied": "Non puoi registrarti con questo account." },
 * };
 */
export interface LanguageTexts {
  /** The title above the message of a block page. */
  readonly blockTitle?: string;
  /** The text above a form that shows each problem at its field. */
  readonly correctFields?: string;
  /** A line above the form: `{attribute}: {problem}`. */
  readonly problem?: Catalogue["problem"] | "";
  /** The text after a message: `(Reference: {reference})`. */
  readonly reference?: Catalogue["reference"] | "";
  /** "Try again later", as short as politeness allows, because the gateway's own page shows all languages at once. */
  readonly tryLater?: string;
  /** The full stop that is added to a sentence without one. */
  readonly fullStop?: string;
  /** The reasons for which people are stopped, by reason code. */
  readonly reasons?: { readonly [Name in Reason | keyof typeof allRuleTexts | VariantName]?: string };
  /** Entra's built-in attributes, named as in Entra's sign-up form. */
  readonly labels?: { readonly [Name in keyof Catalogue["labels"]]?: string };
  /** The texts of mail, under the names that the option `texts` of `approvalMail` has. */
  readonly mail?: { readonly [Name in WordingName]?: string };
}
