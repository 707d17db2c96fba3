import type { IdentityVerifier, Source } from "../../../engine/sign-up/source";
import { accessList } from "../../../features/access-list/rule";
import { approvalClaims } from "../../../features/approvals/approval-claims";
import { approvers, sponsor } from "../../../features/approvals/approvers";
import { requestApproval } from "../../../features/approvals/request-approval";
import { assign } from "../../../features/assign/rule";
import { expiry } from "../../../features/expiry/rule";
import { format, trim } from "../../../features/format/rule";
import { invited } from "../../../features/invitations/rule";
import { limit } from "../../../features/limit/rule";
import { lookup } from "../../../features/lookup/rule";
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

// What somebody reads who starts a policy with a wrong option: the rule, the option, what it can be.

const code = "extension_Code" as never;
const born = "extension_Born" as never;
const files = { en: "terms.en.md" };
const windows = [{ max: 1, per: "1h" }];
const source: Source = { name: "crm", uses: [], find: () => undefined };
const vendor: IdentityVerifier = {
  name: "vendor",
  uses: [],
  fieldsOf: () => ({ fields: {} }),
  verify: async () => ({ kind: "review" }),
};
const current = terms(born, { version: "1", files });
const security = { by: approvers("Security") };
const addresses = (count: number) => Array.from({ length: count }, (_, index) => `a${index}@contoso.com`) as [string, ...string[]];

