import { amount, anyObject, anyText, listOf, object, oneOf, oneOfMore, optional, type TypeOf, time, wholeNumber } from "../schema";
import { type Attributes, steps } from "./sign-up";
import type { RuleResult } from "./verdict";

// Alone in its file: a bundle that uses no more than the type leaves the schema out.

const verdict = oneOf(["continue", "block", "invalid"], "What was answered.");
const rule = optional(anyText("The rule that stopped the sign-up. Absent where none did."));
const reasons = listOf(anyText(""), "Codes that say why it was stopped.");

/** What is kept of one decision. */
export const decisionRecord = object({
  id: anyText("Keyed hash of step, claims and minute: a repeated call finds its own row."),
  reference: anyText("The code on the person's page. Index `by-reference`."),
  at: time("When: ISO 8601, UTC. Sorts the indexes `by-email` and `by-day`; the latter goes by `day`, its date."),
  step: oneOfMore(steps, "The moment at which Entra asked."),
  source: oneOfMore(["b2b"], "Which of Entra's dialects the call came in."),
  personId: optional(anyText("The person: keyed hash of their mailbox, the same in every table, event and log line. Index `by-person`.")),
  accountId: optional(anyText("Keyed hash of provider and account. Index `by-account`. Absent where the request names no account.")),
  email: optional(anyText("Whose call it was. Absent if the request could not be read. Index `by-email`.")),
  issuers: optional(listOf(anyText(""), "Identity providers the person signed in with.")),
  verdict,
  rule,
  reasons,
  asked: optional(listOf(anyText(""), "Names of the attributes that the person was asked to correct.")),
  trace: listOf(
    anyObject<RuleResult>(""),
    "What each rule said, with the winning list entry. What shadowed rules said is added after the answer.",
  ),
  changed: listOf(anyText(""), "Names of the attributes that the answer changed, never their values."),
  attributes: optional(anyObject<Attributes>("Values of those that the policy names in `eventAttributes`.")),
  durationMs: amount("How long the decision took, in milliseconds."),
  policyVersion: anyText("The build of the policy that decided."),
  failure: optional(oneOfMore(["rule", "read", "write", "deadline"], "What failed, where no rule stopped the sign-up.")),
  revision: wholeNumber("Counts up if a repeated call was answered differently."),
  earlier: optional(object({ verdict, rule, reasons }, "What the same call was answered before that: its page may have shown this code.")),
});
export type DecisionRecord = TypeOf<typeof decisionRecord>;
