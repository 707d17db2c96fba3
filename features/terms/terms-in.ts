import type { AnyRule, Use } from "../../engine/sign-up/rule";

/** Terms that a rule names. */
export type TermsUse = Extract<Use, { readonly terms: string }>;

/** The terms that rules name. */
export function termsIn(rules: readonly Pick<AnyRule, "uses">[]): readonly TermsUse[] {
  return rules.flatMap(({ uses = [] }) => uses.filter((use): use is TermsUse => "terms" in use));
}
