import type { Case } from "../../../local/cases/format";

/** What a policy's text says, and what the hostile people make of it. */
interface Promised {
  readonly policies: readonly string[];
  /** Whom its text lets in. */
  readonly promise: string;
  /** Somebody whom it lets in. */
  readonly welcome: Omit<Partial<Case>, "request" | "rows"> & {
    readonly request?: Partial<NonNullable<Case["request"]>>;
    readonly rows?: Readonly<Record<string, readonly object[]>>;
  };
  /** The hostile people that get in, as the text says. */
  readonly letsIn: readonly string[];
}

/** No word of the policy is about who proves an address. */
const anyProvider = ["a Facebook account", "an Entra account", "a passcode sent elsewhere", "a Google account", "an external tenant"];
/** Of those who show an address, the ones that prove it. */
const proven = ["a Google account", "an external tenant"];
/** With `trust: "any"`. A passcode that went elsewhere is no provider's word. */
const anyWord = ["a Facebook account", "an Entra account", ...proven];
/** The policy is for people of any address. */
const anyAddress = [
  "another address",
  "an address of free mail",
  "an address of throw-away mail",
  "a subdomain",
  "a domain that begins alike",
  "a domain that ends alike",
];
/** The policy is for people of any organisation. */
const organisations = ["another address", "a subdomain", "a domain that begins alike", "a domain that ends alike"];
/** They change nothing that the policy looks at. */
const circumstances = ["a +tag", "another application", "at night"];
/** The list has them wait for a person's word: an invitation is one. */
const waiting = ["whom the list has wait", "whose provider the list has wait"];
/** The policy does not ask the list. */
const withoutList = ["denied by the list", "denied in another spelling", "whose provider the list denies", ...waiting];
/** All of them are the United States. */
const unitedStates = [
  "country USA",
  "country US",
  "country us",
  "country United States ",
  "country United States of America",
  "country Vereinigte Staaten",
  "country États-Unis",
  "country 미국",
];
/** Without an answer of the DNS, what was known before counts. */
const withoutDns = [
  "dns answers 401",
  "dns answers 500",
  "dns answers HTML",
  "dns answers other JSON",
  "dns answers {}",
  "dns does not answer in time",
  "dns is down",
];

const allowed = { accessList: [{ entry: "contoso.com", effect: "allow" }] };
const address = {
  givenName: "Kim",
  surname: "Lee",
  streetAddress: "12 Harbour Road",
  city: "Seattle",
  state: "Washington",
  postalCode: "98101",
  country: "United States",
};
const idologyConfirms = {
  idology: { body: "<response><id-number>1</id-number><summary-result><key>id.success</key></summary-result></response>" },
};
const experianConfirms = {
  experian: {
    body: {
      responseHeader: { responseType: "INFO", responseCode: "R0201", expRequestId: "RB1", overallResponse: { decision: "CONTINUE" } },
      clientResponsePayload: {},
    },
  },
};
const knownDomain = {
  ledger: [
    { id: "mail-facts/contoso.com", mx: "yes", mailHost: "outlook.com", firstSeen: "2026-01-10T09:00:00Z", at: "2026-06-01T01:00:00Z" },
  ],
};
const token = {
  request: { tenant: "b2c", issuer: "google.com" },
  rows: { profiles: [{ person: "kim@contoso.com", company: "Contoso", roles: ["buyer"], extension_PartnerNumber: "P-118003" }] },
} as const;

