import {
  type AccessEnding,
  type AccessListOptions,
  type AccessOptions,
  type AccountDirectory,
  type AccountInDirectory,
  type ApiKeyOptions,
  type Application,
  type ApprovalFact,
  type ApprovalStage,
  type Approvers,
  type AttributeName,
  type Attributes,
  type AttributesToSet,
  type AttributeValue,
  type Authentication,
  approvers,
  type Block,
  bearer,
  type CallableService,
  type CallValue,
  type ConnectorFlow,
  type Consequence,
  type Context,
  type Continue,
  type CustomAttribute,
  type DecidingStep,
  defineRule,
  type Effect,
  type EntraDirectoryOptions,
  type EntraFlow,
  type EntraSetup,
  type ExperianOptions,
  type ExternalFlow,
  type Fields,
  type Findings,
  type HttpOptions,
  type Identity,
  type IdologyOptions,
  type Invalid,
  type InvitedOptions,
  type LimitOptions,
  type LimitWindow,
  type LookupOptions,
  type MinimumAgeOptions,
  type NotDomainsOptions,
  type OAuthOptions,
  type OfKnownAttributes,
  type OneAccountOptions,
  type OnlyDomainsOptions,
  type PartnersOptions,
  type PermittedValueOptions,
  type Policy,
  type Problem,
  type ProfilesOptions,
  type Put,
  type RecordKey,
  type Records,
  type RequestApprovalOptions,
  type Reserve,
  type Row,
  type Rule,
  type ServiceOptions,
  type ServiceRequest,
  type Services,
  type SignUp,
  type SingleAttributeName,
  type Situation,
  type SponsorOptions,
  type Step,
  type StepOptions,
  type SurgeOptions,
  service,
  type TenantAttributes,
  type TermsDueOptions,
  type TermsOptions,
  type Text,
  type TextAttributeName,
  type UpstreamFailure,
  type UpstreamFailureKind,
  type Use,
  type Verdict,
  type Verification,
  type VerifyIdentityOptions,
  type Write,
} from "entra-gatehouse";
import * as v from "valibot";

// What docs/reference.md shows of types: each part stands under the type's name, in a line `// NAME`.

// AccessListOptions
export const list: AccessListOptions = { otherwise: "continue", classes: ["disposable"], trust: ["mail", "google.com"] };

// ApiKeyOptions
export const inHeader: ApiKeyOptions = { header: "x-api-key" };

// Application
export const shop: Application = { id: "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33", name: "Contoso Shop" };

// ApprovalFact
export const claims: Readonly<Record<string, ApprovalFact>> = { approvedAt: "decidedAt", approval: "reference" };

// ApprovalStage
export const security: ApprovalStage = { by: approvers("Security"), need: 2 };

// Approvers
export const partnerDesk: Approvers = approvers("Partners", "lee@contoso.com");

// Attributes
export const ofKim: Attributes = { displayName: "Kim Lee", extension_Seats: 4, extension_Newsletter: true };

// AttributeName
export const shown: readonly AttributeName[] = ["jobTitle", "extension_PartnerNumber"];

// AttributesToSet
export const fixed: AttributesToSet = { country: "KR", extension_Seats: 4 };

// AttributeValue
export const seats: AttributeValue = 4;

// Authentication
export const signed: Authentication = {
  uses: [{ secret: "crm" }],
  headers: async (call) => ({ "x-contoso-token": await call.secret("crm") }),
};

// Block
export const closed: Block = {
  kind: "block",
  reason: "office-hours.closed",
  message: { en: "Sign-up is open from 8 to 18.", ko: "가입은 8시부터 18시까지 가능합니다." },
};

// CallableService
export const callable: CallableService<"crm"> = service("crm", { url: "https://crm.contoso.com" });

// CallValue
export const inPath: Readonly<Record<string, CallValue>> = { number: "P-118003", seats: 4 };

// ConnectorFlow
export const partnerFlow: ConnectorFlow = { userFlow: "B2X_1_Partner", gate: "partners" };

// Consequence
export const doubt: Consequence = "approval";

// Context
export function isListed({ findings }: Pick<Context, "findings">): boolean {
  return findings.listed === "allow";
}

// Continue
export const tagged: Continue = {
  kind: "continue",
  attributes: { extension_Tier: "gold" },
  findings: { tier: "gold" },
};

// CustomAttribute
export const topics: CustomAttribute = { type: "stringCollection", choices: { api: "API", billing: "Billing" } };

// DecidingStep
export const first: DecidingStep = "after-sign-in";

