import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import { assertSettable } from "../../engine/sign-up/attributes";
import { hashAccount } from "../../engine/sign-up/person";
import { personIdFor } from "../../engine/sign-up/person-key";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import { assertRuleOptions, notAs } from "../../engine/sign-up/rule-options";
import type { Step } from "../../engine/sign-up/sign-up";
import { buildProofKeys, hasAccepted, proofsIn } from "./proof";
import { termsIn } from "./rule";

/** Options of the claim that tells an application that terms are due. */
export interface TermsDueOptions {
  /**
   * The claim's name.
   * @default "terms_due"
   */
  readonly claim?: string;
}

/**
 * Adds a claim with the current version of the terms for people who have not accepted that version. Unknown people get no claim. Refuses
 * nobody. See docs/recipes/terms.md.
 * @throws TypeError if the rule was not made by `terms`, or if only Entra may set a claim of that name
 *
 * @example
 * const current = terms("extension_Terms", { version: "2026-01", files: { en: "terms.en.md" } });
 * beforeSendingToken([termsDue(current)])
 */
export function termsDue(current: Rule<"before-create-user">, options: TermsDueOptions = {}): Rule<Step> {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions("termsDue", options, termsDueOptions());
  const { claim = "terms_due" } = options;
  assertSettable(claim);
  const [named] = termsIn([current ?? {}]);
  if (named === undefined) throw new TypeError("termsDue takes a rule that terms() made: termsDue(terms(…)).");
  return makeRule({
    name: "terms-due",
    admits: "everybody",
    uses: [{ table: "ledger", access: "read" }],
    reads: [],
    sets: [claim],
    needs: (signUp, hashOf) => buildProofKeys(personIdFor(signUp, hashOf)),
    decide(signUp, { records, hashOf }) {
      const proofs = buildProofKeys(personIdFor(signUp, hashOf)).flatMap((key) => proofsIn(records.get(key)));
      return hasAccepted(proofs, named, hashAccount(signUp.identities, hashOf))
        ? { kind: "continue" }
        : { kind: "continue", attributes: { [claim]: named.version } };
    },
  });
}

function termsDueOptions() {
  const claim = notAs('claim is the name of a claim, such as "terms_due"');
  return optionSchema<TermsDueOptions>({ claim: v.optional(v.pipe(v.string(claim), v.regex(/\S/, claim))) });
}
