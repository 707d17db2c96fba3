import type { AnyRule, Use } from "../../../engine/sign-up/rule";
import type { IdentityVerifier, Source } from "../../../engine/sign-up/source";
import type { TableName } from "../../../engine/sign-up/verdict";
import { accessList } from "../../../features/access-list/rule";
import { approvalClaims } from "../../../features/approvals/approval-claims";
import { approvalStatus } from "../../../features/approvals/approval-status";
import { approvers, sponsor } from "../../../features/approvals/approvers";
import { requestApproval } from "../../../features/approvals/request-approval";
import { assign } from "../../../features/assign/rule";
import { expiry } from "../../../features/expiry/rule";
import { format, trim } from "../../../features/format/rule";
import { invited } from "../../../features/invitations/rule";
import { limit } from "../../../features/limit/rule";
import { lookup } from "../../../features/lookup/rule";
import { mailFactsBy } from "../../../features/mail-facts/rule";
import { minimumAge } from "../../../features/minimum-age/rule";
import { notDomains } from "../../../features/not-domains/rule";
import { oneAccount } from "../../../features/one-account/rule";
import { onlyApplications } from "../../../features/only-applications/rule";
import { onlyDomains } from "../../../features/only-domains/rule";
import { onlyProviders } from "../../../features/only-providers/rule";
import { partners } from "../../../features/partners/rule";
import { permittedValue } from "../../../features/permitted-value/rule";
import { surge } from "../../../features/posture/rule";
import { prefill } from "../../../features/profiles/prefill";
import { profiles } from "../../../features/profiles/profiles";
import { terms } from "../../../features/terms/rule";
import { termsDue } from "../../../features/terms/terms-due";
import { validate } from "../../../features/validate/rule";
import { verifyIdentity } from "../../../features/verify-identity/rule";
import { hashOf, NOW } from "../sign-up/people";

// What a rule declares decides what the stack grants, what synth warns of and which policies do not load. So each row has all of it.

// Whom a rule admits is held against what it does: test/engine/sign-up/admits.test.ts; the names of attributes: labels.test.ts. A finding that it does not declare stops it.
type Declared = Omit<AnyRule, "name" | "prepare" | "needs" | "restore" | "decide" | "admits" | "narrows" | "labels" | "leaves">;

const looks = { worker: "partners", calls: "dns" };

function declared({
  name: _,
  prepare: _p,
  needs: _n,
  restore: _r,
  decide: _d,
  decideWithoutApproval: _u,
  admits: _a,
  narrows: _w,
  labels: _l,
  ...rest
}: AnyRule): Declared {
  return Object.fromEntries(Object.entries(rest));
}

const reads = (table: TableName): Use => ({ table, access: "read" });
const writes = (table: TableName, ...under: readonly string[]): Use => ({ table, access: "write", ...(under.length > 0 && { under }) });
const ledger = (...under: readonly string[]): readonly Use[] => [reads("ledger"), writes("ledger", ...under)];
const approvals: readonly Use[] = [reads("approvals"), writes("approvals"), expect.objectContaining({ worker: "approvals" }) as Use];

const code = "extension_Code" as never;
const hourly = { windows: [{ max: 1, per: "1h" }] } as const;
const sourceOf = (more: Partial<Source> = {}): Source => ({
  name: "crm",
  uses: [{ secret: "crm-token" }],
  find: () => undefined,
  ...more,
});
const vendor: IdentityVerifier = {
  name: "vendor",
  uses: [],
  asks: ["surname"],
  fieldsOf: () => ({ fields: {} }),
  verify: async () => ({ kind: "review" }),
};
const somebody = {
  step: "before-create-user",
  source: "b2b",
  email: "sarah@contoso.com",
  identities: [{ issuer: "google.com", issuerAssignedId: "1" }],
  ipAddress: "203.0.113.7",
  locales: ["en"],
  attributes: { [code]: "a", extension_InvitationCode: "a" },
};
const schema = (members: object) => ({
  "~standard": { version: 1, vendor: "none", validate: (value: unknown) => ({ value }) } as const,
  ...members,
});
const files = { en: "terms.en.md" };

