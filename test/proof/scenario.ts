/**
 * What the two engines are asked: plain data, so that a scenario can be printed, kept and made smaller. A scenario is one policy,
 * what its tables hold, and what happens in order.
 */
export interface Scenario {
  readonly policy: PolicySpec;
  readonly rows: Rows;
  readonly events: readonly Happening[];
}

export interface PolicySpec {
  readonly rules: Readonly<Record<StepName, readonly (RuleSpec | Admits)[]>>;
  readonly messages: Readonly<Record<string, TextSpec>>;
  readonly labels: Readonly<Record<string, TextSpec>>;
  /** Of each step without `admit`; undefined where the policy does not say it. */
  readonly trust: Readonly<Record<StepName, Trust | undefined>>;
}

/** Providers whose word for an address counts. */
export type Trust = readonly string[] | "any";

export type StepName = "after-sign-in" | "before-create-user";
/** One text for all, or one for each language. */
export type TextSpec = string | Readonly<Record<string, string>>;
export type Value = string | number | boolean;
export type Values = Readonly<Record<string, Value>>;
export type TableRow = Readonly<Record<string, Value>>;

export interface Rows {
  readonly accessList: readonly TableRow[];
  readonly referenceData: readonly TableRow[];
  readonly profiles: readonly TableRow[];
  /** Partners' domains and how gates are set. */
  readonly decisions: readonly TableRow[];
}

/** A rule by its public name, with its arguments; functions are named. */
export type RuleSpec =
  | { readonly rule: "accessList"; readonly options: ListOptions }
  | { readonly rule: "onlyDomains"; readonly domains: readonly string[]; readonly options: DomainOptions }
  | { readonly rule: "notDomains"; readonly domains: readonly string[]; readonly options: NotDomainOptions }
  | { readonly rule: "onlyApplications"; readonly ids: readonly string[] }
  | { readonly rule: "onlyProviders"; readonly providers: readonly string[] }
  | { readonly rule: "format"; readonly attributes: Readonly<Record<string, FormatterName>> }
  | { readonly rule: "assign"; readonly attributes: Values }
  | { readonly rule: "validate"; readonly attributes: Readonly<Record<string, FieldSpec>> }
  | { readonly rule: "permittedValue"; readonly attribute: string; readonly options: ValueOptions }
  | { readonly rule: "lookup"; readonly trust?: readonly string[]; readonly options: FoundOptions }
  | { readonly rule: "prefill"; readonly trust?: readonly string[] }
  | { readonly rule: "partners"; readonly options: PartnerOptions }
  | { readonly rule: "limit"; readonly options: LimitSpec }
  | { readonly rule: "terms"; readonly attribute: string; readonly options: TermsSpec }
  | { readonly rule: "minimumAge"; readonly attribute: string; readonly options: AgeSpec }
  | { readonly rule: "oneAccount"; readonly options: { readonly trust?: readonly string[]; readonly lasts?: Days } }
  | { readonly rule: "invited"; readonly options: InvitedSpec }
  | {
      readonly rule: "expiry";
      readonly options: {
        readonly lasts: Days;
        readonly idle?: Days;
        readonly askGraph?: boolean;
        readonly unredeemed?: Days;
        readonly otherwise?: "approval" | "block";
        readonly trust?: readonly string[];
      };
    }
  | { readonly rule: "surge"; readonly options: { readonly max: number; readonly per: string } }
  | { readonly rule: "shadow"; readonly of: RuleSpec }
  | { readonly rule: "approvalStatus"; readonly unless?: "allowed" }
  | { readonly rule: "requestApproval"; readonly options: ApprovalSpec };

/** A preset that stands for rules. */
export interface Admits {
  readonly rule: "admit";
  readonly options: AdmitSpec;
}

export interface AdmitSpec {
  readonly everyoneElse: "approval" | "waitlist" | "block" | "continue";
  readonly trust: Trust;
  readonly listed?: boolean;
  readonly classes?: ListOptions["classes"];
  readonly domains?: readonly string[];
  readonly subdomains?: boolean;
  readonly partners?: boolean;
  readonly invited?: boolean | Pick<InvitedSpec, "by" | "lasts">;
  readonly limit?: LimitSpec;
  readonly approval?: Omit<ApprovalSpec, "unless" | "when">;
}

export type Spec<Name extends RuleSpec["rule"]> = Extract<RuleSpec, { readonly rule: Name }>;

export type FormatterName = "titleCase" | "trim" | "upperCase" | "lowerCase";

export interface ListOptions {
  readonly otherwise?: "block" | "continue";
  readonly allows?: boolean;
  readonly classes?: readonly ("disposable" | "relay" | "consumer")[];
  readonly trust?: readonly string[];
}

export interface NotDomainOptions {
  readonly subdomains?: boolean;
  readonly except?: readonly string[];
}

