import { anyObject, anyText, flag, instant, listOf, object, oneOf, optional, type TypeOf, textLike } from "../schema";
import { wasAddressProven } from "./person";
import type { DecisionRecord } from "./record";
import type { Attributes } from "./sign-up";

/** Where an event comes from and what its detail is: the shape is fixed for each version. */
export const EVENT_SOURCE = "gatehouse";
export const SIGN_UP_DECIDED = "sign-up.decided.v1";

/** What an event says of who signed in where. */
export const issuersInEvent = listOf(
  anyText(""),
  "Identity providers: google.com, facebook.com, mail (one-time passcode), entra (Entra and Microsoft accounts).",
);

/** Whether an event's address may be taken for the person's. */
export const emailProvenInEvent = flag(
  "Whether somebody that the policy trusts has proven the address. If false, it may be another person's.",
);

/** What other systems learn of a decision. `personId`, `email`, `emailProven` and `issuers` come together. */
export const signUpDecidedEvent = object(
  {
    id: textLike(
      "The same each time this event is sent; another if a repeated call gets another answer.",
      (id) => /^.+\.[0-9]+$/s.test(id),
      { pattern: "^.+\\.[0-9]+$" },
    ),
    time: instant("ISO 8601, UTC, milliseconds, as all times."),
    reference: anyText("The code that a stopped person sees."),
    step: anyText("after-sign-in, before-create-user, before-sending-token; others may come."),
    source: anyText("The kind of caller: b2b, b2c, external-tenant; others may come."),
    gate: optional(anyText("The gate, unless it is the default one.")),
    application: optional(anyText("The application's client id. Only B2C and external tenants.")),
    correlationId: optional(anyText("The sign-in's id in Entra's logs. Only external tenants.")),
    verdict: oneOf(["continue", "block", "invalid"], "continue: let in. block: refused. invalid: asked to correct the form."),
    rule: optional(anyText("The rule that stopped the sign-up.")),
    reasons: listOf(anyText(""), "Codes of the reasons; empty with continue."),
    personId: optional(anyText("The person, the same for all spellings of the mailbox, in all events and logs.")),
    email: optional(anyText("In lower case. Absent if the call was unreadable.")),
    emailProven: optional(emailProvenInEvent),
    issuers: optional(issuersInEvent),
    changed: listOf(anyText(""), "Names of attributes that the answer changed."),
    attributes: optional(anyObject<Attributes>("Values, as answered, of the attributes in the policy's eventAttributes.")),
    terms: optional(
      listOf(
        object({ version: anyText(""), language: anyText(""), sha256: anyText("") }, ""),
        "Accepted terms: version, language, SHA-256 of the text. Only if the person was let in or waits for approval.",
      ),
    ),
    policyVersion: anyText("The policy's build."),
  },
  "Gatehouse answered a call from Entra.",
  { dependentRequired: { email: ["emailProven", "issuers"], emailProven: ["email"], issuers: ["email"], personId: ["email"] } },
);
/** The detail of the event sign-up.decided.v1: docs/events.md. */
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
    ...(email !== undefined && { email, emailProven: wasAddressProven(record), issuers: issuers ?? [] }),
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