describe.each<{ rule: string; rows: readonly (readonly [string, () => unknown, ErrorConstructor?])[] }>([
  {
    rule: "accessList",
    rows: [
      ['accessList: allows must be true or false, not "deny".', () => accessList({ allows: "deny" as never })],
      ["accessList: leave out otherwise if allows is false.", () => accessList({ allows: false, otherwise: "block" })],
      [
        'accessList has no option "allow": write one of otherwise, allows, classes, trust. Did you mean allows?',
        () => accessList({ allow: true } as never),
      ],
      ["accessList takes options, like { otherwise: … }, not null.", () => accessList(null as never)],
      ['accessList: otherwise must be "block" or "continue", not "approval".', () => accessList({ otherwise: "approval" as never })],
      ['accessList: classes has no "spam"; write disposable or relay or consumer.', () => accessList({ classes: ["spam" as never] })],
      [
        'accessList: trust must list the identity providers that you trust for addresses, like ["mail", "google.com"], or [] for none.',
        () => accessList({ trust: "mail" as never }),
      ],
    ],
  },
  {
    rule: "onlyDomains",
    rows: [
      ['onlyDomains takes a list of domains, like ["contoso.com"], not "contoso.com".', () => onlyDomains("contoso.com" as never)],
      ['onlyDomains takes a list of domains, like ["contoso.com"], not ["contoso.com",7].', () => onlyDomains(["contoso.com", 7 as never])],
      ["onlyDomains names no domain: nobody could sign up.", () => onlyDomains([])],
      [
        'onlyDomains: "no domain" is not a domain; write one like "contoso.com", or a suffix such as "edu" or "ac.kr".',
        () => onlyDomains(["contoso.com", "no domain"]),
      ],
      [
        'onlyDomains: "*.contoso.com" is not a domain; write "contoso.com": for its subdomains, too, set subdomains: true.',
        () => onlyDomains(["*.contoso.com"]),
      ],
      [
        'onlyDomains: "*.contoso.com" is not a domain; write "contoso.com": its subdomains count.',
        () => onlyDomains(["*.contoso.com"], { subdomains: true }),
      ],
      ['onlyDomains: "@" is not a domain; write one like "contoso.com", or a suffix such as "edu" or "ac.kr".', () => onlyDomains(["@"])],
      [
        'onlyDomains: "contoso" is not a domain; write one like "contoso.com", or a suffix such as "edu" or "ac.kr".',
        () => onlyDomains(["contoso"]),
      ],
      ['onlyDomains: subdomains is true or false, not "false".', () => onlyDomains(["contoso.com"], { subdomains: "false" as never })],
      [
        'onlyDomains: "issuer:mail" in trust is not an identity provider; write "google.com", "mail" or "entra".',
        () => onlyDomains(["contoso.com"], { trust: ["issuer:mail"] }),
      ],
      [
        'onlyDomains has no option "domains": write one of subdomains, otherwise, unless, trust.',
        () => onlyDomains(["contoso.com"], { domains: [] } as never),
      ],
    ],
  },
  {
    rule: "notDomains",
    rows: [
      ['notDomains takes a list of domains, like ["contoso.com"], not "contoso.com".', () => notDomains("contoso.com" as never)],
      ["notDomains names no domain: it would refuse nobody.", () => notDomains([])],
      ['notDomains: "*.contoso.com" is not a domain; write "contoso.com": its subdomains count.', () => notDomains(["*.contoso.com"])],
      [
        'notDomains: "spam" is not a domain; write one like "contoso.com", or a suffix such as "edu" or "ac.kr".',
        () => notDomains(["contoso.com", "spam"]),
      ],
      ["notDomains: subdomains is true or false, not 1.", () => notDomains(["contoso.com"], { subdomains: 1 as never })],
      ['notDomains has no option "trust": write one of subdomains, except.', () => notDomains(["contoso.com"], { trust: [] } as never)],
    ],
  },
  {
    rule: "onlyProviders",
    rows: [
      ...([[], "mail", undefined] as never[]).map(
        (list) =>
          [
            'onlyProviders names no identity provider, so nobody could sign up: write a list, like ["mail", "google.com"].',
            () => onlyProviders(list),
          ] as [string, () => unknown],
      ),
      [
        'onlyProviders: "issuer:mail" in the list is not an identity provider; write "google.com", "mail" or "entra".',
        () => onlyProviders(["mail", "issuer:mail"]),
      ],
    ],
  },
  {
    rule: "onlyApplications",
    rows: [
      ["onlyApplications names no application, so nobody could sign up: list at least one client id.", () => onlyApplications([])],
      [
        'onlyApplications: "shop" is not a client id; write one like "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33".',
        () => onlyApplications(["shop"]),
      ],
    ],
  },
  {
    rule: "partners",
    rows: [
      ['partners: otherwise must be one of block, continue, approval, not "allow".', () => partners({ otherwise: "allow" as never })],
      [
        'partners: trust must list the identity providers that you trust for addresses, like ["mail", "google.com"], or [] for none.',
        () => partners({ trust: "mail" as never }),
      ],
      ['partners has no option "domains": write one of otherwise, unless, trust.', () => partners({ domains: [] } as never)],
    ],
  },
  {
    rule: "validate",
    rows: [
      ["validate needs a Standard Schema, such as v.object({ … }) of valibot.", () => validate({} as never)],
      ["validate needs a Standard Schema, such as v.object({ … }) of valibot.", () => validate((() => undefined) as never)],
    ],
  },
  {
    rule: "format",
    rows: [
      [
        'format: the formatter of "city" is not a function: write one such as trim, or (text) => text.slice(0, 60).',
        () => format({ city: "trim" as never }),
      ],
      ['A rule cannot set "email": only Entra may.', () => format({ email: trim } as never)],
    ],
  },
  { rule: "assign", rows: [['A rule cannot set "identities": only Entra may.', () => assign({ identities: "x" } as never)]] },
  {
    rule: "prefill",
    rows: [
      ["prefill needs a source, such as profiles() or http({ … }).", () => prefill({ find: () => undefined } as never)],
      ["prefill needs a source, such as profiles() or http({ … }).", () => prefill(undefined as never)],
    ],
  },
  {
    rule: "lookup",
    rows: [
      ["lookup needs a source, such as profiles() or http({ … }).", () => lookup({ uses: [] } as never)],
      [
        'lookup: only is empty: list at least one attribute that the source may set, only: ["extension_PartnerNumber"].',
        () => lookup(source, { only: [] }),
      ],
      [
        'lookup: only must list short names of attributes, like ["extension_PartnerNumber"].',
        () => lookup(source, { only: "city" as never }),
      ],
      [
        'lookup: each of only: write an attribute\'s short name, like "extension_PartnerNumber", not "".',
        () => lookup(source, { only: ["city", "" as never] }),
      ],
      ['A rule cannot set "email": only Entra may.', () => lookup(source, { only: ["email" as never] })],
      [
        'lookup: notFound must be one of "block", "ask-again", "leave-empty", "continue", not "deny".',
        () => lookup(source, { notFound: "deny" as never }),
      ],
      [
        'lookup: untrusted must be one of "block", "leave-empty", "continue", not "ask-again".',
        () => lookup(source, { untrusted: "ask-again" as never }),
      ],
      [
        'lookup: notFound "leave-empty" needs only, which names the attributes that must stay empty.',
        () => lookup(source, { notFound: "leave-empty" }),
      ],
      [
        'lookup: untrusted "leave-empty" needs only, which names the attributes that must stay empty.',
        () => lookup(source, { untrusted: "leave-empty" }),
      ],
      ['lookup has no option "list": write one of only, notFound, untrusted.', () => lookup(source, { list: "x" } as never)],
    ],
  },
  {
    rule: "profiles",
    rows: [
      [
        'profiles: trust must list the identity providers that you trust for addresses, like ["mail", "google.com"], or [] for none.',
        () => profiles({ trust: "mail" as never }),
      ],
      ['profiles has no option "table": write one of trust.', () => profiles({ trust: [], table: "x" } as never)],
    ],
  },
  {
    rule: "permittedValue",
    rows: [
      ['permittedValue: write an attribute\'s short name, like "extension_PartnerNumber", not "".', () => permittedValue("" as never)],
      ['A rule cannot set "email": only Entra may.', () => permittedValue("email" as never)],
      [
        'permittedValue("extension_Code"): list must name a list in the ReferenceData table, not " ".',
        () => permittedValue(code, { list: " " }),
      ],
      [
        'permittedValue("extension_Code"): list must name a list in the ReferenceData table, not 7.',
        () => permittedValue(code, { list: 7 as never }),
      ],
      ["permittedValue's source needs a source, such as profiles() or http({ … }).", () => permittedValue(code, { source: {} as never })],
      [
        'permittedValue("extension_Code"): only is empty: list at least one attribute that the source may set, only: ["extension_Code"].',
        () => permittedValue(code, { source, only: [] }),
      ],
      ['permittedValue("extension_Code"): only needs source, which sets these attributes.', () => permittedValue(code, { only: ["city"] })],
      [
        'permittedValue("extension_Code"): case must be "ignore" or "exact", not "upper".',
        () => permittedValue(code, { case: "upper" as never }),
      ],
      [
        'permittedValue("extension_Code"): spaces must be "collapse" or "remove" or "exact", not "trim".',
        () => permittedValue(code, { spaces: "trim" as never }),
      ],
      [
        'permittedValue("extension_Code"): optional must be true or false, not "yes".',
        () => permittedValue(code, { optional: "yes" as never }),
      ],
      [
        'permittedValue("extension_Code"): maxUses must be a whole number from 1 to 9000, not 0; leave it out for any number.',
        () => permittedValue(code, { maxUses: 0 }),
        RangeError,
      ],
      [
        'permittedValue("extension_Code"): maxUses must be a whole number from 1 to 9000, not 10001; leave it out for any number.',
        () => permittedValue(code, { maxUses: 10_001 }),
        RangeError,
      ],
      [
        'permittedValue("extension_Code"): maxUses must be a whole number from 1 to 9000, not 1.5; leave it out for any number.',
        () => permittedValue(code, { maxUses: 1.5 }),
        RangeError,
      ],
      [
        'permittedValue("extension_Code"): usedUp must be "ask-again" or "approval", not "block".',
        () => permittedValue(code, { maxUses: 1, usedUp: "block" as never }),
      ],
      [
        'permittedValue("extension_Code"): usedUp needs maxUses, which says how many people may use a value.',
        () => permittedValue(code, { usedUp: "approval" }),
      ],
      [
        'permittedValue("extension_Code"): guessesPerDay must be a whole number from 1 to 10000, not 10001.',
        () => permittedValue(code, { guessesPerDay: 10_001 }),
        RangeError,
      ],
      ...[{ city: "value" }, { city: "" }, { city: 1 }, {}, ["city"], "city"].map(
        (fill) =>
          [
            `permittedValue("extension_Code"): fill must name a column for each attribute, like { companyName: "company" }; not list, value or expiresAt, not ${JSON.stringify(fill)}.`,
            () => permittedValue(code, { fill: fill as never }),
          ] as const,
      ),
      [
        'permittedValue("extension_Code"): fill is for rows of ReferenceData, and source sets what it finds: take one of them out.',
        () => permittedValue(code, { source, fill: { city: "town" } }),
      ],
      [
        'permittedValue("extension_Code") has no option "lists": write one of list, source, only, fill, case, spaces, optional, maxUses, usedUp, guessesPerDay. Did you mean list?',
        () => permittedValue(code, { lists: "x" } as never),
      ],
    ],
  },
  {
    rule: "minimumAge",
    rows: [
      [
        'minimumAge: write an attribute\'s short name, like "extension_PartnerNumber", not "".',
        () => minimumAge("" as never, { years: 16 }),
      ],
      ['minimumAge("extension_Born") takes options, like { years: … }, not undefined.', () => minimumAge(born, undefined as never)],
      [
        'minimumAge("extension_Born"): years must be a number, or numbers by country with one for all others, like { default: 16, KR: 14 }.',
        () => minimumAge(born, {} as never),
      ],
      [
        'minimumAge("extension_Born"): years must be a number, or numbers by country with one for all others, like { default: 16, KR: 14 }.',
        () => minimumAge(born, { years: null as never }),
      ],
      [
        'minimumAge("extension_Born"): years must be a number, or numbers by country with one for all others, like { default: 16, KR: 14 }.',
        () => minimumAge(born, { years: { KR: 14 } as never }),
      ],
      [
        'minimumAge("extension_Born"): "kr" in years is no country\'s code of two capital letters; write "KR".',
        () => minimumAge(born, { years: { default: 16, kr: 14 } }),
      ],
      [
        'minimumAge("extension_Born"): "Nowhere" in years is no country\'s code of two capital letters; write one like "KR".',
        () => minimumAge(born, { years: { default: 16, Nowhere: 14 } }),
      ],
      [
        'minimumAge("extension_Born"): years of default must be a whole number from 1 to 99, not 0.',
        () => minimumAge(born, { years: 0 }),
        RangeError,
      ],
      [
        'minimumAge("extension_Born"): years of KR must be a whole number from 1 to 99, not 100.',
        () => minimumAge(born, { years: { default: 16, KR: 100 } }),
        RangeError,
      ],
      [
        'minimumAge("extension_Born"): years of default must be a whole number from 1 to 99, not 16.5.',
        () => minimumAge(born, { years: 16.5 }),
        RangeError,
      ],
      ['A rule cannot set "status": only Entra may.', () => minimumAge(born, { years: 16, country: "status" as never })],
      [
        'minimumAge("extension_Born"): country: write an attribute\'s short name, like "extension_PartnerNumber", not "".',
        () => minimumAge(born, { years: 16, country: "" as never }),
      ],
      [
        'minimumAge("extension_Born"): order must be one of dmy, mdy, ymd, not "ydm".',
        () => minimumAge(born, { years: 16, order: "ydm" as never }),
      ],
      ['minimumAge("extension_Born"): keep is true or false, not "no".', () => minimumAge(born, { years: 16, keep: "no" as never })],
      [
        'minimumAge("extension_Born"): instead must be a text, and makes no sense with keep: true.',
        () => minimumAge(born, { years: 16, instead: 7 as never }),
      ],
      [
        'minimumAge("extension_Born"): instead must be a text, and makes no sense with keep: true.',
        () => minimumAge(born, { years: 16, keep: true, instead: "checked" }),
      ],
      [
        'minimumAge("extension_Born") has no option "age": write one of years, country, order, keep, instead.',
        () => minimumAge(born, { years: 16, age: 3 } as never),
      ],
    ],
  },
  {
    rule: "verifyIdentity",
    rows: [
      [
        "verifyIdentity needs a verifier such as idology() or experian(), or an object with a kebab-case name, uses, fieldsOf and verify.",
        () => verifyIdentity(undefined as never),
      ],
      [
        "verifyIdentity needs a verifier such as idology() or experian(), or an object with a kebab-case name, uses, fieldsOf and verify.",
        () => verifyIdentity({ ...vendor, name: "My vendor" }),
      ],
      [
        'verifyIdentity: refuted must be "block", "ask-again", "continue" or "approval", not "deny".',
        () => verifyIdentity(vendor, { refuted: "deny" as never }),
      ],
      [
        "verifyIdentity: attemptsPerDay must be a whole number from 1 to 1000, not 0.",
        () => verifyIdentity(vendor, { attemptsPerDay: 0 }),
        RangeError,
      ],
      [
        "verifyIdentity: attemptsPerDay must be a whole number from 1 to 1000, not 1001.",
        () => verifyIdentity(vendor, { attemptsPerDay: 1_001 }),
        RangeError,
      ],
      [
        "verifyIdentity: attemptsPerDay must be a whole number from 1 to 1000, not 1.5.",
        () => verifyIdentity(vendor, { attemptsPerDay: 1.5 }),
        RangeError,
      ],
      [
        "verifyIdentity: unless must be a function of the sign-up and the findings.",
        () => verifyIdentity(vendor, { unless: true as never }),
      ],
      [
        'verifyIdentity has no option "attempts": write one of refuted, review, unavailable, attemptsPerDay, countries, unless.',
        () => verifyIdentity(vendor, { attempts: 3 } as never),
      ],
    ],
  },
  {
    rule: "invited",
    rows: [
      ['invited: by must list "address", "code" or both, not [].', () => invited({ by: [] })],
      ['invited: by must list "address", "code" or both, not "code".', () => invited({ by: "code" as never })],
      ['invited: by must list "address", "code" or both, not ["code","phone"].', () => invited({ by: ["code", "phone" as never] })],
      ['A rule cannot set "status": only Entra may.', () => invited({ code: "status" as never })],
      ['invited\'s code: write an attribute\'s short name, like "extension_PartnerNumber", not "".', () => invited({ code: "" as never })],
      ['invited: code needs "code" in by.', () => invited({ by: ["address"], code: "city" })],
      ['invited: lasts is "0d"; it must be whole days from "1d" to "3650d".', () => invited({ lasts: "0d" }), RangeError],
      ['invited: lasts is "3651d"; it must be whole days from "1d" to "3650d".', () => invited({ lasts: "3651d" }), RangeError],
      ['invited: lasts is "1.5d"; it must be whole days from "1d" to "3650d".', () => invited({ lasts: "1.5d" }), RangeError],
      [
        'invited: otherwise must be one of approval, waitlist, continue, block, not "allow".',
        () => invited({ otherwise: "allow" as never }),
      ],
      [
        'invited: trust must list the identity providers that you trust for addresses, like ["mail", "google.com"], or [] for none.',
        () => invited({ trust: "mail" as never }),
      ],
      [
        'invited has no option "codes": write one of by, code, lasts, otherwise, unless, trust. Did you mean code?',
        () => invited({ codes: "x" } as never),
      ],
    ],
  },
  {
    rule: "access",
    rows: [
      ['expiry: lasts is "0d"; it must be whole days from "1d" to "3650d".', () => expiry({ lasts: "0d" }), RangeError],
      ['expiry: lasts is "3651d"; it must be whole days from "1d" to "3650d".', () => expiry({ lasts: "3651d" }), RangeError],
      ['expiry: lasts is "1.5d"; it must be whole days from "1d" to "3650d".', () => expiry({ lasts: "1.5d" }), RangeError],
      ['expiry: lasts is "180"; it must be whole days from "1d" to "3650d".', () => expiry({ lasts: "180" as never }), RangeError],
      ['expiry: renew must be "sponsor" or "approvers", not "nobody".', () => expiry({ lasts: "180d", renew: "nobody" as never })],
      ["expiry: remind lists up to 5 different days before the end, like [30, 7].", () => expiry({ lasts: "180d", remind: [7, 7] })],
      [
        "expiry: remind lists up to 5 different days before the end, like [30, 7].",
        () => expiry({ lasts: "180d", remind: [6, 5, 4, 3, 2, 1] }),
      ],
      ["expiry: remind lists up to 5 different days before the end, like [30, 7].", () => expiry({ lasts: "180d", remind: 7 as never })],
      ["expiry: remind is 0; it must be a whole number of days from 1 to 179.", () => expiry({ lasts: "180d", remind: [0] }), RangeError],
      [
        "expiry: remind is 180; it must be a whole number of days from 1 to 179.",
        () => expiry({ lasts: "180d", remind: [180] }),
        RangeError,
      ],
      [
        "expiry: then.disable is -1; it must be a whole number of days from 0 to 365.",
        () => expiry({ lasts: "180d", then: { disable: -1 } }),
        RangeError,
      ],
      [
        "expiry: then.disable is 366; it must be a whole number of days from 0 to 365.",
        () => expiry({ lasts: "180d", then: { disable: 366 } }),
        RangeError,
      ],
      [
        "expiry: then.delete is 0; it must be a whole number of days from 1 to 3650.",
        () => expiry({ lasts: "180d", then: { delete: 0 } }),
        RangeError,
      ],
      [
        "expiry: then.delete is 3651; it must be a whole number of days from 1 to 3650.",
        () => expiry({ lasts: "180d", then: { delete: 3_651 } }),
        RangeError,
      ],
      ["expiry: then says when, like { disable: 0, delete: 30 }.", () => expiry({ lasts: "180d", then: "delete" as never })],
      ["expiry: then says when, like { disable: 0, delete: 30 }.", () => expiry({ lasts: "180d", then: null as never })],
      [
        'expiry: then has no option "disabled": write one of disable, delete. Did you mean disable?',
        () => expiry({ lasts: "180d", then: { disabled: 0 } as never }),
      ],
      ['expiry: otherwise must be "approval" or "block", not "waitlist".', () => expiry({ lasts: "180d", otherwise: "waitlist" as never })],
      [
        'expiry has no option "day": write one of lasts, idle, askGraph, unredeemed, renew, remind, then, otherwise, trust.',
        () => expiry({ day: 180 } as never),
      ],
      ["expiry takes options, like { lasts: … }, not undefined.", () => expiry(undefined as never)],
    ],
  },
  {
    rule: "limit",
    rows: [
      [
        'limit: by must be one of mailbox, domain, organisation, mailHost, issuer, application, network, gate, not "city".',
        () => limit({ by: "city" as never, windows }),
      ],
      ['limit: then must be one of block, approval, observe, not "deny".', () => limit({ by: "gate", windows, then: "deny" as never })],
      ["limit: except must be a function of the sign-up and the findings.", () => limit({ by: "gate", windows, except: true as never })],
      ['limit: name is kebab-case, like "partner-domains"; "My limit" is not.', () => limit({ by: "gate", windows, name: "My limit" })],
      [
        'limit: windows must say how many people may come within how long, like [{ max: 20, per: "1h" }].',
        () => limit({ by: "gate", windows: [] }),
      ],
      [
        'limit: windows must say how many people may come within how long, like [{ max: 20, per: "1h" }].',
        () => limit({ by: "gate", windows: { max: 1, per: "1h" } as never }),
      ],
      [
        'limit: per is a time from "1m" to "31d", such as "15m", "1h" or "1d", not "32d".',
        () => limit({ by: "gate", windows: [{ max: 1, per: "32d" }] }),
        RangeError,
      ],
      [
        'limit: per is a time from "1m" to "31d", such as "15m", "1h" or "1d", not "1w".',
        () => limit({ by: "gate", windows: [{ max: 1, per: "1w" }] }),
        RangeError,
      ],
      [
        "limit: max must be a whole number from 1 to 10000, not 0.",
        () => limit({ by: "gate", windows: [{ max: 0, per: "1h" }] }),
        RangeError,
      ],
      [
        "limit: max must be a whole number from 1 to 10000, not 10001.",
        () => limit({ by: "gate", windows: [{ max: 10_001, per: "1h" }] }),
        RangeError,
      ],
      [
        'limit: max must be a whole number from 1 to 10000, not "1".',
        () => limit({ by: "gate", windows: [{ max: "1" as never, per: "1h" }] }),
        RangeError,
      ],
      [
        'limit: windows.0 has no option "form": write one of max, per.',
        () => limit({ by: "gate", windows: [{ max: 1, per: "1h", form: "00:00" } as never] }),
      ],
      [
        "limit: max must be a whole number from 1 to 10000, not undefined.",
        () => limit({ by: "gate", windows: [{ per: "1h" } as never] }),
        RangeError,
      ],
      ['limit has no option "max": write one of by, windows, then, except, name.', () => limit({ by: "gate", windows, max: 1 } as never)],
    ],
  },
  {
    rule: "terms",
    rows: [
      [
        'terms: write an attribute\'s short name, like "extension_PartnerNumber", not "".',
        () => terms("" as never, { version: "1", files }),
      ],
      [
        'terms: version is a name such as "2026-01", of letters, digits, dots and hyphens, not "2026 01".',
        () => terms(born, { version: "2026 01", files }),
      ],
      [
        'terms: version is a name such as "2026-01", of letters, digits, dots and hyphens, not 7.',
        () => terms(born, { version: 7 as never, files }),
      ],
      ['terms: files must name the text in each language, like { en: "terms.en.md" }.', () => terms(born, { version: "1", files: {} })],
      [
        'terms: files must name the text in each language, like { en: "terms.en.md" }.',
        () => terms(born, { version: "1", files: null as never }),
      ],
      [
        'terms: files must name the text in each language, like { en: "terms.en.md" }.',
        () => terms(born, { version: "1", files: "terms.en.md" as never }),
      ],
      [
        'terms: files: "klingon1" is not a language. Write a BCP 47 tag: en, ko, pt-BR.',
        () => terms(born, { version: "1", files: { klingon1: "terms.md" } }),
      ],
      [
        'terms: files: en must be a file in the policy folder, like "terms.en.md", not " ".',
        () => terms(born, { version: "1", files: { en: " " } }),
      ],
      [
        'terms: files: en must be a file in the policy folder, like "terms.en.md", not 7.',
        () => terms(born, { version: "1", files: { en: 7 as never } }),
      ],
      [
        'terms: files: en must be a file in the policy folder, like "terms.en.md", not "/etc/terms.md".',
        () => terms(born, { version: "1", files: { en: "/etc/terms.md" } }),
      ],
      [
        'terms: files: en must be a file in the policy folder, like "terms.en.md", not "c:terms.md".',
        () => terms(born, { version: "1", files: { en: "c:terms.md" } }),
      ],
      [
        'terms: files: en must be a file in the policy folder, like "terms.en.md", not "../terms.md".',
        () => terms(born, { version: "1", files: { en: "../terms.md" } }),
      ],
      [
        'terms: files: en must be a file in the policy folder, like "terms.en.md", not "texts\\\\..\\\\..\\\\terms.md".',
        () => terms(born, { version: "1", files: { en: "texts\\..\\..\\terms.md" } }),
      ],
      [
        'terms: files: en must be a file in the policy folder, like "terms.en.md", not "texts/..".',
        () => terms(born, { version: "1", files: { en: "texts/.." } }),
      ],
      [
        'terms: ticked is what the form sends for a ticked box, such as "accepted", not " ".',
        () => terms(born, { version: "1", files, ticked: " " }),
      ],
      [
        'terms: ticked is what the form sends for a ticked box, such as "accepted", not " False ".',
        () => terms(born, { version: "1", files, ticked: " False " }),
      ],
      [
        'terms: ticked is what the form sends for a ticked box, such as "accepted", not true.',
        () => terms(born, { version: "1", files, ticked: true as never }),
      ],
      ['terms has no option "text": write one of version, files, ticked.', () => terms(born, { version: "1", files, text: "x" } as never)],
    ],
  },
  {
    rule: "termsDue",
    rows: [
      ["termsDue takes a rule that terms() made: termsDue(terms(…)).", () => termsDue(undefined as never)],
      ["termsDue takes a rule that terms() made: termsDue(terms(…)).", () => termsDue(invited())],
      ['termsDue: claim is the name of a claim, such as "terms_due", not " ".', () => termsDue(current, { claim: " " })],
      ['termsDue: claim is the name of a claim, such as "terms_due", not 7.', () => termsDue(current, { claim: 7 as never })],
      ['A rule cannot set "status": only Entra may.', () => termsDue(current, { claim: "status" })],
      ['termsDue has no option "name": write one of claim.', () => termsDue(current, { name: "x" } as never)],
    ],
  },
  {
    rule: "surge",
    rows: [
      ["limit: max must be a whole number from 1 to 10000, not 0.", () => surge({ max: 0, per: "1h" }), RangeError],
      ['surge: per is a time from "1m" to "4h", as long as the gate stays set, not "5h".', () => surge({ max: 1, per: "5h" }), RangeError],
      [
        'surge: per is a time from "1m" to "4h", as long as the gate stays set, not "241m".',
        () => surge({ max: 1, per: "241m" }),
        RangeError,
      ],
      ['surge: per is a time from "1m" to "4h", as long as the gate stays set, not "1d".', () => surge({ max: 1, per: "1d" }), RangeError],
      ['surge: per is a time from "1m" to "4h", as long as the gate stays set, not "0h".', () => surge({ max: 1, per: "0h" }), RangeError],
      [
        'surge: per is a time from "1m" to "4h", as long as the gate stays set, not "at 1h".',
        () => surge({ max: 1, per: "at 1h" }),
        RangeError,
      ],
      [
        'surge: then must be "approval", not "closed": only people can set a gate to something stricter (gate closed).',
        () => surge({ max: 1, per: "1h", then: "closed" as never }),
      ],
      ['surge has no option "gate": write one of max, per, then.', () => surge({ max: 1, per: "1h", gate: "x" } as never)],
    ],
  },
  {
    rule: "oneAccount",
    rows: [
      ["oneAccount: trust is empty, so the rule would compare nobody.", () => oneAccount({ trust: [] })],
      [
        'oneAccount: trust must list the identity providers that you trust for addresses, like ["mail", "google.com"], or [] for none.',
        () => oneAccount({ trust: "mail" as never }),
      ],
      ['oneAccount: names, "google.com": it has no text.', () => oneAccount({ names: { "google.com": " " } })],
      [
        'oneAccount: names, "google.com": "klingon1" is not a language. Write a BCP 47 tag: en, ko, pt-BR.',
        () => oneAccount({ names: { "google.com": { klingon1: "Google" } } }),
      ],
      ['oneAccount: lasts is "29d"; it must be whole days from "30d" to "3650d".', () => oneAccount({ lasts: "29d" }), RangeError],
      ['oneAccount: lasts is "3651d"; it must be whole days from "30d" to "3650d".', () => oneAccount({ lasts: "3651d" }), RangeError],
      ['oneAccount: lasts is "30.5d"; it must be whole days from "30d" to "3650d".', () => oneAccount({ lasts: "30.5d" }), RangeError],
      ["oneAccount: directory takes entraDirectory({ tenantId }).", () => oneAccount({ directory: {} as never })],
      ["oneAccount: directory takes entraDirectory({ tenantId }).", () => oneAccount({ directory: null as never })],
      ['oneAccount: unknown must be "block" or "continue", not "approval".', () => oneAccount({ unknown: "approval" as never })],
      [
        'oneAccount has no option "provider": write one of trust, names, lasts, directory, unknown.',
        () => oneAccount({ provider: "x" } as never),
      ],
    ],
  },
  {
    rule: "approvers",
    rows: [
      ['approvers: "no role" is no app role like "Security", no group\'s object id, no address and no ARN.', () => approvers("no role")],
      ['approvers: "arn:aws" is no app role like "Security", no group\'s object id, no address and no ARN.', () => approvers("arn:aws")],
      [
        'approvers: "arn:aws:s3:::bucket" is no app role like "Security", no group\'s object id, no address and no ARN.',
        () => approvers("arn:aws:s3:::bucket"),
      ],
      [
        'approvers: 7 is no app role like "Security", no group\'s object id, no address and no ARN.',
        () => approvers("Security", 7 as never),
      ],
      ['approvers: "" is no app role like "Security", no group\'s object id, no address and no ARN.', () => approvers("")],
    ],
  },
  {
    rule: "sponsor",
    rows: [
      ["sponsor: list needs code.", () => sponsor({ list: "codes" })],
      ["sponsor: list must name a list in the ReferenceData table.", () => sponsor({ code, list: " " })],
      ["sponsor: list must name a list in the ReferenceData table.", () => sponsor({ code, list: 7 as never })],
      ['sponsor: code: write an attribute\'s short name, like "extension_PartnerNumber", not "".', () => sponsor({ code: "" as never })],
      ['A rule cannot set "status": only Entra may.', () => sponsor({ code: "status" as never })],
      [
        'sponsor: attribute: write an attribute\'s short name, like "extension_PartnerNumber", not "".',
        () => sponsor({ attribute: "" as never, domains: ["contoso.com"] }),
      ],
      [
        'sponsor: attribute and domains go together, like { attribute: "extension_Sponsor", domains: ["contoso.com"] }: only people at your own domains are sponsors.',
        () => sponsor({ attribute: born }),
      ],
      [
        'sponsor: attribute and domains go together, like { attribute: "extension_Sponsor", domains: ["contoso.com"] }: only people at your own domains are sponsors.',
        () => sponsor({ domains: ["contoso.com"] }),
      ],
      ['sponsor: "contoso" in domains is no domain such as "contoso.com".', () => sponsor({ attribute: born, domains: ["contoso"] })],
      ['sponsor: 7 in domains is no domain such as "contoso.com".', () => sponsor({ attribute: born, domains: [7 as never] })],
      ['sponsor has no option "mail": write one of code, list, attribute, domains.', () => sponsor({ mail: "x" } as never)],
    ],
  },
  {
    rule: "requestApproval",
    rows: [
      [
        "requestApproval takes `unless` or `when`, not both: remove one of them.",
        () => requestApproval({ unless: () => true, when: () => true } as never),
      ],
      [
        'requestApproval: `unless` must be a function of the sign-up and the findings, or "allowed".',
        () => requestApproval({ unless: "approval" as never }),
      ],
      [
        'requestApproval: `when` must be a function of the sign-up and the findings, or "approval".',
        () => requestApproval({ when: true as never }),
      ],
      [
        'requestApproval: `when` must be a function of the sign-up and the findings, or "approval".',
        () => requestApproval({ when: "refered" as never }),
      ],
      ['requestApproval: then must be "provision" or "continue", not "create".', () => requestApproval({ then: "create" as never })],
      [
        'requestApproval: answerWithin is "0d"; it must be whole days from "1d" to "3650d".',
        () => requestApproval({ answerWithin: "0d" }),
        RangeError,
      ],
      [
        'requestApproval: answerWithin is "3651d"; it must be whole days from "1d" to "3650d".',
        () => requestApproval({ answerWithin: "3651d" }),
        RangeError,
      ],
      [
        'requestApproval: answerWithin is "14"; it must be whole days from "1d" to "3650d".',
        () => requestApproval({ answerWithin: "14" as never }),
        RangeError,
      ],
      [
        'requestApproval: askAgainAfter is "-1d"; it must be "never", or whole days from "0d" to "3650d".',
        () => requestApproval({ askAgainAfter: "-1d" }),
        RangeError,
      ],
      [
        'requestApproval: askAgainAfter is "always"; it must be "never", or whole days from "0d" to "3650d".',
        () => requestApproval({ askAgainAfter: "always" as never }),
        RangeError,
      ],
      [
        'requestApproval: passFor is "0d"; it must be whole days from "1d" to "3650d".',
        () => requestApproval({ then: "continue", passFor: "0d" }),
        RangeError,
      ],
      [
        'requestApproval: passFor needs then: "continue"; with "provision" nobody signs up again.',
        () => requestApproval({ passFor: "7d" }),
      ],
      [
        'requestApproval: unproven needs then: "continue"; with "provision" Graph creates every account.',
        () => requestApproval({ unproven: "block" }),
      ],
      [
        'requestApproval: unproven must be "block" or "provision", not "continue"; otherwise somebody could get in with another person\'s address.',
        () => requestApproval({ then: "continue", unproven: "continue" as never }),
      ],
      [
        'requestApproval: show must be a list of short names of attributes, like ["jobTitle", "extension_Team"].',
        () => requestApproval({ show: "jobTitle" as never }),
      ],
      [
        'requestApproval: show must be a list of short names of attributes, like ["jobTitle", "extension_Team"].',
        () => requestApproval({ show: [""] as never }),
      ],
      [
        'requestApproval: askedOf is a sponsor, like sponsor({ code: "extension_PartnerCode" }).',
        () => requestApproval({ askedOf: approvers("Security") }),
      ],
      ["requestApproval: stageMail needs stages.", () => requestApproval({ stageMail: true })],
      [
        "requestApproval: with stages, name the sponsor in a stage in place of askedOf.",
        () => requestApproval({ stages: [], askedOf: sponsor() }),
      ],
      [
        'requestApproval: stages is a list like [{ by: approvers("Security") }]; by is approvers(…) or sponsor(…).',
        () => requestApproval({ stages: [] }),
      ],
      [
        'requestApproval: stages is a list like [{ by: approvers("Security") }]; by is approvers(…) or sponsor(…).',
        () => requestApproval({ stages: null as never }),
      ],
      [
        'requestApproval: stages is a list like [{ by: approvers("Security") }]; by is approvers(…) or sponsor(…).',
        () => requestApproval({ stages: { by: approvers("Security") } as never }),
      ],
      [
        'requestApproval: stages is a list like [{ by: approvers("Security") }]; by is approvers(…) or sponsor(…).',
        () => requestApproval({ stages: [null as never] }),
      ],
      [
        'requestApproval: stages is a list like [{ by: approvers("Security") }]; by is approvers(…) or sponsor(…).',
        () => requestApproval({ stages: [{ by: "Security" as never }] }),
      ],
      [
        "requestApproval: stages: write approvers((…) => …) around the function in by.",
        () => requestApproval({ stages: [{ by: (() => "Security") as never }] }),
      ],
      ['requestApproval: stageMail is true or false, not "yes".', () => requestApproval({ stages: [security], stageMail: "yes" as never })],
      [
        "requestApproval: stages are 10 at most, not 11.",
        () => requestApproval({ stages: Array.from({ length: 11 }, () => security) }),
        RangeError,
      ],
      [
        "requestApproval: stage 2: write approvers((…) => …) around the function in by.",
        () => requestApproval({ stages: [security, { by: (() => "Security") as never }] }),
      ],
      [
        "requestApproval: stage 1: write approvers((…) => …) around the function in orElse.",
        () => requestApproval({ stages: [{ ...security, orElse: (() => "Security") as never }] }),
      ],
      [
        "requestApproval: stage 2: by must be approvers(…) or sponsor(…).",
        () => requestApproval({ stages: [security, { by: undefined as never }] }),
      ],
      [
        "requestApproval: stage 1: orElse must be approvers(…) or sponsor(…).",
        () => requestApproval({ stages: [{ ...security, orElse: "Partners" as never }] }),
      ],
      [
        "approvers: 50 at most are asked at one stage, not 51.",
        () => requestApproval({ stages: [{ by: approvers(...addresses(51)) }] }),
        RangeError,
      ],
      [
        "requestApproval: stage 1: need is a whole number from 1 to 10, not 0.",
        () => requestApproval({ stages: [{ ...security, need: 0 }] }),
        RangeError,
      ],
      [
        "requestApproval: stage 1: need is a whole number from 1 to 10, not 11.",
        () => requestApproval({ stages: [{ ...security, need: 11 }] }),
        RangeError,
      ],
      [
        "requestApproval: stage 1: need is a whole number from 1 to 10, not 1.5.",
        () => requestApproval({ stages: [{ ...security, need: 1.5 }] }),
        RangeError,
      ],
      [
        "requestApproval: stage 1: a person has one sponsor, so need cannot be 2.",
        () => requestApproval({ stages: [{ by: sponsor(), need: 2 }] }),
        RangeError,
      ],
      [
        "requestApproval: stage 1: within needs orElse, which names the people to ask as well after that time.",
        () => requestApproval({ stages: [{ ...security, within: "48h" }] }),
      ],
      [
        'requestApproval: stage 1: within is a time from "15m" to "31d", such as "48h", not "14m".',
        () => requestApproval({ stages: [{ ...security, orElse: approvers("Partners"), within: "14m" }] }),
        RangeError,
      ],
      [
        'requestApproval: stage 1: within is a time from "15m" to "31d", such as "48h", not "32d".',
        () => requestApproval({ stages: [{ ...security, orElse: approvers("Partners"), within: "32d" }], answerWithin: "90d" }),
        RangeError,
      ],
      [
        'requestApproval: stage 1: within is a time from "15m" to "31d", such as "48h", not "2".',
        () => requestApproval({ stages: [{ ...security, orElse: approvers("Partners"), within: "2" }] }),
        RangeError,
      ],
      [
        "requestApproval: stage 1: within is 14d, but a request expires after 14 days: see answerWithin.",
        () => requestApproval({ stages: [{ ...security, orElse: approvers("Partners"), within: "14d" }] }),
        RangeError,
      ],
      [
        'requestApproval: stage 1 has no option "who": write one of by, orElse, within, need.',
        () => requestApproval({ stages: [{ ...security, who: "x" } as never] }),
      ],
      [
        "requestApproval: stages name too few people, because each person decides at one stage only, and only once. Name more people, or lower need.",
        () => requestApproval({ stages: [{ by: approvers("kim@contoso.com") }, { by: approvers("kim+1@contoso.com") }] }),
        RangeError,
      ],
      [
        'requestApproval has no option "approvers": write one of unless, when, then, answerWithin, askAgainAfter, passFor, unproven, show, askedOf, stages, stageMail.',
        () => requestApproval({ approvers: [] } as never),
      ],
    ],
  },
  {
    rule: "approvalClaims",
    rows: [
      [
        'approvalClaims: "approval" must be one of state, decidedAt, reference, not "reason".',
        () => approvalClaims({ approval: "reason" as never }),
      ],
      ['A rule cannot set "status": only Entra may.', () => approvalClaims({ status: "state" })],
      [
        'approvalClaims: trust must list the identity providers that you trust for addresses, like ["mail", "google.com"], or [] for none.',
        () => approvalClaims({ approval: "state" }, { trust: "mail" as never }),
      ],
      [
        'approvalClaims has no option "provenBy": write one of trust.',
        () => approvalClaims({ approval: "state" }, { provenBy: [] } as never),
      ],
    ],
  },
])("$rule with a wrong option", ({ rows }) => {
  it.each(rows.map(([text, make, Kind = TypeError]) => ({ text, make, Kind })))("is refused as it loads: $text", ({ text, make, Kind }) =>
    expect(make).toThrow(new Kind(text)),
  );
});

