import type { IdentityVerifier } from "../sign-up/identity-verifier";
import { defineRule, type Rule } from "../sign-up/rule";
import type { Step } from "../sign-up/sign-up";
import type { Source } from "../sign-up/source";
import type { AttributesToSet } from "../sign-up/tenant-attributes";
import { access } from "./access";
import { accessList } from "./access-list";
import { approvalClaims } from "./approval-claims";
import { approvalStatus } from "./approval-status";
import { approvers, sponsor } from "./approvers";
import { assign } from "./assign";
import { format, upperCase } from "./format";
import { invited } from "./invited";
import { limit } from "./limit";
import { lookup } from "./lookup";
import { mailFactsBy } from "./mail-facts";
import { minimumAge } from "./minimum-age/minimum-age";
import { notDomains } from "./not-domains";
import { oneAccount } from "./one-account";
import { onlyApplications } from "./only-applications";
import { onlyDomains } from "./only-domains";
import { partners } from "./partners";
import { permittedValue } from "./permitted-value/permitted-value";
import { prefill } from "./prefill";
import { requestApproval } from "./request-approval";
import { shadow } from "./shadow";
import { surge } from "./surge";
import { terms } from "./terms";
import { termsDue } from "./terms-due";
import { validate } from "./validate";
import { verifyIdentity } from "./verify-identity/verify-identity";

// No function may import this: it would bring every rule into every step's bundle. Docs and tests derive from it.

/** Attributes that a tenant may lack: what `entra types` writes must not decide whether this file compiles. */
const anyTenants = {
  code: "extension_PartnerNumber" as never,
  born: "extension_Born" as never,
  terms: "extension_Terms" as never,
  reshaped: { surname: upperCase } as Parameters<typeof format>[0],
  set: { country: "KR" } as AttributesToSet,
  known: { only: ["city"] as never[], notFound: "block" },
} as const;

/** What docs and checks need to know of a rule that a policy can use. */
export interface RegisteredRule {
  /** As a policy imports it. */
  readonly export: string;
  /** Its module below engine/rules. */
  readonly module: string;
  /** How a policy writes it, for the docs. */
  readonly written: string;
  /** What it does, in a sentence of Markdown, for the docs. */
  readonly does: string;
  /** The steps that it compiles at. */
  readonly steps: readonly Step[];
  /** The codes it stops a sign-up with: each has its text in a catalogue or in `allRuleTexts`. */
  readonly reasons: readonly string[];
  /** Names of the findings it leaves. */
  readonly findings: readonly string[];
  /**
   * One that uses all it can use and asks for all it can ask, to look at its `name`, `uses` and `asks`. Its source or vendor, if
   * it takes one, uses nothing itself.
   */
  readonly fullest: Rule<Step> | Rule | Rule<"before-create-user">;
}

const source: Source = { name: "source", uses: [], asks: [], trust: [], find: () => undefined };
const vendor: IdentityVerifier = {
  name: "vendor",
  uses: [],
  asks: ["surname"],
  fieldsOf: () => ({ fields: {} }),
  verify: async () => ({ kind: "review" }),
};
const schema = {
  "~standard": { version: 1, vendor: "none", validate: (value: unknown) => ({ value }) },
  entries: { city: {} },
} as const;

const allSteps = ["after-sign-in", "before-create-user", "before-sending-token"] as const satisfies readonly Step[];
const bothSteps = ["after-sign-in", "before-create-user"] as const satisfies readonly Step[];
const beforeCreation = ["before-create-user"] as const satisfies readonly Step[];

const waiting = [
  "approval.pending",
  "approval.waitlisted",
  "approval.denied",
  "approval.approved",
  "approval.provisioned",
  "approval.failed",
] as const;