// Effect
export const once: Effect = {
  table: "ledger",
  item: { id: "ticket/4711" },
  condition: "absent",
  onConflict: { kind: "block", reason: "ticket.used", message: "This ticket is used." },
};

// EntraFlow
export const flows: readonly EntraFlow[] = [{ userFlow: "B2C_1_SignUp" }, { externalFlow: "Shop sign-up" }];

// EntraSetup
export const setup: EntraSetup = { tenant: "contoso.onmicrosoft.com", flows: [{ userFlow: "B2X_1_Partner" }] };

// ExperianOptions
export const crossCore: ExperianOptions = { tenantId: "contoso", countryCode: "alpha-2", timeoutMs: 1_200 };

// ExternalFlow
export const shopFlow: ExternalFlow = { externalFlow: "Shop sign-up", gate: "shop" };

// Fields
export const asked: Fields = { firstName: "Kim", lastName: "Lee", zip: "98101" };

// Findings
export const found: Findings = { listed: "allow", score: 3 };

// HttpOptions
const partner = v.object({ company: v.string() });
export const crm: HttpOptions<typeof partner> = {
  name: "crm",
  url: "https://crm.contoso.com/people/{email}",
  trust: ["mail", "google.com"],
  schema: partner,
  attributes: ({ company }) => ({ extension_Company: company }),
  timeoutMs: 1_000,
  onFailure: "continue",
};

// Identity
export const google: Identity = { issuer: "google.com", issuerAssignedId: "110248495921238986420", signInType: "federated" };

// IdologyOptions
export const expectId: IdologyOptions = { fields: { telephone: "extension_PhoneNumber" }, timeoutMs: 1_200 };

// Invalid
export const oddSeats: Invalid = {
  kind: "invalid",
  problems: [{ attribute: "extension_Seats", reason: "seats.odd", message: { en: "Seats come in pairs.", ko: "좌석은 짝수여야 합니다." } }],
};

// InvitedOptions
export const byMail: InvitedOptions = { by: ["address", "code"], days: 30, otherwise: "approval" };

// SurgeOptions
export const aWave: SurgeOptions = { max: 200, per: "1h" };

// NotDomainsOptions
export const nobodyOf: NotDomainsOptions = { subdomains: false };

// MinimumAgeOptions
export const grown: MinimumAgeOptions = { years: { default: 16, KR: 14 }, country: "country", order: "dmy" };

// AccessEnding
export const deleted: AccessEnding = { disable: 0, delete: 30 };
// AccessOptions
export const halfAYear: AccessOptions = { days: 180, remind: [30, 7], then: deleted, otherwise: "approval" };
// LimitOptions
export const slowly: LimitOptions = { by: "domain", windows: [{ max: 20, per: "1h" }], then: "approval" };

// LimitWindow
export const aDay: LimitWindow = { max: 60, per: "1d" };

// TermsOptions
export const inTwoLanguages: TermsOptions = { version: "2026-01", files: { en: "terms.en.md", ko: "terms.ko.md" } };

// TermsDueOptions
export const asAttribute: TermsDueOptions = { claim: "extension_TermsDue" };

// LookupOptions
export const companyOnly: LookupOptions = { only: ["extension_Company"], notFound: "ask-again" };

// OAuthOptions
export const token: OAuthOptions = { tokenUrl: "https://login.contoso.com/token", scope: "partners.read", credentialsIn: "body" };

// OfKnownAttributes
export function check<Members>(schema: Members & OfKnownAttributes<Members>): Members {
  return schema;
}

// AccountDirectory
export const staff: AccountDirectory = {
  uses: [service("hr", { url: "https://hr.contoso.com" })],
  accountsOf: async (email, { services }) =>
    (await services.call("hr", { path: "/people/{email}", params: { email }, absent: [404] })) === undefined ? [] : [employee],
};

// AccountInDirectory
export const employee: AccountInDirectory = { identities: [], isMember: true };

// EntraDirectoryOptions
export const ourTenant: EntraDirectoryOptions = {
  tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45",
  tenantDomain: "contoso.onmicrosoft.com",
};

// OneAccountOptions
export const oneEach: OneAccountOptions = { trust: ["mail", "google.com"], names: { "https://id.contoso.com": "Contoso ID" }, days: 365 };

// OnlyDomainsOptions
export const domains: OnlyDomainsOptions = { subdomains: true, trust: ["mail", "google.com"] };

// PartnersOptions
export const ofPartners: PartnersOptions = { otherwise: "approval", trust: ["mail", "google.com"] };