/** By page and number of the policy on it, or by sample; a step that only gives values has its name behind that. */
export const promises: readonly Promised[] = [
  {
    policies: ["policy"],
    promise: "people that the list allows, by every provider's word",
    welcome: { rows: allowed, request: { attributes: { displayName: "Kim" } } },
    letsIn: [
      ...anyWord,
      ...circumstances,
      "no attribute",
      "empty attributes",
      "blank attributes",
      "capitals",
      "a zero-width space",
      "another value",
      "no displayName",
    ],
  },
  {
    policies: ["docs/events.md #1", "docs/policy.md #3", "docs/languages.md #1", "samples/policies/casing"],
    promise: "people that the list allows, with a proven address",
    welcome: { rows: allowed },
    letsIn: [...proven, ...circumstances],
  },
  {
    policies: ["README.md #1"],
    promise: "people of contoso.com or the list with a proven address who name a job title",
    welcome: { request: { attributes: { jobTitle: "Buyer" } } },
    letsIn: [...proven, ...circumstances, "capitals", "a zero-width space", "another value"],
  },
  {
    policies: ["docs/approvals.md #1"],
    promise: "people that the list allows, with a proven address; everybody else waits for an approver",
    welcome: { rows: allowed },
    letsIn: [...proven, ...circumstances],
  },
  {
    policies: ["samples/policies/approval", "samples/policies/template"],
    promise: "people that the list allows, with a proven address; everybody else waits for an approver",
    welcome: { rows: allowed },
    letsIn: [...proven, ...circumstances],
  },
  {
    policies: ["docs/approvals.md #2"],
    promise: "invited people, with a proven address; everybody else waits for an approver",
    welcome: { earlier: "invited" },
    letsIn: [...proven, ...withoutList, "another application", "at night"],
  },
  {
    policies: ["docs/approvals.md #3"],
    promise: "people that Experian confirms",
    welcome: { request: { attributes: address }, answers: experianConfirms },
    letsIn: [
      ...anyProvider,
      ...anyAddress,
      ...circumstances,
      ...withoutList,
      ...unitedStates,
      "an address that was only typed",
      "capitals",
      "a zero-width space",
      "no state",
    ],
  },
  {
    policies: ["docs/recipes/experian.md #1", "samples/policies/experian"],
    promise: "people that Experian confirms and the list does not deny",
    welcome: { request: { attributes: address }, answers: experianConfirms },
    letsIn: [...anyProvider, ...anyAddress, ...circumstances, ...unitedStates, "capitals", "a zero-width space", "no state"],
  },
  {
    policies: ["docs/recipes/idology.md #1", "samples/policies/idology"],
    promise: "people that IDology confirms and the list does not deny",
    welcome: { request: { attributes: address }, answers: idologyConfirms },
    letsIn: [
      ...anyProvider,
      ...anyAddress,
      ...circumstances,
      ...unitedStates,
      "capitals",
      "no city",
      "no state",
      "no postalCode",
      "no country",
    ],
  },
  {
    policies: ["docs/recipes/idology.md #2"],
    promise: "people that IDology confirms, and of known other countries those whom an approver approves",
    welcome: { request: { attributes: address }, answers: idologyConfirms },
    letsIn: [
      ...anyProvider,
      ...anyAddress,
      ...circumstances,
      ...unitedStates,
      "capitals",
      "no city",
      "no state",
      "no postalCode",
      "no country",
    ],
  },
  {
    policies: ["samples/policies/vendor-then-person"],
    promise: "people that IDology confirms; those it doubts wait for an approver",
    welcome: { request: { attributes: address }, answers: idologyConfirms },
    letsIn: [
      ...anyProvider,
      ...anyAddress,
      ...circumstances,
      ...withoutList,
      ...unitedStates,
      "an address that was only typed",
      "capitals",
      "no city",
      "no state",
      "no postalCode",
      "no country",
    ],
  },
  {
    policies: ["docs/coming-from.md #1"],
    promise: "people of two companies by code, Google or Entra, with a job title of five letters",
    welcome: { request: { attributes: { jobTitle: "Buyer" } } },
    letsIn: [...proven, ...circumstances, ...withoutList, "an Entra account", "capitals", "a zero-width space", "another value"],
  },
  {
    policies: ["docs/expiry.md #1", "samples/policies/expiry"],
    promise: "everybody whom the list does not deny, for half a year",
    welcome: {},
    letsIn: [...anyProvider, ...anyAddress, ...circumstances],
  },
  {
    policies: ["docs/guests.md #1", "docs/invitations.md #1", "samples/policies/guests", "samples/policies/invitations"],
    promise: "invited people; everybody else waits for an approver",
    welcome: { earlier: "invited" },
    letsIn: [...proven, ...waiting, "another application", "at night"],
  },
  {
    policies: ["samples/policies/who-invited"],
    promise: "people with an invitation to their proven address, and of the list",
    welcome: { earlier: "invited" },
    letsIn: [...proven, "another application", "at night"],
  },
  {
    policies: ["docs/languages.md #2"],
    promise: "people that the list allows who name a job title",
    welcome: { rows: allowed, request: { attributes: { jobTitle: "Buyer" } } },
    letsIn: [...proven, ...circumstances, "capitals", "a zero-width space", "another value"],
  },
  {
    policies: ["docs/partners.md #1", "samples/policies/partners"],
    promise: "people of a proven partner with a proven address",
    welcome: { rows: { decisions: [{ reference: "partner", id: "contoso.com", state: "proven" }] } },
    letsIn: [...proven, ...circumstances, ...withoutList],
  },
  {
    policies: ["docs/policy.md #1"],
    promise: "people of two companies, of the list, or invited, with a proven address and a job title",
    welcome: { request: { attributes: { jobTitle: "Buyer" } } },
    letsIn: [...proven, ...circumstances, "capitals", "a zero-width space", "another value"],
  },
  {
    policies: ["docs/policy.md #2"],
    promise: "people of two companies, of the list, or invited, with a proven address and a job title",
    welcome: { request: { attributes: { jobTitle: "Buyer" } } },
    letsIn: [...proven, ...circumstances, "capitals", "a zero-width space", "another value"],
  },
  {
    policies: ["docs/own-rule.md #1"],
    promise: "people of the list from 8 to 18 UTC, by code or Google",
    welcome: { rows: allowed, now: "2026-06-15T12:00:00Z" },
    letsIn: [...proven, "a +tag", "another application"],
  },
  {
    policies: ["samples/policies/office-hours"],
    promise: "people of the list, on workdays from 9 to 18 in Seoul",
    welcome: { rows: allowed },
    letsIn: [...proven, "a +tag", "another application"],
  },
  {
    policies: ["docs/own-rule.md #2"],
    promise: "proven addresses that end in .kr; an approver decides on others",
    welcome: { request: { email: "kim@contoso.kr" } },
    letsIn: [...proven, ...circumstances, ...withoutList, "a subdomain", "a domain that ends alike"],
  },
  {
    policies: ["docs/posture.md #1"],
    promise: "everybody whom the list does not deny, until too many come",
    welcome: {},
    letsIn: [...anyProvider, ...anyAddress, ...circumstances],
  },
  {
    policies: ["docs/recipes/age.md #1", "samples/policies/minimum-age"],
    promise: "people who type a date of birth sixteen years ago",
    welcome: { request: { attributes: { extension_Born: "1999-12-31" } } },
    letsIn: [
      ...anyProvider,
      ...anyAddress,
      ...circumstances,
      ...withoutList,
      "an address that was only typed",
      "capitals",
      "a zero-width space",
    ],
  },
  {
    policies: ["docs/recipes/approver-by-code.md #1"],
    promise: "people that the list allows, with a proven address and a partner's code; others with a code wait for its approver",
    welcome: {
      rows: { ...allowed, referenceData: [{ list: "extension_PartnerCode", value: "CONTOSO-7F3KQ29XMD" }] },
      request: { attributes: { extension_PartnerCode: "CONTOSO-7F3KQ29XMD" } },
    },
    letsIn: [...proven, ...circumstances, "capitals"],
  },
  {
    policies: ["docs/recipes/call-a-service.md #1", "samples/policies/services"],
    promise: "people with the number of an active partner",
    welcome: {
      request: { attributes: { extension_PartnerNumber: "P-118003" } },
      answers: { crm: [{ body: { company: "Contoso", active: true } }, { status: 201 }] },
    },
    letsIn: [...anyProvider, ...anyAddress, ...circumstances, "capitals"],
  },
  {
    policies: ["docs/recipes/call-a-service.md #2"],
    promise: "people that the list allows and the CRM does not block; only while the CRM is down, those that it might block",
    welcome: { rows: allowed, answers: { crm: { body: { status: "active" } } } },
    letsIn: [...proven, ...circumstances, "crm does not answer in time", "crm is down"],
  },
  {
    policies: ["docs/recipes/consumer-mail.md #1", "samples/policies/consumer-mail"],
    promise: "people of organisations by code, Google or Entra: no free mail, throw-away mail or relays",
    welcome: {},
    letsIn: [...proven, ...organisations, ...circumstances, ...withoutList, "an Entra account", "a passcode sent elsewhere"],
  },
  {
    policies: ["docs/recipes/consumer-mail.md #2"],
    promise: "any organisation, and what lists of free mail get wrong",
    welcome: { request: { email: "kim@bham.ac.uk" } },
    letsIn: [...anyProvider, ...organisations, ...circumstances, ...withoutList],
  },
  {
    policies: ["docs/recipes/consumer-mail.md #3"],
    promise: "any organisation, unless an entry denies it",
    welcome: {
      rows: {
        accessList: [
          { entry: "consumer", effect: "deny" },
          { entry: "disposable", effect: "deny" },
          { entry: "relay", effect: "deny" },
        ],
      },
    },
    letsIn: [...anyProvider, ...organisations, ...circumstances],
  },
  {
    policies: ["docs/recipes/consumer-mail.md #4"],
    promise: "people of schools and universities with a proven address",
    welcome: { request: { email: "kim@snu.ac.kr" } },
    letsIn: [...proven, ...circumstances, ...withoutList, "a subdomain", "a domain that ends alike"],
  },
  {
    policies: ["docs/recipes/limit.md #1", "samples/policies/limits"],
    promise: "twenty people an hour of each domain, and 300 in all",
    welcome: {},
    letsIn: [...anyProvider, ...anyAddress, ...circumstances],
  },
  {
    policies: ["docs/recipes/lookup.md #1", "samples/policies/lookup"],
    promise: "people with a proven address whom the CRM knows",
    welcome: { answers: { crm: { body: { jobTitle: "Buyer" } } } },
    letsIn: [...proven, ...anyAddress, ...circumstances],
  },
  {
    policies: ["docs/recipes/mail-facts.md #1", "samples/policies/mail-facts"],
    promise: "people with a proven address of a domain that takes mail and was seen before today",
    welcome: { rows: knownDomain, answers: { dns: { body: ["aspmx.l.google.com"] } } },
    letsIn: [...proven, ...circumstances, ...withoutDns],
  },
  {
    policies: ["docs/recipes/one-account.md #1", "samples/policies/one-account"],
    promise: "everybody whom the list does not deny, once with a proven address",
    welcome: {},
    letsIn: [...anyProvider, ...anyAddress, ...circumstances],
  },
  {
    policies: ["docs/recipes/one-account.md #2"],
    promise: "people with a proven address whom the list does not deny",
    welcome: {},
    letsIn: [...proven, ...anyAddress, ...circumstances],
  },
  {
    policies: ["docs/recipes/permitted-values.md #1", "samples/policies/permitted-values"],
    promise: "people with an invitation code, and a listed partner number or none",
    welcome: {
      rows: {
        referenceData: [
          { list: "extension_PartnerNumber", value: "P-118003" },
          { list: "extension_InvitationCode", value: "WELCOME-7F3K" },
        ],
      },
      request: { attributes: { extension_InvitationCode: "WELCOME-7F3K", extension_PartnerNumber: "P-118003" } },
    },
    letsIn: [...anyProvider, ...anyAddress, ...circumstances, "capitals", "no extension_PartnerNumber"],
  },
  {
    policies: ["docs/recipes/permitted-values.md #2"],
    promise: "people with a one-time passcode and an invitation code",
    welcome: {
      rows: { referenceData: [{ list: "extension_InvitationCode", value: "WELCOME-7F3K" }] },
      request: { attributes: { extension_InvitationCode: "WELCOME-7F3K" } },
    },
    letsIn: [...anyAddress, ...circumstances, ...withoutList, "a passcode sent elsewhere", "an external tenant", "capitals"],
  },
  {
    policies: ["samples/policies/invitation-codes"],
    promise: "people with an invitation code",
    welcome: {
      rows: { referenceData: [{ list: "extension_InvitationCode", value: "WELCOME-7F3K" }] },
      request: { attributes: { extension_InvitationCode: "WELCOME-7F3K" } },
    },
    letsIn: [...anyProvider, ...anyAddress, ...circumstances, ...withoutList, "an address that was only typed", "capitals"],
  },
  {
    policies: ["docs/recipes/permitted-values.md #3", "samples/policies/partner-codes"],
    promise: "people with a partner's code, twenty of each",
    welcome: {
      rows: { referenceData: [{ list: "extension_PartnerCode", value: "CONTOSO-7F3K-93FN", company: "Contoso Ltd" }] },
      request: { attributes: { extension_PartnerCode: "CONTOSO-7F3K-93FN" } },
    },
    letsIn: [...anyProvider, ...anyAddress, ...circumstances, ...withoutList, "an address that was only typed", "capitals"],
  },
  {
    policies: ["docs/recipes/prefill.md #1 after-sign-in", "samples/policies/prefill after-sign-in"],
    promise: "people with a proven address read their own profile in the form",
    welcome: { rows: { profiles: [{ person: "kim@contoso.com", city: "Seoul" }] } },
    letsIn: ["a Google account", "another application", "at night"],
  },
  {
    policies: ["docs/recipes/prefill.md #2", "samples/policies/prefill"],
    promise: "people with a profile for their proven address",
    welcome: { rows: { profiles: [{ person: "kim@contoso.com", extension_PartnerNumber: "P-118003" }] } },
    letsIn: [...proven, "another application", "at night"],
  },
  {
    policies: ["docs/recipes/quota.md #1", "samples/policies/quota"],
    promise: "people with a partner's code, three of each and ten of a domain",
    welcome: {
      rows: { referenceData: [{ list: "extension_PartnerCode", value: "CONTOSO-7F3KQ29XMD", approver: "lee@fabrikam.com" }] },
      request: { attributes: { extension_PartnerCode: "CONTOSO-7F3KQ29XMD" } },
    },
    letsIn: [...anyProvider, ...anyAddress, ...circumstances, "capitals"],
  },
  {
    policies: ["docs/recipes/terms.md #1", "samples/policies/terms"],
    promise: "everybody who ticks the box and whom the list does not deny",
    welcome: { request: { attributes: { extension_Terms: true } } },
    letsIn: [...anyProvider, ...anyAddress, ...circumstances, "capitals", "a zero-width space", "another value"],
  },
  {
    policies: ["docs/recipes/terms.md #1 before-sending-token", "samples/policies/terms before-sending-token"],
    promise: "nobody is stopped: a claim says what they have not accepted",
    welcome: token,
    letsIn: [...anyProvider, ...anyAddress, ...circumstances, ...withoutList, "an address that was only typed"],
  },
  {
    policies: ["docs/tokens.md #1 before-sending-token"],
    promise: "the profile of the token's own person alone",
    welcome: token,
    letsIn: [...withoutList, "a passcode sent elsewhere", "a Google account", "another application", "at night"],
  },
  {
    policies: ["samples/policies/tokens before-sending-token"],
    promise: "the profile of the token's own person; everybody gets the portal's name",
    welcome: token,
    letsIn: [...anyProvider, ...anyAddress, ...circumstances, ...withoutList, "an address that was only typed"],
  },
  {
    policies: ["samples/policies/tokens"],
    promise: "everybody whom the list does not deny",
    welcome: {},
    letsIn: [...anyProvider, ...anyAddress, ...circumstances],
  },
  {
    policies: ["samples/policies/applications"],
    promise: "people of the shop whom the list does not deny; of the portal, those it allows",
    welcome: { request: { tenant: "b2c", application: "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33" } },
    letsIn: [...anyProvider, ...anyAddress, "a +tag", "at night"],
  },
  {
    policies: ["samples/policies/approval-continue"],
    promise: "people whom an approver approved, with a proven address",
    welcome: { earlier: "approved" },
    letsIn: [...proven, ...withoutList, "another application", "at night"],
  },
  {
    policies: ["samples/policies/domains"],
    promise: "people of named domains with a proven address",
    welcome: {},
    letsIn: [...proven, ...circumstances, "a subdomain"],
  },
  {
    policies: ["samples/policies/who-domains"],
    promise: "people of named domains with a proven address",
    welcome: {},
    letsIn: [...proven, ...circumstances],
  },
  {
    policies: ["samples/policies/job-titles"],
    promise: "people that the list allows, with a known job title",
    welcome: { rows: allowed, request: { attributes: { jobTitle: "Buyer" } } },
    letsIn: [...proven, ...circumstances, "capitals"],
  },
  {
    policies: ["samples/policies/newcomers"],
    promise: "people of organisations by code, Google or Entra who are old enough, accept the terms, and are seen for the first time",
    welcome: {
      request: { attributes: { extension_Born: "1999-12-31", extension_Terms: true } },
    },
    letsIn: [
      ...proven,
      ...organisations,
      ...circumstances,
      "an Entra account",
      "a passcode sent elsewhere",
      "capitals",
      "a zero-width space",
    ],
  },
  {
    policies: ["samples/policies/partner-numbers"],
    promise: "people with a number that the CRM knows as active",
    welcome: {
      request: { attributes: { extension_PartnerNumber: "P-118003" } },
      answers: { crm: { body: { partnerNumber: "P-118003", company: "Contoso", active: true } } },
    },
    letsIn: [
      ...anyProvider,
      ...anyAddress,
      ...circumstances,
      ...withoutList,
      "an address that was only typed",
      "capitals",
      "a zero-width space",
      "another value",
    ],
  },
  {
    policies: ["samples/policies/postal-codes"],
    promise: "people that the list allows whose postal code fits their country",
    welcome: { rows: allowed, request: { attributes: { country: "United States", postalCode: "98101" } } },
    letsIn: [...proven, ...circumstances, ...unitedStates, "capitals"],
  },
  {
    policies: ["samples/policies/stages"],
    promise: "people that the list allows, with a proven address; everybody else waits",
    welcome: { rows: allowed },
    letsIn: [...proven, ...circumstances],
  },
  {
    policies: ["samples/policies/who-list"],
    promise: "people on the list with a proven address",
    welcome: { rows: allowed },
    letsIn: [...proven, ...circumstances],
  },
  {
    policies: ["samples/policies/who-open"],
    promise: "everybody whom the list does not deny, within limits",
    welcome: {},
    letsIn: [...anyProvider, ...anyAddress, ...circumstances],
  },
];