const rules = [
  {
    export: "accessList",
    module: "access-list",
    written: "accessList()",
    does: "looks people up in [the operators' list](access-list.md)",
    steps: bothSteps,
    reasons: ["access-list.denied", "access-list.unlisted"],
    findings: ["listed"],
    fullest: accessList({ classes: ["relay"] }),
  },
  {
    export: "onlyDomains",
    module: "only-domains",
    written: 'onlyDomains(["contoso.com"])',
    does: "blocks every other domain. A suffix, `edu` or `ac.kr`, covers every domain below it",
    steps: bothSteps,
    reasons: ["domain.not-allowed"],
    findings: [],
    fullest: onlyDomains(["contoso.com"]),
  },
  {
    export: "notDomains",
    module: "not-domains",
    written: 'notDomains(["fabrikam.com", "consumer"])',
    does: "blocks domains with their subdomains, suffixes, and classes such as `consumer` (free mail): [recipe](recipes/consumer-mail.md)",
    steps: bothSteps,
    reasons: ["domain.refused", "domain.consumer"],
    findings: [],
    fullest: notDomains(["fabrikam.com", "relay"]),
  },
  {
    export: "onlyApplications",
    module: "only-applications",
    written: 'onlyApplications(["3c9e8b7a-…"])',
    does: "blocks people of any other application, by client id. Workforce tenants do not send the application",
    steps: bothSteps,
    reasons: ["application.not-allowed"],
    findings: [],
    fullest: onlyApplications(["3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33"]),
  },
  {
    export: "partners",
    module: "partners",
    written: 'partners({ otherwise: "approval" })',
    does: "lets people go on if the owner of their domain [has proven it](partners.md) by a TXT record",
    steps: bothSteps,
    reasons: ["partner.not-proven"],
    findings: ["partner"],
    fullest: partners({ otherwise: "approval", trust: ["mail"] }),
  },
  {
    export: "validate",
    module: "validate",
    written: "validate(schema)",
    does: "checks attributes, and `email`, with any [Standard Schema](https://standardschema.dev) library",
    steps: beforeCreation,
    reasons: ["attribute.required", "attribute.invalid"],
    findings: [],
    fullest: validate(schema),
  },
  {
    export: "format",
    module: "format",
    written: "format({ surname: titleCase })",
    does: "reshapes text: `titleCase`, `trim`, `upperCase`, `lowerCase` or your own function",
    steps: allSteps,
    reasons: [],
    findings: [],
    fullest: format(anyTenants.reshaped),
  },
  {
    export: "assign",
    module: "assign",
    written: 'assign({ country: "KR" })',
    does: "sets attributes, whatever the person typed",
    steps: allSteps,
    reasons: [],
    findings: [],
    fullest: assign(anyTenants.set),
  },
  {
    export: "prefill",
    module: "prefill",
    written: "prefill(source)",
    does: "fills in the form from a source: [recipe](recipes/prefill.md). A source is `profiles({ trust })`, a table of yours, or `http({ … })`, a system of yours",
    steps: allSteps,
    reasons: [],
    findings: ["the source's name"],
    fullest: prefill(source),
  },
  {
    export: "lookup",
    module: "lookup",
    written: "lookup(source)",
    does: "sets attributes from a source: [recipe](recipes/lookup.md)",
    steps: beforeCreation,
    reasons: ["lookup.not-found", "lookup.address-unproven", "attribute.required", "value.not-permitted"],
    findings: ["the source's name"],
    fullest: lookup(source, anyTenants.known),
  },
  {
    export: "permittedValue",
    module: "permitted-value/permitted-value",
    written: 'permittedValue("extension_PartnerNumber")',
    does: "takes only listed values, or codes that work once (`{ uses: 1 }`): [recipe](recipes/permitted-values.md)",
    steps: beforeCreation,
    reasons: ["attribute.required", "value.not-permitted", "code.used-up", "code.too-many-guesses", "lookup.address-unproven"],
    findings: ["the attribute's name"],
    fullest: permittedValue(anyTenants.code, { uses: 1 }),
  },
  {
    export: "minimumAge",
    module: "minimum-age/minimum-age",
    written: 'minimumAge("extension_Born", { years: { default: 16, KR: 14 } })',
    does: "refuses people below an age and empties the attribute with their date of birth: [recipe](recipes/age.md)",
    steps: beforeCreation,
    reasons: ["attribute.required", "age.unreadable-date", "age.too-young", "age.second-date"],
    findings: [],
    fullest: minimumAge(anyTenants.born, { years: 16 }),
  },
  {
    export: "verifyIdentity",
    module: "verify-identity/verify-identity",
    written: "verifyIdentity(idology())",
    does: "has a vendor check who signs up: [IDology](recipes/idology.md) or [Experian](recipes/experian.md)",
    steps: beforeCreation,
    reasons: [
      "attribute.required",
      "attribute.invalid",
      "identity.refuted",
      "identity.review",
      "identity.unavailable",
      "identity.country",
      "identity.too-many-attempts",
    ],
    findings: ["identity"],
    fullest: verifyIdentity(vendor),
  },
  {
    export: "mailFacts",
    module: "mail-facts",
    written: "mailFacts()",
    does: "finds who takes the mail of the address's domain, and since when the domain is known here: [recipe](recipes/mail-facts.md)",
    steps: bothSteps,
    reasons: [],
    findings: ["mx", "mailHost", "firstSeen"],
    fullest: mailFactsBy(async () => []),
  },
  {
    export: "invited",
    module: "invited",
    written: 'invited({ otherwise: "approval" })',
    does: "lets in only [invited](invitations.md) people, by address or code",
    steps: beforeCreation,
    reasons: [
      "invitation.none",
      "invitation.expired",
      "invitation.unknown-code",
      "invitation.address-unproven",
      "code.used-up",
      "code.too-many-guesses",
      "approval.changed",
    ],
    findings: ["invited", "sponsor"],
    fullest: invited(),
  },
  {
    export: "access",
    module: "access",
    written: "access({ days: 180 })",
    does: "[ends access](access.md): accounts get reminders, are disabled and, if you say so, deleted",
    steps: beforeCreation,
    reasons: ["access.ended", "access.unproven"],
    findings: ["access"],
    fullest: access({ days: 180, renew: "sponsor", remind: [30, 7], then: { disable: 0, delete: 30 } }),
  },
  {
    export: "limit",
    module: "limit",
    written: 'limit({ by: "domain", windows: [{ max: 20, per: "1h" }] })',
    does: "lets in a limited number of people within a time, by domain, mailbox, network and so on: [recipe](recipes/limit.md)",
    steps: beforeCreation,
    reasons: ["limit.reached"],
    findings: ["`limit-` and its name"],
    fullest: limit({ by: "network", windows: [{ max: 1, per: "1h" }] }),
  },
  {
    export: "terms",
    module: "terms",
    written: 'terms("extension_Terms", { version: "2026-01", files: { en: "terms.en.md" } })',
    does: "lets in people who tick a box, and keeps a proof: [recipe](recipes/terms.md)",
    steps: beforeCreation,
    reasons: ["terms.not-accepted", "terms.absent"],
    findings: ["terms"],
    fullest: terms(anyTenants.terms, { version: "1", files: { en: "terms.en.md" }, ticked: "accepted" }),
  },
  {
    export: "surge",
    module: "surge",
    written: 'surge({ max: 200, per: "1h" })',
    does: "sets the gate to `approval` for 4 hours once more people than usual are let in: [posture.md](posture.md#by-itself)",
    steps: beforeCreation,
    reasons: [],
    findings: ["limit-surge"],
    fullest: surge({ max: 200, per: "1h", then: "approval" }),
  },
  {
    export: "oneAccount",
    module: "one-account",
    written: "oneAccount()",
    does: "shows people who have an account with another provider which one: [recipe](recipes/one-account.md)",
    steps: bothSteps,
    reasons: ["account.exists"],
    findings: ["account"],
    fullest: oneAccount(),
  },
  {
    export: "approvalStatus",
    module: "approval-status",
    written: "approvalStatus()",
    does: "shows people the state of their request right after sign-in: [approvals.md](approvals.md)",
    steps: bothSteps,
    reasons: waiting,
    findings: ["approval"],
    fullest: approvalStatus(),
  },
  {
    export: "requestApproval",
    module: "request-approval",
    written: "requestApproval({ … })",
    does: "creates nobody before [somebody says yes](approvals.md)",
    steps: beforeCreation,
    reasons: [
      "approval.requested",
      "approval.changed",
      "approval.address-unproven",
      "approval.no-approver",
      "attribute.required",
      "attribute.invalid",
      ...waiting,
    ],
    findings: [],
    fullest: requestApproval({ stages: [{ by: sponsor({ code: anyTenants.code }), orElse: approvers("Partners"), within: "48h" }] }),
  },
  {
    export: "approvalClaims",
    module: "approval-claims",
    written: 'approvalClaims({ approvedAt: "decidedAt" })',
    does: "adds [claims](tokens.md) about the approval to a token",
    steps: allSteps,
    reasons: [],
    findings: [],
    fullest: approvalClaims({ approvedAt: "decidedAt" }, { trust: ["mail"] }),
  },
  {
    export: "termsDue",
    module: "terms-due",
    written: "termsDue(terms(…))",
    does: "adds a claim for people who have not accepted [the current terms](recipes/terms.md#a-new-text)",
    steps: allSteps,
    reasons: [],
    findings: [],
    fullest: termsDue(terms(anyTenants.terms, { version: "1", files: { en: "terms.en.md" } }), { claim: "terms" }),
  },
  {
    export: "shadow",
    module: "shadow",
    written: "shadow(rule)",
    does: "tries a rule: records its answer and changes nothing",
    steps: allSteps,
    reasons: [],
    findings: [],
    fullest: shadow(defineRule({ name: "shadow" })).shadow as Rule<Step>,
  },
] as const satisfies readonly RegisteredRule[];

export const ruleRegistry: readonly RegisteredRule[] = rules;

type StepsOf<R> = R extends Rule<Step> ? typeof allSteps : R extends Rule ? typeof bothSteps : typeof beforeCreation;
type Misplaced<R extends RegisteredRule> = R extends RegisteredRule
  ? R["steps"] extends StepsOf<R["fullest"]>
    ? never
    : R["export"]
  : never;

/** The rules whose `steps` disagree with their types. A type test holds that there are none. */
export type MisplacedRules = Misplaced<(typeof rules)[number]>;

/** Given by Gatehouse itself, whatever the policy. */
export const reasonsOfNoRule = [
  "request.email",
  "request.unreadable",
  "request.step",
  "request.tenant",
  "request.drill",
  "posture.closed",
  "posture.listed",
  "gatehouse.unavailable",
  "gatehouse.blocked",
] as const;

/** What else engine/rules gives a policy: sources and functions that rules take. */
export const exportsThatAreNoRules = ["approvers", "sponsor", "profiles", "titleCase", "trim", "upperCase", "lowerCase"] as const;