// PermittedValueOptions
export const codes: PermittedValueOptions = { list: "codes", spaces: "remove", uses: 1, guessesPerDay: 3 };

// Policy
export function rulesIn({ rules }: Policy): number {
  return rules.length;
}

// Problem
export const missing: Problem = { attribute: "extension_Seats", reason: "attribute.required" };

// ProfilesOptions
export const known: ProfilesOptions = { trust: ["mail", "google.com"] };

// Put
export const ticket: Put = { table: "ledger", item: { id: "ticket/4711" }, condition: "absent" };

// RecordKey
export const contoso: RecordKey = { table: "accessList", key: { entry: "contoso.com" } };

// Records
export function noteOn(records: Records, key: RecordKey): unknown {
  return records.get(key)?.note;
}

// RequestApprovalOptions
export const approval: RequestApprovalOptions = {
  unless: ({ findings }) => findings.listed === "allow",
  then: "continue",
  unproven: "block",
  passDays: 3,
  show: ["jobTitle"],
};

// Reserve
export const seat: Reserve = { table: "ledger", key: { id: "event/42" }, slots: "people", holder: "a hash of the person", atMost: 20 };

// Row
export function noteIn(row: Row): string {
  return typeof row.note === "string" ? row.note : "";
}

// Rule
export const evenSeats: Rule<"before-create-user"> = defineRule({
  name: "even-seats",
  asks: ["extension_Seats"],
  decide: ({ attributes }): Verdict<"before-create-user"> =>
    Number(attributes.extension_Seats) % 2 === 0
      ? { kind: "continue" }
      : { kind: "invalid", problems: [{ attribute: "extension_Seats", reason: "seats.odd", message: "Seats come in pairs." }] },
});

// ServiceOptions
export const contosoCrm: ServiceOptions = { url: "https://crm.contoso.com/api", authentication: bearer("crm"), timeoutMs: 1_000 };

// ServiceRequest
export const partnerByNumber: ServiceRequest = { path: "/partners/{number}", params: { number: "P-118003" }, absent: [404] };

// Services
export async function keyOf(services: Pick<Services, "secret">): Promise<string> {
  return await services.secret("crm");
}

// SignUp
export const isKorean = ({ locales }: SignUp): boolean => locales[0]?.startsWith("ko") ?? false;

// SingleAttributeName
export const code: SingleAttributeName = "extension_PartnerNumber";

// Situation
export const isAllowed = ({ findings }: Situation): boolean => findings.listed === "allow";

// SponsorOptions
export const typedSponsor: SponsorOptions = { attribute: "extension_Sponsor", domains: ["contoso.com"] };

// Step
export const lastStep: Step = "before-sending-token";

// StepOptions
export const words: StepOptions = {
  messages: { "access-list.denied": { en: "Write to it@contoso.com.", ko: "it@contoso.com에 문의하세요." } },
  labels: { extension_Seats: { en: "Seats", ko: "좌석 수" } },
  deadlineMs: 5_000,
  eventAttributes: ["extension_Seats"],
};

// TenantAttributes
export const attributesOfTheTenant: TenantAttributes = {};

// Text
export const sorry: Text = { en: "Write to it@contoso.com.", ko: "it@contoso.com에 문의하세요.", "pt-BR": "Escreva para it@contoso.com." };

// TextAttributeName
export const named: TextAttributeName = "displayName";

// UpstreamFailure
export const slow: UpstreamFailure = { service: "crm", kind: "timeout" };

// UpstreamFailureKind
export const kindOf = (status: number): UpstreamFailureKind => (status === 429 ? "throttled" : "failed");

// Use
export const uses: readonly Use[] = [
  { table: "accessList", access: "read" },
  { secret: "crm", shape: { username: "gatehouse", password: "the password" } },
  { service: "crm", timeLimitMs: 800 },
];

// Verdict
export const answers: readonly Verdict<"before-create-user">[] = [
  { kind: "continue", attributes: { country: "KR" } },
  { kind: "block", reason: "contract.ended", message: "Your contract has ended." },
  { kind: "invalid", problems: [{ attribute: "city", reason: "attribute.required" }] },
];

// Verification
export const confirmed: Verification = { kind: "verified", vendorReference: "4711", code: "ok" };

// VerifyIdentityOptions
export const careful: VerifyIdentityOptions = { review: "approval", unavailable: "block", attemptsPerDay: 2 };

// Write
export const writes: readonly Write[] = [
  { table: "ledger", item: { id: "ticket/4711" }, condition: "absent" },
  { table: "ledger", key: { id: "event/42" }, slots: "people", holder: "a hash of the person", atMost: 20 },
];
