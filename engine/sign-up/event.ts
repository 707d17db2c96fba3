import { anyObject, anyText, instant, listOf, object, oneOf, optional, type TypeOf, textLike } from "../schema";
import type { DecisionRecord } from "./record";
import type { Attributes } from "./sign-up";

/** Where an event comes from and what its detail is: the shape is fixed for each version. */
export const EVENT_SOURCE = "gatehouse";
export const SIGN_UP_DECIDED = "sign-up.decided.v1";

/** What an event says of who signed in where. */
export const issuersInEvent = listOf(
  anyText(""),
  "Identity providers the person signed in with: google.com, facebook.com, mail (one-time passcode), entra (Entra and Microsoft accounts).",
);

/** What other systems learn of a decision. `personId`, `email` and `issuers` come together. */
export const signUpDecidedEvent = object(
  {
    id: textLike(
      "The same each time this event is sent. Another one if a repeated call gets another answer.",
      (id) => /^.+\.[0-9]+$/s.test(id),
      { pattern: "^.+\\.[0-9]+$" },
    ),
    time: instant("When it was decided: ISO 8601, UTC, milliseconds."),
    reference: anyText("The code on the page of a person who was stopped."),
    step: anyText("after-sign-in, before-create-user or before-sending-token; others may come."),
    source: anyText("The kind of caller: b2b, b2c or external-tenant; others may come."),
    gate: optional(anyText("The gate, unless it is the default one.")),
    application: optional(anyText("Client id of the application. Only from B2C and external tenants.")),
    correlationId: optional(anyText("The sign-in's id in Entra's logs. Only from external tenants.")),
    verdict: oneOf(["continue", "block", "invalid"], "continue: let in. block: refused. invalid: asked to correct the form."),
    rule: optional(anyText("The rule that stopped the sign-up, if one did.")),
    reasons: listOf(anyText(""), "Codes that say why the sign-up was stopped. Empty with continue."),
    personId: optional(anyText("The person: the same for all spellings of their mailbox, in every event and log line.")),
    email: optional(anyText("The person's address, in lower case. Absent if the call could not be read.")),
    issuers: optional(issuersInEvent),
    changed: listOf(anyText(""), "Names of the attributes that the answer changed."),
    attributes: optional(anyObject<Attributes>("Values of the attributes that the policy names in eventAttributes, as answered.")),
    terms: optional(
      listOf(
        object({ version: anyText(""), language: anyText(""), sha256: anyText("") }, ""),
        "Terms that the person accepted: version, language, and the SHA-256 of the text. Only if they were let in, or wait for approval.",
      ),
    ),
    policyVersion: anyText("The build of the step's policy."),
  },
  "A decision: the answer to one call from Entra.",
  { dependentRequired: { email: ["issuers"], issuers: ["email"], personId: ["email"] } },
);
/** The detail of the event sign-up.decided.v1: what was decided on one sign-up. Its fields: docs/events.md. */
export type SignUpDecided = TypeOf<typeof signUpDecidedEvent>;

/** The event of a record, plain JSON. */
export function signUpDecided(record: DecisionRecord): SignUpDecided {
  const {
    id,
    revision,
    at,
    reference,
    step,
    source,
    gate,
    application,
    correlationId,
    verdict,
    rule,
    reasons,
    personId,
    email,
    issuers,
    changed,
    attributes,
    policyVersion,
  } = record;
  const terms = acceptedIn(record);
  return {
    id: `${id}.${revision}`,
    time: at,
    reference,
    step,
    source,
    ...(gate !== undefined && { gate }),
    ...(application !== undefined && { application }),
    ...(correlationId !== undefined && { correlationId }),
    verdict,
    ...(rule !== undefined && { rule }),
    reasons,
    ...(personId !== undefined && { personId }),
    ...(email !== undefined && { email, issuers: issuers ?? [] }),
    changed,
    ...(attributes !== undefined && { attributes }),
    ...(terms.length > 0 && { terms }),
    policyVersion,
  };
}

/** As the rule `terms` left it; of a sign-up that came to nothing no proof is kept. */
function acceptedIn({ verdict, reasons, trace }: DecisionRecord): NonNullable<SignUpDecided["terms"]> {
  if (verdict !== "continue" && !reasons.includes("approval.requested")) return [];
  return trace.flatMap(({ rule, shadow, evidence: { terms: version, language, sha256 } = {} }) =>
    rule !== "terms" || shadow || version === undefined || language === undefined || sha256 === undefined
      ? []
      : [{ version, language, sha256 }],
  );
}