describe("the greatest value of an option is accepted", () => {
  it.each<readonly [string, () => unknown]>([
    ["accessList", () => accessList({ otherwise: "block", classes: ["disposable", "relay", "consumer"], trust: [] })],
    ["onlyDomains, with the sign before a domain", () => onlyDomains([" @contoso.com "], { subdomains: true })],
    ["onlyApplications, with spaces around an id", () => onlyApplications([" 3C9E8B7A-1f24-4b5d-8c60-9d7e2a1f4b33 "])],
    ["permittedValue", () => permittedValue(code, { maxUses: 9_000, guessesPerDay: 10_000 })],
    ["permittedValue, at least", () => permittedValue(code, { maxUses: 1, guessesPerDay: 1, usedUp: "ask-again" })],
    ["minimumAge", () => minimumAge(born, { years: { default: 99, KR: 1 }, order: "ymd", keep: true, instead: "" })],
    ["verifyIdentity", () => verifyIdentity(vendor, { attemptsPerDay: 1_000 })],
    ["verifyIdentity, at least", () => verifyIdentity(vendor, { attemptsPerDay: 1 })],
    ["invited", () => invited({ lasts: "3650d" })],
    ["invited, at least", () => invited({ lasts: "1d" })],
    ["expiry", () => expiry({ lasts: "3650d", remind: [3_649, 4, 3, 2, 1], then: { disable: 365, delete: 3_650 } })],
    ["expiry, at least", () => expiry({ lasts: "1d", remind: [], then: { disable: 0, delete: 1 }, otherwise: "block" })],
    ["limit", () => limit({ by: "gate", windows: [{ max: 10_000, per: "31d" }] })],
    ["limit, at least", () => limit({ by: "gate", windows: [{ max: 1, per: "1m" }] })],
    ["surge, in hours", () => surge({ max: 10_000, per: "4h" })],
    ["surge, in minutes", () => surge({ max: 1, per: "240m" })],
    ["terms, in a folder below", () => terms(born, { version: "2026-01.b_2", files: { en: "texts/..en/terms..md" } })],
    ["oneAccount", () => oneAccount({ lasts: "3650d" })],
    ["oneAccount, at least", () => oneAccount({ lasts: "30d" })],
    ["an app role that begins as an ARN does", () => approvers("arnhem")],
    ["sponsor", () => sponsor({ code, list: "codes", attribute: born, domains: ["Contoso.com"] })],
    ["requestApproval", () => requestApproval({ then: "continue", answerWithin: "3650d", askAgainAfter: "3650d", passFor: "3650d" })],
    ["requestApproval, at least", () => requestApproval({ then: "continue", answerWithin: "1d", askAgainAfter: "0d", passFor: "1d" })],
    ["requestApproval, in stages", () => requestApproval({ stages: Array.from({ length: 10 }, () => ({ ...security, need: 10 })) })],
    ["requestApproval, of many", () => requestApproval({ stages: [{ by: approvers(...addresses(50)) }] })],
    [
      "requestApproval, with the shortest and the longest wait",
      () =>
        requestApproval({
          answerWithin: "32d",
          stages: ["15m", "31d"].map((within) => ({ ...security, orElse: approvers("Partners"), within })),
        }),
    ],
  ])("%s", (_, make) => expect(make).not.toThrow());
});
