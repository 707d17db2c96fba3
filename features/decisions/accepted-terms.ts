import * as v from "valibot";
import { createListSchema } from "../../engine/fields";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { hasAskedForApproval } from "../../engine/sign-up/recording";

export const termsInEvent = {
  terms: v.optional(
    createListSchema(
      v.object({ version: v.string(), language: v.string(), sha256: v.string() }),
      "Accepted terms: version, language, SHA-256 of the text. Only if the person was let in or waits for approval.",
    ),
  ),
};

type Accepted = NonNullable<v.InferOutput<typeof termsInEvent.terms>>;

/** The accepted terms. Empty unless the person was let in or waits for approval: otherwise, no proof of acceptance is kept. */
export function acceptedTerms({ verdict, reasons, trace }: DecisionRecord): { readonly terms?: Accepted } {
  if (verdict !== "continue" && !hasAskedForApproval(reasons)) return {};
  const terms = trace.flatMap(({ rule, shadow, evidence: { terms: version, language, sha256 } = {} }) =>
    rule !== "terms" || shadow || version === undefined || language === undefined || sha256 === undefined
      ? []
      : [{ version, language, sha256 }],
  );
  return terms.length === 0 ? {} : { terms };
}
