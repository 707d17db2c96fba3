import type { Text } from "../sign-up/text";
import { fill } from "./fill";
import type { Language } from "./index";

/**
 * The texts of one rule's reasons, in every language that the catalogues have. They stand apart from the catalogues, which
 * are in every step's bundle, so that a step carries those of its own rules alone: docs/decisions/0008.
 */
export type RuleTexts = Readonly<Record<string, Readonly<Record<Language, string>>>>;

/**
 * The text of a reason, to be put into a block or a problem; nothing for a reason that these texts do not know.
 * @param values what stands in the text's `{places}`: numbers and names of the policy's own, never what somebody typed
 */
export function ruleText(
  texts: RuleTexts,
  reason: string,
  values: Readonly<Record<string, string | number>> = {},
): { readonly message?: Text } {
  const message = Object.hasOwn(texts, reason) ? texts[reason] : undefined;
  if (message === undefined) return {};
  return { message: Object.fromEntries(Object.entries(message).map(([language, text]) => [language, fill(text, values)])) };
}
