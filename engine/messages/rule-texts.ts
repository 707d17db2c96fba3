import type { Text } from "../sign-up/text";
import type { Language } from "./index";

/**
 * The texts of one rule's reasons, in every language that the catalogues have. They stand apart from the catalogues, which
 * are in every step's bundle, so that a step carries those of its own rules alone: docs/decisions/0008.
 */
export type RuleTexts = Readonly<Record<string, Readonly<Record<Language, string>>>>;

/** The text of a reason, to be put into a block or a problem; nothing for a reason that these texts do not know. */
export function ruleText(texts: RuleTexts, reason: string): { readonly message?: Text } {
  const message = Object.hasOwn(texts, reason) ? texts[reason] : undefined;
  return message === undefined ? {} : { message };
}