export interface DomainOptions {
  readonly otherwise?: "block" | "continue";
  readonly unless?: "allowed";
  readonly subdomains?: boolean;
  readonly trust?: readonly string[];
}

export interface ValueOptions {
  readonly list?: string;
  readonly case?: "ignore" | "exact";
  readonly spaces?: "collapse" | "remove" | "exact";
  readonly optional?: boolean;
  readonly maxUses?: number;
  readonly usedUp?: "ask-again" | "approval";
  readonly guessesPerDay?: number;
}

export interface FoundOptions {
  readonly only?: readonly string[];
  readonly notFound?: "block" | "ask-again" | "leave-empty" | "continue";
  readonly untrusted?: "block" | "leave-empty" | "continue";
}

export interface PartnerOptions {
  readonly unless?: "allowed";
  readonly otherwise?: "block" | "continue" | "approval";
  readonly trust?: readonly string[];
}

export interface LimitSpec {
  readonly by: "mailbox" | "domain" | "organisation" | "issuer" | "application" | "network" | "gate";
  readonly windows: readonly { readonly max: number; readonly per: string }[];
  readonly then?: "block" | "approval" | "observe";
  readonly name?: string;
}

export interface AgeSpec {
  readonly years: number | (Readonly<Record<string, number>> & { readonly default: number });
  readonly order?: "dmy" | "mdy" | "ymd";
  readonly keep?: boolean;
  readonly instead?: string;
}

/** As the model reads it, by itself. */
export type Days = `${number}d`;

export const countDays = (text: Days): number => Number(text.slice(0, -1));

export interface InvitedSpec {
  readonly by?: readonly ("address" | "code")[];
  readonly lasts?: Days;
  readonly otherwise?: "approval" | "waitlist" | "block" | "continue";
  readonly unless?: "allowed";
  readonly trust?: readonly string[];
}

export interface TermsSpec {
  readonly version: string;
  /** Of the text, a file for each. */
  readonly languages: readonly string[];
  readonly ticked?: string;
}

export interface ApprovalSpec {
  /** "listed": for `unless`, whom the list allows; "unlisted": for `when`, everybody else. */
  readonly unless?: "listed" | "allowed";
  readonly when?: "unlisted" | "approval";
  readonly then?: "provision" | "continue";
  readonly answerWithin?: Days;
  readonly askAgainAfter?: Days | "never";
  readonly passFor?: Days;
  readonly unproven?: "block" | "provision";
}

/** A text with bounds. */
export interface FieldSpec {
  readonly optional?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly email?: boolean;
}

export type Happening = SignUpCall | Doing;

/** What others do between calls. */
export type Doing = ApproverSays | Invites | Ends;

/** Somebody invites, takes the invitation back, or the worker has ended somebody's access. */
export interface Invites {
  readonly at: number;
  readonly invite: string;
  readonly gate?: string;
  readonly code: string;
  readonly days: number;
}

export interface Ends {
  readonly at: number;
  readonly end: "invitation" | "access";
  readonly of: string;
  readonly gate?: string;
}

export const isCall = (each: Happening): each is SignUpCall => "tenant" in each;

/** An approver decides on a request: the first that was made, the second … */
export interface ApproverSays {
  readonly at: number;
  readonly decide: "approve" | "deny";
  readonly request: number;
}

/** One request of Entra's. */
export interface SignUpCall {
  readonly at: number;
  readonly step: StepName;
  readonly tenant: "workforce" | "b2c" | "external-tenant";
  readonly email: string;
  /** `mail`, `entra`, or the provider's name. */
  readonly issuer: string;
  readonly accountId: string;
  readonly attributes: Values;
  /** What an external tenant's form collects beside `attributes`. */
  readonly collects: readonly string[];
  readonly locales: readonly string[];
  readonly application: string;
  readonly ipAddress: string;
  /** Where an external tenant sends the address of an account at a provider. */
  readonly address: "identity" | "attribute" | "none";
  readonly journey: string;
  /** Undefined for the gate without a name. */
  readonly gate?: string;
  /** Tables that cannot be read or written meanwhile. */
  readonly unread?: readonly TableId[];
  readonly unwritten?: readonly TableId[];
}

export type TableId = keyof Rows | "ledger" | "approvals";

/** What a person and the tables get of a call, as far as both engines must agree. */
export interface Outcome {
  readonly kind: "continue" | "block" | "invalid";
  readonly reasons: readonly string[];
  /** Attributes that the answer changes, by short name. */
  readonly attributes: Values;
  /** What the person reads, without the reference code; by field, in an external tenant. */
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly kept: Kept;
}

/**
 * What is kept afterwards, by meaning: how many people used each code, were let in within each window and accepted each text, the
 * requests' states, and how gates are set.
 */
export interface Kept {
  readonly used: readonly string[];
  readonly admitted: readonly string[];
  readonly requests: readonly string[];
  readonly terms: readonly string[];
  readonly gates: readonly string[];
}
