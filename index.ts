/** Everything a policy may use. */

export { type ApiKeyOptions, type Authentication, apiKey, basic, bearer } from "./adapters/vendors/http/authentication";
export { type HttpOptions, http } from "./adapters/vendors/http/http-source";
export { type OAuthOptions, oauth } from "./adapters/vendors/http/oauth";
export { type CallableService, type ServiceOptions, service } from "./adapters/vendors/http/service";
export { addressOf } from "./engine/sign-up/email";
export { isDown, UpstreamError } from "./engine/sign-up/failure";
export {
  type ApprovalAnswer,
  type AskAnswer,
  approval,
  ask,
  type BlockAnswer,
  type BlockDetails,
  block,
  defineRule,
  type PassAnswer,
  type PassDetails,
  pass,
  type RuleAnswer,
  type RuleContext,
  type RuleDeclarations,
  type RuleEffect,
} from "./engine/sign-up/own-rule";
export { afterSignIn, beforeCreateUser, beforeSendingToken, type Policy, type StepOptions } from "./engine/sign-up/policy";
export type { AnyShared, RecordKey, Records, Row, Rule, Services, SharedRule, Situation, Use } from "./engine/sign-up/rule";
export type { CallValue, ServiceRequest, UpstreamFailure, UpstreamFailureKind } from "./engine/sign-up/service";
export type { Application, Attributes, AttributeValue, DecidingStep, Identity, SignUp, Step } from "./engine/sign-up/sign-up";
export type { Fields, IdentityVerifier, Verification } from "./engine/sign-up/source";
export { NotAsked, type Source } from "./engine/sign-up/source";
// `export *` lets an app add to an interface of this module.
export * from "./engine/sign-up/tenant-attributes";
export { type Text, text } from "./engine/sign-up/text";
export { addressProven } from "./engine/sign-up/trust";
export type { Findings, Put, Reserve, Write } from "./engine/sign-up/verdict";
export { type AccessListOptions, accessList } from "./features/access-list/rule";
export { type AdmitOptions, admit } from "./features/admit/preset";
export { type ApprovalClaimsOptions, type ApprovalFact, approvalClaims } from "./features/approvals/approval-claims";
export { type ApprovalStatusOptions, approvalStatus } from "./features/approvals/approval-status";
export { type ApprovalStage, type Approvers, approvers, type SponsorOptions, sponsor } from "./features/approvals/approvers";
export { type ApprovalOptions, type RequestApprovalOptions, requestApproval } from "./features/approvals/request-approval";
export { assign } from "./features/assign/rule";
export { type Country, countryOf } from "./features/countries/countries";
export {
  type ConnectorFlow,
  type CustomAttribute,
  type EntraCloudName,
  type EntraFlow,
  type EntraSetup,
  type ExternalFlow,
  entraSetup,
} from "./features/entra/setup";
export { type ExpiryEnding, type ExpiryOptions, expiry } from "./features/expiry/rule";
export { type Formatter, format, lowerCase, titleCase, trim, upperCase } from "./features/format/rule";
export { type InvitedOptions, invited } from "./features/invitations/rule";
export type { LanguageTexts } from "./features/languages/language-texts";
export { type LimitOptions, type LimitWindow, limit } from "./features/limit/rule";
export { type LookupOptions, lookup } from "./features/lookup/rule";
export { mailFacts } from "./features/mail-facts/client";
export { type MinimumAgeOptions, minimumAge } from "./features/minimum-age/rule";
export { type NotDomainsOptions, notDomains } from "./features/not-domains/rule";
export { type EntraDirectoryOptions, entraDirectory } from "./features/one-account/client";
export { type AccountDirectory, type AccountInDirectory, type OneAccountOptions, oneAccount } from "./features/one-account/rule";
export { onlyApplications } from "./features/only-applications/rule";
export { type OnlyDomainsOptions, onlyDomains } from "./features/only-domains/rule";
export { onlyProviders } from "./features/only-providers/rule";
export { type PartnersOptions, partners } from "./features/partners/rule";
export type { PermittedValueOptions } from "./features/permitted-value/options";
export { permittedValue } from "./features/permitted-value/rule";
export { type SurgeOptions, surge } from "./features/posture/rule";
export { type PrefillOptions, prefill } from "./features/profiles/prefill";
export { type ProfilesOptions, profiles } from "./features/profiles/profiles";
export { shadow } from "./features/shadow/rule";
export { type TermsOptions, terms } from "./features/terms/rule";
export { type TermsDueOptions, termsDue } from "./features/terms/terms-due";
export { validate } from "./features/validate/rule";
export { type ExperianOptions, experian } from "./features/verify-identity/client/experian";
export { type IdologyOptions, idology } from "./features/verify-identity/client/idology";
export { type Consequence, type VerifyIdentityOptions, verifyIdentity } from "./features/verify-identity/rule";