describe.each<{ rule: string; every?: Declared; rows: readonly (readonly [string, () => AnyRule, Declared])[] }>([
  {
    rule: "accessList",
    every: { byEntries: true, byAddress: true },
    rows: [
      ["", () => accessList(), { uses: [reads("accessList"), reads("decisions")], excludedReasons: ["access-list.no-approval"] }],
      [
        "with classes",
        () => accessList({ otherwise: "block", classes: ["relay", "consumer"], trust: ["mail"] }),
        {
          trust: ["mail"],
          uses: [reads("accessList"), reads("decisions"), { data: "relay" }, { data: "consumer" }],
          excludedReasons: ["access-list.no-approval"],
        },
      ],
      [
        "with allows: false",
        () => accessList({ allows: false }),
        {
          byAddress: undefined,
          uses: [reads("accessList"), reads("decisions")],
          excludedReasons: ["access-list.no-approval", "access-list.unlisted"],
        },
      ],
      [
        'with otherwise: "continue"',
        () => accessList({ otherwise: "continue" }),
        { uses: [reads("accessList"), reads("decisions")], excludedReasons: ["access-list.no-approval", "access-list.unlisted"] },
      ],
    ],
  },
  {
    rule: "onlyDomains",
    every: { byAddress: true },
    rows: [
      ["of domains", () => onlyDomains(["contoso.com"], { subdomains: true, trust: ["mail"] }), { trust: ["mail"] }],
      [
        "with others allowed, others going on",
        () => onlyDomains(["contoso.com"], { otherwise: "continue", unless: "allowed" }),
        { excludedReasons: ["domain.not-allowed"], consumes: ["allowed"] },
      ],
      ["of a suffix for organisations", () => onlyDomains(["ac.kr"]), { uses: [{ suffix: "ac.kr" }], warns: [] }],
      [
        "of a suffix for anybody",
        () => onlyDomains(["contoso.com", "io"]),
        {
          uses: [{ suffix: "io" }],
          warns: ["lets in every domain below .io, where anybody can register one: name those that you mean, such as contoso.io."],
        },
      ],
    ],
  },
  {
    rule: "notDomains",
    rows: [
      ["of a domain", () => notDomains(["contoso.com"]), { uses: [], excludedReasons: ["domain.consumer"] }],
      [
        "of a suffix",
        () => notDomains(["edu"], { subdomains: false }),
        { uses: [{ suffix: "edu" }], excludedReasons: ["domain.consumer"] },
      ],
      ["of free mail", () => notDomains([" Consumer "]), { uses: [{ data: "consumer" }], excludedReasons: ["domain.refused"] }],
      [
        "of all of them",
        () => notDomains(["relay", "edu", "consumer", "contoso.com"]),
        { uses: [{ suffix: "edu" }, { data: "relay" }, { data: "consumer" }], excludedReasons: [] },
      ],
    ],
  },
  {
    rule: "onlyProviders",
    rows: [["", () => onlyProviders(["mail"]), { uses: [{ worker: "only-providers", settings: ["mail"] }] }]],
  },
  {
    rule: "onlyApplications",
    rows: [
      [
        "",
        () => onlyApplications(["3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33"]),
        { uses: [{ worker: "only-applications", settings: ["3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33"] }] },
      ],
    ],
  },
  {
    rule: "partners",
    every: { byAddress: true },
    rows: [
      ["", () => partners(), { uses: [reads("decisions"), looks] }],
      ["with others allowed", () => partners({ unless: "allowed" }), { uses: [reads("decisions"), looks], consumes: ["allowed"] }],
      ['with otherwise: "block"', () => partners({ otherwise: "block" }), { uses: [reads("decisions"), looks] }],
      [
        'with otherwise: "continue"',
        () => partners({ otherwise: "continue", trust: ["mail"] }),
        { trust: ["mail"], uses: [reads("decisions"), looks], excludedReasons: ["partner.not-proven"] },
      ],
      [
        'with otherwise: "approval"',
        () => partners({ otherwise: "approval" }),
        { uses: [reads("decisions"), looks], excludedReasons: ["partner.not-proven"], requires: ["referred"] },
      ],
    ],
  },
  {
    rule: "validate",
    rows: [
      [
        "with the entries of valibot",
        () => validate(schema({ entries: { city: {}, email: {} } })),
        { asks: ["city", "email"], reads: ["*"] },
      ],
      ["with the shape of zod", () => validate(schema({ shape: { city: {} } })), { asks: ["city"], reads: ["*"] }],
      ["with a schema that names none", () => validate(schema({ entries: null })), { asks: [], reads: ["*"] }],
      ["with an object of valibot", () => validate(schema({ type: "object", entries: { city: {} } })), { asks: ["city"] }],
      ["with a function", () => validate(() => schema({ entries: { city: {} } })), { asks: ["city"], reads: ["*"] }],
    ],
  },
  { rule: "format", rows: [["", () => format({ city: trim, surname: trim }), { reads: ["city", "surname"], sets: undefined }]] },
  { rule: "assign", rows: [["", () => assign({ country: "KR", city: "Seoul" }), { reads: undefined, sets: ["country", "city"] }]] },
  { rule: "prefill", rows: [["", () => prefill(sourceOf()), { reads: ["*"], sets: ["*"], uses: [{ secret: "crm-token" }] }]] },
  {
    rule: "lookup",
    rows: [
      [
        "of a source that needs nothing",
        () => lookup(sourceOf()),
        {
          asks: [],
          reads: ["*"],
          sets: ["*"],
          uses: [{ secret: "crm-token" }],
          excludedReasons: ["lookup.address-unproven", "attribute.required", "value.not-permitted"],
        },
      ],
      [
        "of a source that trusts providers",
        () => lookup(sourceOf({ trust: ["mail"] }), { notFound: "ask-again", untrusted: "block" }),
        {
          byAddress: true,
          trust: ["mail"],
          asks: [],
          reads: ["*"],
          sets: ["*"],
          uses: [{ secret: "crm-token" }],
          excludedReasons: ["attribute.required", "value.not-permitted"],
        },
      ],
      [
        "of a source that asks",
        () => lookup(sourceOf({ asks: ["jobTitle"] })),
        {
          asks: ["jobTitle"],
          reads: ["jobTitle"],
          sets: ["*"],
          uses: [{ secret: "crm-token" }],
          excludedReasons: ["lookup.address-unproven"],
        },
      ],
      [
        "of some attributes, whatever happens",
        () => lookup(sourceOf({ trust: ["mail"] }), { only: ["city", "jobTitle"], notFound: "leave-empty", untrusted: "continue" }),
        {
          byAddress: true,
          trust: ["mail"],
          asks: ["city", "jobTitle"],
          reads: ["*"],
          sets: ["city", "jobTitle"],
          uses: [{ secret: "crm-token" }],
          excludedReasons: ["lookup.not-found", "lookup.address-unproven", "attribute.required"],
        },
      ],
      [
        "of some attributes, of which the source asks for one",
        () => lookup(sourceOf({ trust: ["mail"], asks: ["city"] }), { only: ["city"], notFound: "continue" }),
        {
          byAddress: true,
          trust: ["mail"],
          asks: ["city"],
          reads: ["city"],
          sets: ["city"],
          uses: [{ secret: "crm-token" }],
          excludedReasons: ["lookup.not-found"],
        },
      ],
    ],
  },
  {
    rule: "permittedValue",
    rows: [
      [
        "",
        () => permittedValue(code),
        {
          asks: [code],
          columns: { list: code, of: {} },
          reshapes: [code],
          uses: [reads("referenceData")],
          excludedReasons: ["lookup.address-unproven", "code.used-up", "code.too-many-guesses"],
        },
      ],
      [
        "that may be left empty",
        () => permittedValue(code, { list: "codes", case: "exact", spaces: "exact", optional: true }),
        {
          asks: [code],
          columns: { list: "codes", of: {}, exactCase: true },
          reshapes: [code],
          uses: [reads("referenceData")],
          excludedReasons: ["attribute.required", "lookup.address-unproven", "code.used-up", "code.too-many-guesses"],
        },
      ],
      [
        "that counts uses",
        () => permittedValue(code, { maxUses: 1 }),
        {
          asks: [code],
          columns: { list: code, of: {} },
          reshapes: [code],
          uses: [reads("referenceData"), ...ledger("code/", "guesses/")],
          excludedReasons: ["lookup.address-unproven"],
        },
      ],
      [
        "that counts guesses",
        () => permittedValue(code, { guessesPerDay: 3 }),
        {
          asks: [code],
          columns: { list: code, of: {} },
          reshapes: [code],
          uses: [reads("referenceData"), ...ledger("code/", "guesses/")],
          excludedReasons: ["lookup.address-unproven", "code.used-up"],
        },
      ],
      [
        'with usedUp: "approval"',
        () => permittedValue(code, { maxUses: 2, usedUp: "approval" }),
        {
          asks: [code],
          columns: { list: code, of: {} },
          reshapes: [code],
          uses: [reads("referenceData"), ...ledger("code/", "guesses/")],
          excludedReasons: ["lookup.address-unproven"],
          requires: ["referred"],
        },
      ],
      [
        "of a source",
        () => permittedValue(code, { source: sourceOf({ trust: ["mail"], asks: ["city"] }), optional: true }),
        {
          byAddress: true,
          trust: ["mail"],
          asks: [code, "city"],
          reads: ["*"],
          sets: ["*"],
          uses: [{ secret: "crm-token" }],
          excludedReasons: ["code.used-up", "code.too-many-guesses"],
        },
      ],
      [
        "of a source, for some attributes",
        () => permittedValue(code, { source: sourceOf({ trust: [] }), only: ["city"] }),
        {
          byAddress: true,
          trust: [],
          asks: [code, "city"],
          reads: ["*"],
          sets: [code, "city"],
          uses: [{ secret: "crm-token" }],
          excludedReasons: ["code.used-up", "code.too-many-guesses"],
        },
      ],
    ],
  },
  {
    rule: "minimumAge",
    rows: [
      [
        "for everybody",
        () => minimumAge(code, { years: 16 }),
        { asks: [code], reads: ["*"], uses: [...ledger("age/"), { unrecorded: code }] },
      ],
      [
        "by country",
        () => minimumAge(code, { years: { default: 16, KR: 14 }, order: "dmy", instead: "checked" }),
        { asks: [code], reads: ["country"], uses: [...ledger("age/"), { unrecorded: code }] },
      ],
      [
        "that keeps the date",
        () => minimumAge(code, { years: { default: 16 }, country: "extension_Land" as never, keep: true }),
        { asks: [code], reads: ["extension_Land"], uses: ledger("age/") },
      ],
    ],
  },
  {
    rule: "verifyIdentity",
    every: { reads: ["*"] },
    rows: [
      [
        "",
        () => verifyIdentity(vendor),
        { asks: ["surname"], excludedReasons: [], uses: [{ service: "vendor" }, ...ledger("identity/")], requires: [] },
      ],
      [
        "of a verifier that names its service",
        () => verifyIdentity({ ...vendor, asks: undefined as never, uses: [{ secret: "key" }, { service: "api" }] }, { attemptsPerDay: 9 }),
        { asks: [], excludedReasons: [], uses: [{ secret: "key" }, { service: "api" }, ...ledger("identity/")], requires: [] },
      ],
      [
        'with "continue"',
        () => verifyIdentity(vendor, { refuted: "continue", review: "ask-again", unavailable: "continue", unless: () => true }),
        {
          asks: ["surname"],
          excludedReasons: ["identity.refuted"],
          uses: [{ service: "vendor" }, ...ledger("identity/")],
          requires: ["identity"],
          recommends: ["identity"],
        },
      ],
      [
        'with "approval"',
        () => verifyIdentity(vendor, { refuted: "approval", review: "approval", unavailable: "ask-again" }),
        {
          asks: ["surname"],
          excludedReasons: ["identity.refuted", "identity.review"],
          uses: [{ service: "vendor" }, ...ledger("identity/"), reads("approvals")],
          requires: ["referred"],
        },
      ],
      [
        'with "continue" and "approval"',
        () => verifyIdentity(vendor, { refuted: "block", review: "continue", unavailable: "approval" }),
        {
          asks: ["surname"],
          excludedReasons: ["identity.review"],
          uses: [{ service: "vendor" }, ...ledger("identity/"), reads("approvals")],
          requires: ["identity", "referred"],
        },
      ],
    ],
  },
  {
    rule: "mailFacts",
    rows: [["", () => mailFactsBy(async () => []), { uses: [{ service: "dns", timeout: "700ms" }, ...ledger("mail-facts/")] }]],
  },
  {
    rule: "invited",
    every: { byAddress: true },
    rows: [
      [
        "",
        () => invited(),
        {
          asks: ["extension_InvitationCode"],
          columns: { list: "extension_InvitationCode", of: {}, withoutSpaces: true },
          uses: [...approvals, reads("referenceData"), ...ledger("code/", "guesses/")],
          excludedReasons: [],
        },
      ],
      [
        "by a code in another attribute, with a waiting list",
        () => invited({ by: ["code"], code, lasts: "14d", otherwise: "waitlist", trust: ["mail"] }),
        {
          trust: ["mail"],
          asks: [code],
          columns: { list: code, of: {}, withoutSpaces: true },
          uses: [
            ...approvals.slice(0, 2),
            { worker: "approvals", settings: { longestDays: 14 } },
            reads("referenceData"),
            ...ledger("code/", "guesses/"),
          ],
          excludedReasons: ["invitation.none", "invitation.expired"],
          requires: ["referred"],
        },
      ],
      [
        "by address, with others allowed",
        () => invited({ by: ["address"], otherwise: "block", unless: "allowed" }),
        {
          uses: approvals,
          consumes: ["allowed"],
          excludedReasons: ["invitation.unknown-code", "invitation.address-unproven", "code.used-up", "code.too-many-guesses"],
        },
      ],
      [
        'by address, with otherwise: "approval"',
        () => invited({ by: ["address"], otherwise: "approval" }),
        {
          uses: approvals,
          excludedReasons: [
            "invitation.none",
            "invitation.expired",
            "invitation.unknown-code",
            "invitation.address-unproven",
            "code.used-up",
            "code.too-many-guesses",
          ],
          requires: ["referred"],
        },
      ],
    ],
  },
  {
    rule: "access",
    rows: [
      [
        "",
        () => expiry({ lasts: "180d" }),
        {
          uses: [
            reads("ledger"),
            { worker: "access", settings: { days: 180, renew: "sponsor", remind: [30, 7], disable: 0 } },
            { worker: "approvals" },
            { worker: "accounts" },
            { worker: "arrivals" },
          ],
        },
      ],
      [
        'with otherwise: "approval"',
        () => expiry({ lasts: "60d", renew: "approvers", remind: [1, 59], then: { disable: 365, delete: 3_650 }, otherwise: "approval" }),
        {
          uses: [
            reads("ledger"),
            { worker: "access", settings: { days: 60, renew: "approvers", remind: [59, 1], disable: 365, delete: 3_650 } },
            { worker: "approvals" },
            { worker: "accounts" },
            { worker: "arrivals" },
          ],
          requires: ["referred"],
          excludedReasons: ["access.ended", "access.unproven"],
        },
      ],
    ],
  },
  {
    rule: "limit",
    rows: [
      ["by mailbox", () => limit({ by: "mailbox", ...hourly }), { counts: "mailbox", uses: ledger("limit/"), consumes: [] }],
      [
        "by network",
        () => limit({ by: "network", ...hourly, then: "block" }),
        { counts: "network", uses: [...ledger("limit/"), { needsClaim: "ipAddress" }], consumes: [] },
      ],
      [
        "by organisation",
        () => limit({ by: "organisation", ...hourly }),
        { counts: "organisation", uses: [...ledger("limit/"), { data: "suffixes" }], consumes: [] },
      ],
      [
        "by mail host",
        () => limit({ by: "mailHost", ...hourly, then: "approval" }),
        { counts: "mail-host", uses: ledger("limit/"), consumes: ["mailHost"], requires: ["referred"] },
      ],
      [
        "that only observes",
        () => limit({ by: "domain", ...hourly, then: "observe", name: "partner-domains" }),
        { counts: "partner-domains", uses: ledger("limit/"), consumes: [], excludedReasons: ["limit.reached"] },
      ],
      [
        "with a function that may look at every finding",
        () => limit({ by: "gate", ...hourly, except: () => true }),
        { counts: "gate", uses: ledger("limit/"), consumes: ["*"], reads: ["*"] },
      ],
    ],
  },
  {
    rule: "terms",
    rows: [
      [
        "",
        () => terms(code, { version: "2026-01", files, ticked: "accepted" }),
        {
          asks: [code],
          uses: [
            ...ledger("terms/", "terms-text/"),
            { files: "terms", settings: { attribute: code, version: "2026-01", files }, hashed: expect.any(Function) },
          ],
        },
      ],
    ],
  },
  {
    rule: "termsDue",
    rows: [
      ["", () => termsDue(terms(code, { version: "1", files })), { uses: [reads("ledger")], sets: ["terms_due"] }],
      [
        "with a claim of another name",
        () => termsDue(terms(code, { version: "1", files }), { claim: "terms" }),
        { uses: [reads("ledger")], sets: ["terms"] },
      ],
    ],
  },
  {
    rule: "surge",
    rows: [
      [
        "",
        () => surge({ max: 200, per: "1h", then: "approval" }),
        {
          counts: "surge",
          uses: [...ledger("limit/"), reads("decisions"), writes("decisions", "posture")],
          consumes: [],
          excludedReasons: ["limit.reached"],
        },
      ],
    ],
  },
  {
    rule: "oneAccount",
    rows: [
      ["", () => oneAccount(), { uses: ledger("one-account/") }],
      ['with unknown: "continue" and nobody to ask', () => oneAccount({ unknown: "continue" }), { uses: ledger("one-account/") }],
      [
        "with a directory",
        () =>
          oneAccount({ trust: ["mail"], names: {}, lasts: "30d", directory: { uses: [{ secret: "graph" }], accountsOf: async () => [] } }),
        { trust: ["mail"], uses: [...ledger("one-account/"), { secret: "graph" }] },
      ],
      [
        'with a directory and unknown: "continue"',
        () => oneAccount({ directory: { uses: [{ secret: "graph" }], accountsOf: async () => [] }, unknown: "continue" }),
        { uses: [...ledger("one-account/"), { secret: "graph" }], recommends: ["account"] },
      ],
    ],
  },
  {
    rule: "approvalStatus",
    rows: [
      ["", () => approvalStatus(), { uses: [reads("approvals")] }],
      ["with others allowed", () => approvalStatus({ unless: "allowed" }), { uses: [reads("approvals")], consumes: ["allowed"] }],
    ],
  },
  {
    rule: "requestApproval",
    every: { reads: ["*"], byAddress: true },
    rows: [
      [
        "",
        () => requestApproval(),
        {
          createsAccounts: true,
          uses: [...approvals, { worker: "provisioning" }],
          consumes: ["*", "referred"],
          excludedReasons: ["approval.address-unproven", "approval.no-approver", "attribute.required", "attribute.invalid"],
        },
      ],
      [
        'with then: "continue"',
        () => requestApproval({ when: "approval", then: "continue", passFor: "3d" }),
        {
          uses: approvals,
          consumes: ["referred"],
          excludedReasons: ["approval.no-approver", "attribute.required", "attribute.invalid"],
        },
      ],
      [
        "with unproven said",
        () => requestApproval({ then: "continue", unproven: "block" }),
        {
          uses: approvals,
          consumes: ["*", "referred"],
          excludedReasons: ["approval.no-approver", "attribute.required", "attribute.invalid"],
        },
      ],
      [
        "of a sponsor, with attributes that it shows",
        () => requestApproval({ then: "continue", unproven: "provision", show: ["jobTitle"], askedOf: sponsor({ code }) }),
        {
          createsAccounts: true,
          uses: [...approvals, { worker: "provisioning" }, reads("referenceData")],
          consumes: ["*", "referred"],
          excludedReasons: ["approval.address-unproven", "approval.no-approver", "attribute.required", "attribute.invalid"],
          reads: ["*", "jobTitle", code],
        },
      ],
      [
        "in stages",
        () =>
          requestApproval({
            stages: [
              { by: sponsor({ attribute: "extension_Sponsor" as never, domains: ["contoso.com"] }), orElse: approvers("Partners") },
              { by: sponsor({ code, list: "codes", attribute: "extension_Sponsor" as never, domains: ["contoso.com"] }) },
              { by: approvers("Security"), orElse: sponsor({ code }), within: "15m" },
            ],
            stageMail: true,
          }),
        {
          createsAccounts: true,
          uses: [...approvals, { worker: "provisioning" }, reads("referenceData"), reads("referenceData")],
          consumes: ["*", "referred"],
          excludedReasons: ["approval.address-unproven"],
          asks: ["extension_Sponsor"],
          reads: ["*", "extension_Sponsor", code],
        },
      ],
      [
        "in stages that read nothing",
        () => requestApproval({ stages: [{ by: approvers("Security") }] }),
        {
          createsAccounts: true,
          uses: [...approvals, { worker: "provisioning" }],
          consumes: ["*", "referred"],
          excludedReasons: ["approval.address-unproven", "attribute.required", "attribute.invalid"],
        },
      ],
    ],
  },
  {
    rule: "approvalClaims",
    rows: [["", () => approvalClaims({ approvedAt: "decidedAt" }), { sets: ["approvedAt"], uses: [reads("approvals")] }]],
  },
])("$rule", ({ every, rows }) => {
  it.each(rows)("declares what it uses, needs and sets: %s", (_, rule, all) =>
    expect(declared(rule())).toEqual({ reads: [], sets: [], ...every, ...all }),
  );

  it.each(rows)("declares the key of each row that it writes: %s", (_, make) => {
    const { uses = [], needs = () => [] } = make();
    for (const table of ["ledger", "decisions"] as const) {
      const under = uses.flatMap((use) => ("table" in use && use.table === table && use.access === "write" ? (use.under ?? [""]) : []));
      // What a rule writes, it has read.
      const keys = needs(somebody as never, hashOf, NOW).flatMap((read) =>
        read.table === table ? Object.values(read.key).slice(0, 1) : [],
      );
      if (under.length > 0) expect(keys.filter((key) => !under.some((each) => key.startsWith(each)))).toEqual([]);
    }
  });
});

describe("the source profiles()", () => {
  it.each([
    { trust: ["mail"], more: { byAddress: true, trust: ["mail"] } },
    { trust: [], more: { byAddress: false, trust: [] } },
  ])("declares its table, and its trusted providers: $trust", ({ trust, more }) => {
    const { needs: _, find: _f, evidence: _e, ...rest } = profiles({ trust });
    expect(rest).toEqual({ name: "profiles", asks: [], uses: [reads("profiles")], ...more });
  });
});
