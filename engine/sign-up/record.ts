import { amount, anyObject, anyText, flag, listOf, object, oneOf, oneOfMore, optional, type TypeOf, time, wholeNumber } from "../schema";
import { type Attributes, dialects, steps } from "./sign-up";
import type { RuleResult } from "./verdict";

// Alone in its file: a bundle that uses no more than the type leaves the schema out.

const verdict = oneOf(["continue", "block", "invalid"], "The answer.");
const rule = optional(anyText("The rule that stopped the sign-up."));
const reasons = listOf(anyText(""), "Codes of the reasons.");

/** What is kept of one decision. */
export const decisionRecord = object({
  id: anyText("Keyed hash of step, claims and minute: a repeated call finds its own row."),
  reference: anyText("The code that the person sees, made from `id`."),
  at: time("ISO 8601, UTC. Sorts the indexes."),
  step: oneOfMore(steps, "The policy's step."),
  source: oneOfMore(dialects, "The kind of caller."),
  gate: optional(anyText("The gate, unless it is the default one.")),
  application: optional(anyText("The application's client id. Only B2C and external tenants.")),
  correlationId: optional(anyText("The sign-in's id in Entra's logs. Only external tenants.")),
  ipAddress: optional(anyText("The person's. Only external tenants.")),
  personId: optional(anyText("Keyed hash of the mailbox, the same in all tables, events and logs.")),
  accountId: optional(anyText("Keyed hash of provider and account. Index `by-account`.")),
  email: optional(anyText("Absent if the request was unreadable.")),
  emailTyped: optional(flag("No provider vouched for the address. Only external tenants, and tokens of B2C without identities.")),
  emailProven: optional(flag("Whether the address is proven, by the step's `provenBy`. Absent in records of earlier versions.")),
  signedInAs: optional(
    object(
      { issuer: anyText("Its provider."), id: anyText("Its id there.") },
      "With `emailTyped`: the account that somebody signed in with, as the address says nothing about them.",
    ),
  ),
  issuers: optional(listOf(anyText(""), "The person's identity providers.")),
  verdict,
  rule,
  reasons,
  asked: optional(listOf(anyText(""), "Attributes to correct.")),
  trace: listOf(anyObject<RuleResult>(""), "Each rule's result, with the winning list entry. Shadowed rules are added after the answer."),
  changed: listOf(anyText(""), "Names, never values, of attributes that the answer changed."),
  notCollected: optional(listOf(anyText(""), "Attributes that rules set and the user flow does not collect.")),
  attributes: optional(anyObject<Attributes>("Values of the attributes in the policy's `eventAttributes`.")),
  durationMs: amount("Milliseconds."),
  posture: optional(oneOfMore(["approval", "listed", "closed"], "The gate's posture, unless `open`.")),
  calls: optional(
    listOf(
      object({ service: anyText("Its name."), ms: amount("Milliseconds, all its calls together.") }),
      "Outside systems that the rules called.",
    ),
  ),
  policyVersion: anyText("The policy's build."),
  failure: optional(oneOfMore(["rule", "read", "write", "deadline", "request"], "What failed.")),
  revision: wholeNumber("Grows when a repeated call gets another answer."),
  earlier: optional(object({ verdict, rule, reasons }, "The answer before that.")),
});
export type DecisionRecord = TypeOf<typeof decisionRecord>;
