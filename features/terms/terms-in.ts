import type { AnyRule, Use } from "../../engine/sign-up/rule";

/** The terms of one rule. */
export interface Terms {
  /** The short name of the attribute by which people accept them. */
  readonly attribute: string;
  readonly version: string;
  /** By language, in the policy folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** The name of terms' files in the kernel's `Use`. */
export const TERMS_FILES = "terms";

/** The terms that rules name. */
export function termsIn(rules: readonly Pick<AnyRule, "uses">[]): readonly Terms[] {
  return rules.flatMap(({ uses = [] }) => uses.flatMap((use) => (isOfTerms(use) ? [use.settings as Terms] : [])));
}

/** True if a rule uses files with terms. */
export function isOfTerms(use: Use): use is Extract<Use, { readonly files: string }> {
  return "files" in use && use.files === TERMS_FILES;
}
