import * as v from "valibot";
import { anyObject, anyText, createListSchema, oneOfMore, wholeNumber, withMeaning } from "../../../engine/fields";
import { decisionRecord } from "../../../engine/sign-up/record";
import { mailJson } from "../../approvals/verbs/json";
import { shownDecisionJson } from "../../decisions/verbs/json";

const decidedFields = {
  step: anyText(),
  verdict: oneOfMore(["continue", "block", "invalid"], ""),
  rule: v.optional(anyText("The rule that decided.")),
  reasons: createListSchema(anyText(), "Their codes."),
};

/** The output of `why --json`. For an address: a line for each step, and the newest decision. For a code: the decision. */
export const json = {
  why: v.union([
    v.strictObject({
      email: anyText(),
      issuers: createListSchema(anyText(), "The providers of the person, or of all ways of signing in that get this answer."),
      ...decidedFields,
      trace: createListSchema(anyObject(), "What each rule said."),
      entries: createListSchema(anyObject(), "The entries that they rest on, as `list show` prints them."),
      wouldWriteTo: createListSchema(anyText(), "Tables."),
      notCounted: v.optional(
        createListSchema(
          v.strictObject({
            what: oneOfMore(["invitation", "request"], ""),
            reference: anyText("Its code."),
            why: oneOfMore(["gate", "ended", "revoked", "used", "no-rule", "untrusted", "code", "provider"], "Why it does not count."),
            gate: v.optional(anyText("The only gate where it counts.")),
            issuers: v.optional(createListSchema(anyText(), "Of the request, or those whose word is not trusted.")),
          }),
          "Invitations and requests of the person that do not count.",
        ),
      ),
      account: v.optional(
        oneOfMore(
          ["in", "disabled", "over", "deleted"],
          "The person's account. `in`: they sign in with it. `disabled`: Entra refuses sign-in. `over`: their access has ended, and the account is disabled within the hour.",
        ),
      ),
      answer: withMeaning(v.strictObject({ status: wholeNumber(), body: anyObject() }), "What Entra would get."),
      policy: withMeaning(v.looseObject({ is: v.string() }), "Whether it is the deployed policy."),
    }),
    v.strictObject({
      mails: createListSchema(mailJson, "Mails about the person's requests, accounts and decisions that came back, wait or are late."),
    }),
    v.strictObject({ newestDecision: decisionRecord }),
    v.object({
      ...shownDecisionJson.entries,
      remedies: createListSchema(anyText(), "How to let the person in."),
      now: createListSchema(v.strictObject(decidedFields), "What would be decided now."),
    }),
  ]),
} as const;
