import { defineRule, type Rule } from "../sign-up/rule";
import type { Step } from "../sign-up/sign-up";
import type { Source } from "../sign-up/source";
import { askSource, assertSource, withoutSource } from "./ask-source";

/**
 * Refuses no one: fills the form in for people whom a source knows. Belongs after sign-in: a person can edit what was filled
 * in, and `lookup` before the account is made asserts it again. Before a token is sent, what the source knows becomes claims.
 * Where it fills nothing in, leaves a finding under the source's name: "not-found", "not-asked" (a value that the source is asked
 * by is empty or unusable, or it trusts nobody who vouches for the address) or, where the call failed and the source's
 * `onFailure` is "continue", "unavailable". See docs/recipes/prefill.md. Throws TypeError for what is no source.
 *
 * @example
 * afterSignIn([accessList(), prefill(profiles({ trust: ["mail"] }))])
 */
export function prefill(source: Source): Rule<Step> {
  assertSource(source, "prefill");
  return defineRule({
    name: "prefill",
    uses: source.uses,
    needs: (signUp) => source.needs?.(signUp) ?? [],
    async decide(signUp, context) {
      const asked = await askSource(source, signUp, context);
      if (asked.kind !== "known") return { kind: "continue", ...withoutSource(source.name, asked) };
      return { kind: "continue", attributes: asked.known, ...(asked.evidence && { evidence: asked.evidence }) };
    },
  });
}
