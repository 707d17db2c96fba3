import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import {
  askSource,
  assertOnly,
  assertSource,
  continueWithoutSource,
  goesBy,
  type SourceResult,
  selectAttributes,
} from "../../engine/rules/ask-source";
import { ANY_ATTRIBUTE } from "../../engine/sign-up/checks";
import { AddressNeededError } from "../../engine/sign-up/failure";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import { assertRuleOptions, readElsewhere } from "../../engine/sign-up/rule-options";
import type { Step } from "../../engine/sign-up/sign-up";
import { NotAsked, type Source } from "../../engine/sign-up/source";
import type { AttributeName } from "../../engine/sign-up/tenant-attributes";

/** Attributes to take from the source. */
export interface PrefillOptions {
  /**
   * Short names of the attributes to take from the source. At the step `before-sending-token`, the names of claims. @default all that the
   * source finds
   */
  readonly only?: readonly AttributeName[];
}

/**
 * Fills in the form after sign-in for people that a source knows. Refuses nobody. People can edit these values, so check
 * them with `lookup` before the account is created. Before a token is sent, the values become claims. If it fills in
 * nothing, it leaves a finding as `lookup` does. See docs/recipes/prefill.md.
 *
 * @remarks The finding has the source's name: "not-found", "not-asked" (no usable value to search by, or no trusted
 * provider confirms the address) or, after a failed call with `onFailure: "continue"`, "unavailable".
 * @throws TypeError if the source is not one, or if an option does not exist
 *
 * @example
 * afterSignIn([accessList(), prefill(profiles(), { only: ["displayName", "city"] })], { trust: ["mail", "google.com"] })
 */
export function prefill(source: Source, options: PrefillOptions = {}): Rule<Step> {
  if (typeof GATEHOUSE_OPTIONS === "undefined")
    assertRuleOptions("prefill", options, optionSchema<PrefillOptions>({ only: v.optional(readElsewhere<readonly AttributeName[]>()) }));
  const { only } = options;
  assertSource(source, "prefill");
  assertOnly(only, "prefill", "displayName");
  return makeRule({
    name: "prefill",
    admits: "everybody",
    uses: source.uses,
    ...goesBy(source),
    reads: source.asks ?? [ANY_ATTRIBUTE],
    sets: only ?? [ANY_ATTRIBUTE],
    needs: (signUp) => source.needs?.(signUp) ?? [],
    async decide(signUp, context) {
      const sourceResult = await askSource(source, signUp, context).catch(skipUnaddressed);
      if (sourceResult.kind !== "known") return { kind: "continue", ...continueWithoutSource(source.name, sourceResult) };
      return {
        kind: "continue",
        attributes: selectAttributes(sourceResult.known, only),
        ...(sourceResult.evidence && { evidence: sourceResult.evidence }),
      };
    },
  });
}

/** A missing address gives "not-asked", because a form without the source's values does no harm. Throws any other error again. */
function skipUnaddressed(error: unknown): SourceResult {
  if (error instanceof AddressNeededError) return { kind: "not-asked", reason: new NotAsked("missing", "email") };
  throw error;
}
