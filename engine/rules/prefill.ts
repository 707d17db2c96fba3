import { defineRule, type Rule } from "../sign-up/rule";
import type { Step } from "../sign-up/sign-up";
import type { Source } from "../sign-up/source";
import { askSource, assertSource } from "./ask-source";

/**
 * Refuses no one: fills the form in for people whom a source knows. Belongs after sign-in: a person can edit what was filled
 * in, and `lookup` before the account is made asserts it again. Before a token is sent, what the source knows becomes claims.
 * Where the source cannot be asked and its `onFailure` is "continue", leaves the finding "unavailable" under the source's name.
 * See docs/recipes/prefill.md. Throws TypeError for what is no source.
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
      if ("upstreamFailure" in asked)
        return { kind: "continue", findings: { [source.name]: "unavailable" }, upstreamFailure: asked.upstreamFailure };
      if (asked.known === undefined) return { kind: "continue" };
      return { kind: "continue", attributes: asked.known, ...(asked.evidence && { evidence: asked.evidence }) };
    },
  });
}
