/** Everything a policy may use. */
export { type AccessListOptions, accessList } from "./rules/access-list/access-list";
export { assign } from "./rules/assign";
export { type Formatter, format, lowerCase, titleCase, trim, upperCase } from "./rules/format";
export { type OnlyDomainsOptions, onlyDomains } from "./rules/only-domains";
export { shadow } from "./rules/shadow";
export { validate } from "./rules/validate";
export { afterSignIn, beforeCreateUser, type Policy, type StepOptions } from "./sign-up/policy";
export { type Context, defineRule, type RecordKey, type Records, type Rule, type Services, type Use } from "./sign-up/rule";
export type { Attributes, AttributeValue, Identity, SignUp, Step } from "./sign-up/sign-up";
export type { Text } from "./sign-up/text";
export type { Block, Continue, Effect, Findings, Invalid, Problem, Verdict } from "./sign-up/verdict";
