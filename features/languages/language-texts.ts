import type { Catalogue, Reason } from "../../engine/messages/catalogue";
import type { WordingName } from "../mail-texts";
import type { allRuleTexts, textVariants } from "../rule-texts";

/** `attribute.invalid.email`, by reason and variant. */
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
  /** Above the message of a block page. */
  readonly blockTitle?: string;
  /** Above a form that shows each problem at its field. */
  readonly correctFields?: string;
  /** A line above the form: `{attribute}: {problem}`. */
  readonly problem?: Catalogue["problem"] | "";
  /** Follows a message: `(Reference: {reference})`. */
  readonly reference?: Catalogue["reference"] | "";
  /** "Try again later", as short as is polite: the gateway's own page speaks all languages at once. */
  readonly tryLater?: string;
  /** Ends a sentence that has no full stop of its own. */
  readonly fullStop?: string;
  /** Why somebody is stopped, by reason code. */
  readonly reasons?: { readonly [Name in Reason | keyof typeof allRuleTexts | VariantName]?: string };
  /** Entra's built-in attributes as its sign-up form names them. */
  readonly labels?: { readonly [Name in keyof Catalogue["labels"]]?: string };
  /** Mail, by the names of `texts` of `approvalMail`. */
  readonly mail?: { readonly [Name in WordingName]?: string };
}
