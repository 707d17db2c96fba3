import type { AnyRule, Use } from "../../engine/sign-up/rule";

/** The terms of one rule. */
export interface Terms {
  /** Short name of the attribute by which people accept the terms. */
  readonly attribute: string;
  readonly version: string;
  /** Paths in the policy folder, by language. */
  readonly files: Readonly<Record<string, string>>;
}

/** The value of `files` in a rule's `Use` if the files have terms. */
export const TERMS_FILES = "terms";

/** Returns the terms that rules name. */
export function termsIn(rules: readonly Pick<AnyRule, "uses">[]): readonly Terms[] {
  return rules.flatMap(({ uses = [] }) => uses.flatMap((use) => (isOfTerms(use) ? [use.settings as Terms] : [])));
}

/** True if a rule uses files with terms. */
export function isOfTerms(use: Use): use is Extract<Use, { readonly files: string }> {
  return "files" in use && use.files === TERMS_FILES;
}
