import { amount, anyObject, anyText, listOf, object, oneOf, oneOfMore, optional, type TypeOf, time, wholeNumber } from "../schema";
import { type Attributes, dialects, steps } from "./sign-up";
import type { RuleResult } from "./verdict";

// Alone in its file: a bundle that uses no more than the type leaves the schema out.

const verdict = oneOf(["continue", "block", "invalid"], "What was answered.");
const rule = optional(anyText("The rule that stopped the sign-up. Absent where none did."));
const reasons = listOf(anyText(""), "Codes that say why it was stopped.");

/** What is kept of one decision. */
export const decisionRecord = object({
  id: anyText("Keyed hash of step, claims and minute: a repeated call finds its own row."),
  reference: anyText("The code on the person's page, made from `id`."),
  at: time("When: ISO 8601, UTC. Sorts the indexes; `by-day` goes by `day`, its date."),
  step: oneOfMore(steps, "The moment at which Entra asked."),
  source: oneOfMore(dialects, "Which of Entra's dialects the call came in."),
  gate: optional(anyText("The named gate that the call came in by. Absent for the default one.")),
  application: optional(anyText("Client id of the application that the person signs up to use. Told by B2C and external tenants.")),
  correlationId: optional(anyText("Entra's id of the sign-in, as its own logs have it. Told by external tenants.")),
  ipAddress: optional(anyText("The person's address on the internet. Told by external tenants.")),
  personId: optional(anyText("The person: keyed hash of their mailbox, the same in every table, event and log line.")),
  accountId: optional(
    anyText(
      "Keyed hash of provider and account. Index `by-account`; some rows have it as `account`. Absent where the request names no account.",
    ),
  ),
  email: optional(
    anyText(
      "Whose call it was. Absent if the request could not be read. The index `by-domain` goes by `domain` and `who`, made of its one spelling.",
    ),
  ),
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
  notCollected: optional(
    listOf(anyText(""), "Names of attributes that rules set and the answer could not carry: the user flow does not collect them."),
  ),
  attributes: optional(anyObject<Attributes>("Values of those that the policy names in `eventAttributes`.")),
  durationMs: amount("How long the decision took, in milliseconds."),
  calls: optional(
    listOf(
      object({ service: anyText("Its name."), ms: amount("Milliseconds, all its calls together.") }),
      "Systems outside that the rules waited for. Absent where they asked none.",
    ),
  ),
  policyVersion: anyText("The build of the policy that decided."),
  failure: optional(oneOfMore(["rule", "read", "write", "deadline", "request"], "What failed, where no rule stopped the sign-up.")),
  revision: wholeNumber("Counts up if a repeated call was answered differently."),
  earlier: optional(object({ verdict, rule, reasons }, "What the same call was answered before that: its page may have shown this code.")),
});
export type DecisionRecord = TypeOf<typeof decisionRecord>;
