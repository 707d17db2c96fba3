import { amount, anyObject, anyText, flag, listOf, object, oneOf, oneOfMore, optional, type TypeOf, time, wholeNumber } from "../schema";
import { type Attributes, dialects, steps } from "./sign-up";
import type { RuleResult } from "./verdict";

// Alone in its file: a bundle that uses no more than the type leaves the schema out.

const verdict = oneOf(["continue", "block", "invalid"], "The answer.");
const rule = optional(anyText("The rule that stopped the sign-up, if one did."));
const reasons = listOf(anyText(""), "Codes of why it was stopped.");

/** What is kept of one decision. */
export const decisionRecord = object({
  id: anyText("Keyed hash of step, claims and minute: a repeated call finds its own row."),
  reference: anyText("The code on the person's page, made from `id`."),
  at: time("When: ISO 8601, UTC. Sorts the indexes."),
  step: oneOfMore(steps, "The step of the policy."),
  source: oneOfMore(dialects, "The kind of caller."),
  gate: optional(anyText("The gate, unless it is the default one.")),
  application: optional(anyText("Client id of the application. Only from B2C and external tenants.")),
  correlationId: optional(anyText("The sign-in's id in Entra's logs. Only from external tenants.")),
  ipAddress: optional(anyText("The person's IP address. Only from external tenants.")),
  personId: optional(anyText("Keyed hash of the person's mailbox, the same in every table, event and log line.")),
  accountId: optional(anyText("Keyed hash of provider and account. Index `by-account`.")),
  email: optional(anyText("The person's address. Absent if the request could not be read.")),
  emailTyped: optional(flag("The address was only typed, and no provider vouched for it. Only from external tenants.")),
  issuers: optional(listOf(anyText(""), "The person's identity providers.")),
  verdict,
  rule,
  reasons,
  asked: optional(listOf(anyText(""), "Attributes that the person was asked to correct.")),
  trace: listOf(anyObject<RuleResult>(""), "What each rule said, with the winning list entry. Shadowed rules are added after the answer."),
  changed: listOf(anyText(""), "Names of attributes that the answer changed, never values."),
  notCollected: optional(listOf(anyText(""), "Attributes that rules set but the user flow does not collect.")),
  attributes: optional(anyObject<Attributes>("Values of attributes that the policy names in `eventAttributes`.")),
  durationMs: amount("Milliseconds that the decision took."),
  posture: optional(oneOfMore(["approval", "listed", "closed"], "How the gate was set, unless it was open.")),
  calls: optional(
    listOf(
      object({ service: anyText("Its name."), ms: amount("Milliseconds, all its calls together.") }),
      "Systems outside that the rules waited for.",
    ),
  ),
  policyVersion: anyText("The build of the policy that decided."),
  failure: optional(oneOfMore(["rule", "read", "write", "deadline", "request"], "What failed, if no rule stopped the sign-up.")),
  revision: wholeNumber("Counts up if a repeated call gets another answer."),
  earlier: optional(object({ verdict, rule, reasons }, "The answer before that.")),
});
export type DecisionRecord = TypeOf<typeof decisionRecord>;
