import * as v from "valibot";
import {
  amount,
  anyObject,
  anyText,
  createChoiceSchema,
  createListSchema,
  flag,
  oneOfMore,
  time,
  wholeNumber,
  withMeaning,
} from "../fields";
import { type Attributes, dialects, steps } from "./sign-up";
import type { RuleResult } from "./verdict";

// A bundle that uses only the type of a record leaves the schema out.

const verdict = createChoiceSchema(["continue", "block", "invalid"], "The answer.");
const rule = v.optional(anyText("The rule that stopped the sign-up."));
const reasons = createListSchema(v.string(), "Codes of the reasons.");

export const decisionRecord = v.object({
  id: anyText("Keyed hash of step, claims and minute: a repeated call finds its own row."),
  reference: anyText("The code that the person sees, made from `id`."),
  at: time("ISO 8601, UTC."),
  step: oneOfMore(steps, "The policy's step."),
  source: oneOfMore(dialects, "The kind of caller."),
  gate: v.optional(anyText("The gate, unless it is the default one.")),
  application: v.optional(anyText("The application's client id. Only B2C and external tenants.")),
  correlationId: v.optional(anyText("The sign-in's id in Entra's logs. Only external tenants.")),
  ipAddress: v.optional(anyText("The person's. Only external tenants.")),
  personId: v.optional(anyText("Keyed hash of the mailbox, the same in all tables, events and logs.")),
  accountId: v.optional(anyText("Keyed hash of provider and account; of a token that names no person, of the account's object id.")),
  userId: v.optional(anyText("The account's object id in Entra. Only tokens of external tenants.")),
  email: v.optional(anyText("Absent if the request was unreadable.")),
  emailTyped: v.optional(flag("No provider vouched for the address. Only external tenants, and tokens of B2C without identities.")),
  emailProven: v.optional(flag("Whether the address is proven, by the step's `trust`. Absent in records of earlier versions.")),
  signedInAs: v.optional(
    withMeaning(
      v.object({ issuer: anyText("Its provider."), id: anyText("Its id there.") }),
      "With `emailTyped`: the account that somebody signed in with, as the address says nothing about them.",
    ),
  ),
  issuers: v.optional(createListSchema(v.string(), "The person's identity providers.")),
  locales: v.optional(
    createListSchema(v.string(), "The person's languages, if a system outside failed: a mail may tell them to come again."),
  ),
  verdict,
  rule,
  reasons,
  asked: v.optional(createListSchema(v.string(), "Attributes to correct.")),
  trace: createListSchema(
    anyObject<RuleResult>(),
    "Each rule's result, with the winning list entry. Shadowed rules are added after the answer.",
  ),
  changed: createListSchema(v.string(), "Names, never values, of attributes that the answer changed."),
  notCollected: v.optional(createListSchema(v.string(), "Attributes that rules set and the user flow does not collect.")),
  attributes: v.optional(anyObject<Attributes>("Values of the attributes in the policy's `eventAttributes`.")),
  durationMs: amount("Milliseconds."),
  coldMs: v.optional(
    amount("Milliseconds from the call's arrival to its function, if Lambda started that for it, or the authorizer's, to the authorizer."),
  ),
  posture: v.optional(oneOfMore(["approval", "listed", "closed"], "The gate's posture, unless `open`.")),
  calls: v.optional(
    createListSchema(
      v.object({ service: anyText("Its name."), ms: amount("Milliseconds, all its calls together.") }),
      "Outside systems that the rules called.",
    ),
  ),
  policyVersion: anyText("The policy's build."),
  failure: v.optional(oneOfMore(["rule", "read", "write", "deadline", "request"], "What failed.")),
  thrown: v.optional(
    withMeaning(
      v.object({ error: anyText("Its name."), at: createListSchema(v.string(), "Lines of its stack.") }),
      "With `failure`: the error, without its message. `why CODE` finds the line in your policy.",
    ),
  ),
  revision: wholeNumber("Grows when a repeated call gets another answer."),
  earlier: v.optional(withMeaning(v.object({ verdict, rule, reasons }), "The answer before that.")),
});
export type DecisionRecord = Readonly<v.InferOutput<typeof decisionRecord>>;

/** True if a decision let somebody in. A decision after sign-in lets nobody in, because the next step may still refuse the person. */
export function letSomebodyIn({ verdict, step }: Pick<DecisionRecord, "verdict" | "step">): boolean {
  return verdict === "continue" && step === "before-create-user";
}
