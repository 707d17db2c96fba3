import * as v from "valibot";
import {
  buildOcsfUser,
  type DomainEvent,
  type EventKinds,
  failure,
  informational,
  low,
  type OcsfForm,
  otherActivity,
  otherStatus,
  success,
  toOcsfCase,
  toOcsfPerson,
} from "../../engine/events/event-kind";
import { anyObject, anyText, createChoiceSchema, createListSchema, flag, instant } from "../../engine/fields";
import { keepGiven } from "../../engine/json";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { wasAddressProven } from "../../engine/sign-up/issuers";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { hasAskedForApproval, toOutcomeKind } from "../../engine/sign-up/recording";
import type { Attributes } from "../../engine/sign-up/sign-up";

export const termsInEvent = {
  terms: v.optional(
    createListSchema(
      v.object({ version: v.string(), language: v.string(), sha256: v.string() }),
      "Accepted terms: version, language, SHA-256 of the text. Only if the person was let in or waits for approval.",
    ),
  ),
};

type Accepted = NonNullable<v.InferOutput<typeof termsInEvent.terms>>;

/** The accepted terms. Empty unless the person was let in or waits for approval: otherwise, no proof of acceptance is kept. */
export function acceptedTerms({ verdict, reasons, trace }: DecisionRecord): { readonly terms?: Accepted } {
  if (verdict !== "continue" && !hasAskedForApproval(reasons)) return {};
  const terms = trace.flatMap(({ rule, shadow, evidence: { terms: version, language, sha256 } = {} }) =>
    rule !== "terms" || shadow || version === undefined || language === undefined || sha256 === undefined
      ? []
      : [{ version, language, sha256 }],
  );
  return terms.length === 0 ? {} : { terms };
}

/** Each version of the event has a fixed shape. */
export const SIGN_UP_DECIDED = "sign-up.decided.v1";

export const issuersInEvent = createListSchema(
  v.string(),
  "Identity providers: google.com, facebook.com, mail (one-time passcode), entra (Entra and Microsoft accounts).",
);

export const emailProvenInEvent = flag(
  "Whether somebody that the policy trusts has proven the address. If false, it may be another person's.",
);

/** Either all of `personId`, `email`, `emailProven` and `issuers` are present, or none of them. */
export const signUpDecidedEvent = v.pipe(
  v.object({
    id: v.pipe(
      v.string(),
      v.regex(/^.+\.[0-9]+$/s),
      v.description("The same each time this event is sent; another if a repeated call gets another answer."),
    ),
    time: instant("ISO 8601, UTC, milliseconds, as all times."),
    reference: anyText("The code that a stopped person sees."),
    step: anyText("after-sign-in, before-create-user, before-sending-token; others may come."),
    source: anyText("The kind of caller: b2b, b2c, external-tenant; others may come."),
    gate: v.optional(anyText("The gate, unless it is the default one.")),
    application: v.optional(anyText("The application's client id. Only B2C and external tenants.")),
    correlationId: v.optional(anyText("The sign-in's id in Entra's logs. Only external tenants.")),
    verdict: createChoiceSchema(
      ["continue", "block", "invalid"],
      "continue: the step let the person pass. block: refused, or waits for approval: see reasons. invalid: asked to correct the form.",
    ),
    rule: v.optional(anyText("The rule that stopped the sign-up.")),
    reasons: createListSchema(v.string(), "Codes of the reasons; empty with continue."),
    personId: v.optional(anyText("The person, the same for all spellings of the mailbox, in all events and logs.")),
    email: v.optional(anyText("In lower case. Absent if the call was unreadable.")),
    emailProven: v.optional(emailProvenInEvent),
    issuers: v.optional(issuersInEvent),
    changed: createListSchema(v.string(), "Names of attributes that the answer changed."),
    attributes: v.optional(anyObject<Attributes>("Values, as answered, of the attributes in the policy's eventAttributes.")),
    ...termsInEvent,
    policyVersion: anyText("The policy's build."),
  }),
  v.description("Gatehouse answered a call from Entra."),
  v.metadata({
    json: { dependentRequired: { email: ["emailProven", "issuers"], emailProven: ["email"], issuers: ["email"], personId: ["email"] } },
  }),
);
/** The detail of the event sign-up.decided.v1: docs/events.md. */
export type SignUpDecided = Readonly<v.InferOutput<typeof signUpDecidedEvent>>;

export function buildSignUpDecided(record: DecisionRecord): SignUpDecided {
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
  return {
    id: `${id}.${revision}`,
    time: at,
    reference,
    step,
    source,
    ...keepGiven({ gate, application, correlationId }),
    verdict,
    ...keepGiven({ rule }),
    reasons,
    ...keepGiven({ personId }),
    ...(email !== undefined && { email, emailProven: wasAddressProven(record), issuers: issuers ?? [] }),
    changed,
    ...keepGiven({ attributes }),
    ...acceptedTerms(record),
    policyVersion,
  };
}

function toAnswerForm(detail: SignUpDecided, { ipAddress }: Pick<DomainEvent, "ipAddress">): OcsfForm {
  const { step, source, gate = DEFAULT_GATE, application, verdict, rule, reasons, changed, attributes, terms, policyVersion } = detail;
  const kind = toOutcomeKind(detail);
  const outcomes = {
    continue: { ...success, ...informational },
    waiting: { ...otherStatus("Pending"), ...informational },
    block: { ...failure, ...low },
    invalid: { ...otherStatus("Correction asked"), ...informational },
  };
  const [idp] = detail.issuers ?? [];
  const why = reasons.join(", ");
  const passedWords = { "after-sign-in": "went on to the form", "before-sending-token": "token sent" }[step] ?? "let in";
  const words = { continue: passedWords, waiting: "asked for approval", block: "refused", invalid: "asked to correct the form" }[kind];
  return {
    type: "ocsf.authentication",
    // A sign-up is not a logon yet, but a token is sent at a logon.
    activity: step === "before-sending-token" ? [1, "Logon"] : otherActivity("Sign-up"),
    outcome: {
      ...outcomes[kind],
      ...keepGiven({ status_code: reasons[0] }),
      ...(why !== "" && { status_detail: rule === undefined ? why : `${rule}: ${why}` }),
    },
    message: `${step}: ${words}${why === "" ? "" : ` (${why})`}`,
    correlationId: detail.correlationId,
    more: {
      ...toOcsfPerson(detail, ipAddress),
      service: { name: "Microsoft Entra sign-up", uid: application ?? gate },
      actor: { user: buildOcsfUser(detail), ...(idp !== undefined && { idp: { name: idp } }) },
    },
    unmapped: { ...toOcsfCase(detail), step, source, application, verdict, rule, reasons, changed, attributes, terms, policyVersion },
  };
}

export const events = { [SIGN_UP_DECIDED]: { schema: signUpDecidedEvent, ocsf: toAnswerForm } } satisfies EventKinds;
