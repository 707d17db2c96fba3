import { addressIn, entryKey } from "./address";
import { rulesAt } from "./admit";
import {
  type AdmitSpec,
  type AgeSpec,
  type ApprovalSpec,
  type FieldSpec,
  type FoundOptions,
  type Happening,
  type InvitedSpec,
  isCall,
  type LimitSpec,
  type ListOptions,
  type PartnerOptions,
  type PolicySpec,
  type Rows,
  type RuleSpec,
  type Scenario,
  type SignUpCall,
  type StepName,
  type TableId,
  type TableRow,
  type TermsSpec,
  type TextSpec,
  type Trust,
  type Value,
  type ValueOptions,
} from "./scenario";

/** Scenarios from a seed: the same number makes the same scenario, on any machine. */

export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1 (mulberry32). */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(count: number): number {
    return Math.floor(this.fraction() * count);
  }

  is(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** A generator of its own: what is drawn from it shifts nothing that comes after. */
  apart(): Chance {
    return new Chance(~this.#state);
  }

  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T;
  }

  some<T>(all: readonly T[], atMost: number): T[] {
    const count = 1 + this.below(atMost);
    return [...new Set(Array.from({ length: count }, () => this.of(all)))];
  }

  /** A member that is often left out. */
  maybe<K extends string, T>(name: K, probability: number, make: () => T): Partial<Record<K, T>> {
    return this.is(probability) ? ({ [name]: make() } as Record<K, T>) : {};
  }
}

const START = Date.parse("2026-06-15T12:00:00Z");
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const domains = [
  "contoso.com",
  "eu.contoso.com",
  "a.eu.contoso.com",
  "fabrikam.com",
  "fabrikam.co.uk",
  "snu.ac.kr",
  "mit.edu",
  "xn--bcher-kva.example",
  "gmail.com",
  "googlemail.com",
  "outlook.com",
  "icloud.com",
  "me.com",
  "fastmail.com",
  "kim.fastmail.com",
  "proton.me",
  "pm.me",
  "ya.ru",
  "yandex.com",
  "hanmail.net",
  "daum.net",
  "mailinator.com",
  "privaterelay.appleid.com",
  "x.mailinator.com",
] as const;
const locals = [
  "kim",
  "k.im",
  "kim+news",
  "lee",
  "k-i_m",
  "kim.lee",
  "o'brien",
  "kim+a+b",
  "k.i.m+x.y",
  "weiß",
  "weiss",
  "νίκος+a",
  "νίκοσ",
] as const;
const issuers = ["mail", "google.com", "facebook.com", "entra", "id.contoso.com"] as const;
const accounts = ["1184", "1185", "AbC"] as const;
const languages = ["en", "ko", "ja", "zh-Hans", "de", "fr", "es", "pt-BR"] as const;
const wishes = [
  "en-US",
  "en-GB",
  "ko-KR",
  "ko",
  "KO-kr",
  "de-AT",
  "fr-CA",
  "es-419",
  "pt",
  "pt-PT",
  "zh",
  "zh-CN",
  "zh-SG",
  "zh-TW",
  "zh-Hant",
  "zh-Hans-HK",
  "ja-JP",
  "fi",
  "nb-NO",
  "x",
  "en_US",
  "123",
  "de-CH-1996",
] as const;
const attributes = ["displayName", "city", "jobTitle", "surname", "extension_Code", "extension_Team"] as const;
const texts = [
  "kim lee",
  "KIM LEE",
  "Kim Lee",
  "o'brien-smith",
  "McDonald",
  "x",
  " seoul ",
  "ÉLAN",
  "김민아",
  "van der Berg",
  "ABC-12",
  "abc-12",
  "x y  z",
  "B2",
  "jean-luc d'arc",
  "JP LEE III",
  "KIM VI",
  "KIM, PHD",
] as const;
export const applications = ["6d1f3b52-8c07-4e9a-a4d3-5b20c7e1f986", "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33"] as const;

const codes = ["QH7K-93FN-XAMT", "qh7k93fnxamt", "AAAA-3333-CCCC", "abc-12", "B2", "x", ""];
const births = [
  "2010-06-15",
  "2010-06-14",
  "2010-06-16",
  "2012-06-15",
  "2008-06-15",
  "2008-02-29",
  "20100616",
  "2010.6.15",
  "1999년 1월 2일",
  "05/07/2010",
  "05/07/2010",
  "07/05/2010",
  "07/05/2010",
  "15/06/2010",
  "06/16/2010",
  "2026-06-20",
  "1890-01-01",
  "2010-02-30",
  "",
  "soon",
];
const lands = ["KR", "South Korea", "대한민국", "US", "Germany", "Deutschland", "Atlantis", ""];
const permitted = ["abc-12", "ABC-12", "B2", "B2", "x", "x y z", "xyz", "kim lee", "Kim Lee", "X Y Z"];
const boxes: readonly Value[] = [true, "true", " True ", "true", "I accept", "i accept", false, "", "no"];
const tableIds: readonly TableId[] = ["accessList", "referenceData", "profiles", "decisions", "ledger", "approvals"];

/** How many scenarios the test asks. */
export const TESTED = 250;
/** Among how many `--defects` looks. */
export const HUNTED = 5_000;

/** A scenario has few addresses, so that its rows are about the people who come. */
class Town extends Chance {
  readonly domains: readonly string[] = this.is(0.15) ? ["mailinator.com"] : this.some(domains, 2);
  readonly locals = this.some(locals, 3);
  readonly codes = this.some(permitted, 2);
}

const domainFrom = (chance: Town): string => chance.of(chance.is(0.9) ? chance.domains : domains);

export function scenarioFrom(seed: number): Scenario {
  const chance = new Town(seed);
  const trusting = trustingFrom(new Town(seed ^ 0x7457), policyFrom(chance));
  const policy = seed % 4 === 3 ? admittingFrom(new Town(seed ^ 0x5eed), trusting) : trusting;
  const events = eventsFrom(chance, policy);
  const calls = events.filter(isCall);
  return { policy, rows: rowsFrom(chance, { policy, calls }), events };
}

function policyFrom(chance: Town): Omit<PolicySpec, "trust"> {
  return {
    rules: {
      "after-sign-in": chance.is(0.4) ? rulesFrom(chance, "after-sign-in") : [],
      "before-create-user": rulesFrom(chance, "before-create-user"),
    },
    messages: chance.is(0.3)
      ? {
          [chance.of(["access-list.denied", "access-list.unlisted", "domain.not-allowed", "attribute.required", "attribute.invalid"])]:
            textFrom(chance),
        }
      : {},
    labels: chance.is(0.4) ? Object.fromEntries(chance.some(attributes, 3).map((name) => [name, textFrom(chance)])) : {},
  };
}

/** The same with the trust of its steps, which is mostly the same; of a rule's own, what the step trusts too. */
function trustingFrom(chance: Town, { rules, ...policy }: Omit<PolicySpec, "trust">): PolicySpec {
  const first = chance.is(0.05) ? undefined : chance.of([...trusts, "any", "any", "any", ["mail", "google.com"]] as const);
  const last = chance.is(0.8) ? first : chance.of([...trusts, "any"] as const);
  const trust = { "after-sign-in": first, "before-create-user": last };
  const narrowed = (step: StepName) => rules[step].map((spec) => narrow(spec as RuleSpec, trust[step]));
  return {
    ...policy,
    trust,
    rules: { "after-sign-in": narrowed("after-sign-in"), "before-create-user": narrowed("before-create-user") },
  };
}

function narrow(spec: RuleSpec, step: Trust = ["mail", "google.com"]): RuleSpec {
  const kept = (own: readonly string[]) => own.filter((each) => step === "any" || step.includes(each));
  if (spec.rule === "shadow") return { ...spec, of: narrow(spec.of, step) };
  if ("trust" in spec && spec.trust !== undefined) return { ...spec, trust: kept(spec.trust) };
  const own = "options" in spec && "trust" in spec.options ? spec.options.trust : undefined;
  if (own === undefined || !("options" in spec)) return spec;
  const trust = kept(own);
  // One that compares nobody does not load.
  const { trust: _, ...options } = spec.options as { readonly trust?: readonly string[] };
  return { ...spec, options: trust.length === 0 && spec.rule === "oneAccount" ? options : { ...options, trust } } as RuleSpec;
}

/** The same, but `admit` says who may come, at both steps. */
function admittingFrom(chance: Town, { rules, ...policy }: PolicySpec): PolicySpec {
  const whoever = ["accessList", "onlyDomains", "partners", "invited", "requestApproval", "approvalStatus"];
  const beside = (step: StepName) => rules[step].filter(({ rule }) => !whoever.includes(rule));
  const admits = { rule: "admit", options: admitFrom(chance) } as const;
  const [first, last] = [beside("after-sign-in"), beside("before-create-user")];
  const isBefore = (spec: { readonly rule: string }) => setsValues(spec as RuleSpec);
  const around = (all: PolicySpec["rules"][StepName]) => [...all.filter(isBefore), admits, ...all.filter((spec) => !isBefore(spec))];
  return { ...policy, rules: { "after-sign-in": chance.is(0.7) ? around(first) : [], "before-create-user": around(last) } };
}

function admitFrom(chance: Town): AdmitSpec {
  const everyoneElse = chance.of(["approval", "approval", "block", "block", "continue", "waitlist"] as const);
  const terms = {
    ...chance.maybe("by", 0.7, () => chance.of([["address"], ["code"], ["address", "code"]] as const)),
    ...chance.maybe("lasts", 0.4, () => `${1 + chance.below(2)}d`),
  };
  const named = [...chance.domains.slice(0, 1), ...chance.some(["contoso.com", "fabrikam.com", "edu", "gmail.com"], 2)];
  return {
    everyoneElse,
    trust: chance.of([...trusts.filter((trust) => trust.length > 0), "any"] as const),
    ...chance.maybe("listed", 0.7, () => chance.is(0.9)),
    ...chance.maybe("classes", 0.3, () => classNamesFrom(chance)),
    ...(chance.is(0.5) && { domains: named, ...chance.maybe("subdomains", 0.4, () => chance.is(0.7)) }),
    ...chance.maybe("partners", 0.3, () => true),
    ...chance.maybe("invited", everyoneElse === "waitlist" ? 1 : 0.5, () => (chance.is(0.4) ? true : terms)),
    ...chance.maybe("limit", 0.3, () => ({
      by: chance.of(["mailbox", "domain", "gate"] as const),
      windows: [{ max: 1 + chance.below(2), per: chance.of(["1h", "1d"]) }],
      ...chance.maybe("then", 0.6, () => chance.of(["approval", "block"] as const)),
    })),
    ...chance.maybe("approval", 0.3, () => {
      const { unless: _, when: __, ...others } = approvalFrom(chance);
      return others;
    }),
  } as AdmitSpec;
}

function textFrom(chance: Town): TextSpec {
  if (chance.is(0.3)) return "One text for all.";
  return Object.fromEntries(
    chance
      .some(["en", "ko", "zh", "zh-Hant", "zh-Hans", "pt", "pt-BR", "pt-PT", "de", "de-CH", "nb", "fi", "es-MX"], 4)
      .map((tag) => [tag, `Text in ${tag}`]),
  );
}

function rulesFrom(chance: Town, step: StepName): readonly RuleSpec[] {
  const count = 1 + chance.below(4);
  const all = Array.from({ length: count }, () => ruleFrom(chance, step));
  const some = all.filter(({ rule }, index) => rule !== "minimumAge" || all.findIndex((each) => each.rule === rule) === index);
  // Most of what is judged before it is set does not load.
  const rules = chance.is(0.7) ? [...some.filter(setsValues), ...some.filter((each) => !setsValues(each))] : some;
  if (!chance.is(step === "after-sign-in" ? 0.2 : 0.4)) return rules;
  return [...rules, step === "after-sign-in" ? { rule: "approvalStatus" } : { rule: "requestApproval", options: approvalFrom(chance) }];
}

const setsValues = ({ rule }: RuleSpec): boolean => ["prefill", "lookup", "permittedValue"].includes(rule);

function approvalFrom(chance: Town): ApprovalSpec {
  const then = chance.is(0.6)
    ? { then: "continue", ...chance.maybe("unproven", 0.7, () => chance.of(["block", "provision"] as const)) }
    : {};
  return {
    ...then,
    ...chance.of([{}, { unless: "listed" }, { when: "unlisted" }, { when: "approval" }, { when: "approval" }]),
    ...chance.maybe("answerWithin", 0.4, () => "1d"),
    ...chance.maybe("askAgainAfter", 0.5, () => chance.of(["0d", "1d", "never"] as const)),
    ...chance.maybe("passFor", 0.4, () => "1d"),
  } as ApprovalSpec;
}

const trusts = [["mail"], ["mail", "google.com"], ["google.com"], ["entra"], ["facebook.com", "entra"], []] as const;

function ruleFrom(chance: Town, step: StepName): RuleSpec {
  const kind = chance.of([
    "accessList",
    "accessList",
    "accessList",
    "onlyDomains",
    "notDomains",
    "onlyApplications",
    "onlyProviders",
    "format",
    "assign",
    "partners",
    "prefill",
    "shadow",
    "oneAccount",
    "oneAccount",
    ...(step === "after-sign-in"
      ? []
      : ([
          "terms",
          "terms",
          "surge",
          "minimumAge",
          "minimumAge",
          "invited",
          "invited",
          "invited",
          "expiry",
          "validate",
          "permittedValue",
          "permittedValue",
          "lookup",
          "limit",
          "limit",
        ] as const)),
  ] as const);
  switch (kind) {
    case "accessList":
      return {
        rule: kind,
        options: {
          ...chance.maybe("otherwise", 0.7, () => chance.of(["block", "continue", "continue"] as const)),
          ...chance.maybe("classes", 0.5, () => classNamesFrom(chance)),
          ...chance.maybe("trust", 0.4, () => chance.of(trusts)),
        } as ListOptions,
      };
    case "onlyDomains":
      return {
        rule: kind,
        domains: chance.some(
          ["contoso.com", "fabrikam.com", "gmail.com", "edu", "ac.kr", "Contoso.com", "bücher.example", "mailinator.com", "outlook.com"],
          5,
        ),
        options: { ...chance.maybe("subdomains", 0.5, () => chance.is(0.7)), ...chance.maybe("trust", 0.4, () => chance.of(trusts)) },
      };
    case "notDomains":
      return {
        rule: kind,
        domains: chance.some(["fabrikam.com", "consumer", "disposable", "relay", "edu", "contoso.com", "gmail.com"], 3),
        options: {
          ...chance.maybe("subdomains", 0.5, () => chance.is(0.5)),
          ...chance.maybe("except", 0.3, () => chance.some(["gmail.com", "eu.contoso.com", "edu", "fabrikam.com"], 2)),
        },
      };
    case "onlyApplications":
      return { rule: kind, ids: [chance.of(applications)] };
    case "onlyProviders":
      return { rule: kind, providers: chance.some(issuers, 3) };
    case "format":
      return {
        rule: kind,
        attributes: Object.fromEntries(
          chance.some(attributes, 3).map((name) => [name, chance.of(["titleCase", "trim", "upperCase", "lowerCase"] as const)]),
        ),
      };
    case "assign":
      return { rule: kind, attributes: Object.fromEntries(chance.some(attributes, 2).map((name) => [name, chance.of(texts)])) };
    case "permittedValue":
      return {
        rule: kind,
        attribute: chance.of(["extension_Code", "extension_Team", "jobTitle"]),
        options: {
          ...chance.maybe("list", 0.3, () => "codes"),
          ...chance.maybe("case", 0.2, () => chance.of(["ignore", "exact"] as const)),
          ...chance.maybe("spaces", 0.3, () => chance.of(["collapse", "remove", "exact"] as const)),
          ...chance.maybe("optional", 0.3, () => true),
          ...chance.maybe("maxUses", 0.5, () => 1 + chance.below(2)),
          ...chance.maybe("usedUp", 0.2, () => chance.of(["ask-again", "approval"] as const)),
          ...chance.maybe("guessesPerDay", 0.4, () => chance.of([1, 1, 2, 3])),
        } as ValueOptions,
      };
    case "lookup":
      return {
        rule: kind,
        ...chance.maybe("trust", 0.5, () => chance.of(trusts)),
        options: {
          ...chance.maybe("only", 0.6, () => chance.some(attributes, 2)),
          ...chance.maybe("notFound", 0.6, () => chance.of(["block", "ask-again", "leave-empty", "continue"] as const)),
          ...chance.maybe("untrusted", 0.6, () => chance.of(["block", "leave-empty", "continue"] as const)),
        } as FoundOptions,
      };
    case "prefill":
      return { rule: kind, ...chance.maybe("trust", 0.5, () => chance.of(trusts)) };
    case "partners":
      return {
        rule: kind,
        options: {
          ...chance.maybe("otherwise", 0.6, () => chance.of(["block", "continue", "approval"] as const)),
          ...chance.maybe("trust", 0.4, () => chance.of(trusts)),
        } as PartnerOptions,
      };
    case "limit":
      return {
        rule: kind,
        options: {
          by: chance.of(["mailbox", "domain", "organisation", "organisation", "issuer", "application", "network", "gate"] as const),
          windows: chance.some(["1m", "5m", "1h", "1d", "90m"], 2).map((per) => ({ max: 1 + chance.below(3), per })),
          ...chance.maybe("then", 0.4, () => chance.of(["block", "observe", "approval"] as const)),
          ...chance.maybe("name", 0.2, () => "own"),
        } as LimitSpec,
      };
    case "terms":
      return {
        rule: kind,
        attribute: "extension_Terms",
        options: {
          version: chance.of(["2026-01", "2026-02"]),
          languages: chance.some(["en", "ko", "zh-Hant", "pt", "pt-BR", "fr-CA"], 3),
          ...chance.maybe("ticked", 0.2, () => "I accept"),
        } as TermsSpec,
      };
    case "minimumAge":
      return {
        rule: kind,
        attribute: "extension_Born",
        options: {
          years: chance.of<AgeSpec["years"]>([16, 16, 18, { default: 16, KR: 14, DE: 18 }, { default: 18, US: 13 }]),
          ...chance.maybe("order", 0.3, () => chance.of(["dmy", "mdy"] as const)),
          ...chance.of([{}, {}, { keep: true }, { instead: "checked" }]),
        },
      };
    case "oneAccount":
      return {
        rule: kind,
        options: {
          ...chance.maybe("trust", 0.4, () =>
            chance.of([["mail"], ["mail", "google.com", "facebook.com"], ["entra", "mail", "id.contoso.com"]]),
          ),
          ...chance.maybe("lasts", 0.3, () => "30d" as const),
        },
      };
    case "invited":
      return {
        rule: kind,
        options: {
          ...chance.maybe("by", 0.5, () => chance.of([["address"], ["code"], ["address", "code"]] as const)),
          ...chance.maybe("lasts", 0.3, () => `${1 + chance.below(2)}d` as const),
          ...chance.maybe("otherwise", 0.7, () => chance.of(["approval", "waitlist", "block"] as const)),
          ...chance.maybe("trust", 0.3, () => chance.of(trusts)),
        } as InvitedSpec,
      };
    case "expiry": {
      const ends = chance.apart();
      return {
        rule: kind,
        options: {
          lasts: "180d",
          // Who ended access, and why, changes nothing for a person who tries again.
          ...(ends.is(0.3) && { idle: "90d" as const, askGraph: true }),
          ...ends.maybe("unredeemed", 0.3, () => "30d" as const),
          ...chance.maybe("otherwise", 0.6, () => chance.of(["approval", "block"] as const)),
          ...chance.maybe("trust", 0.3, () => chance.of(trusts)),
        },
      };
    }
    case "surge":
      return { rule: kind, options: { max: 1 + chance.below(2), per: chance.of(["1m", "1h", "4h"]) } };
    case "shadow": {
      const of = ruleFrom(chance, step);
      return of.rule === "shadow" ? of : { rule: kind, of };
    }
    case "validate":
      return {
        rule: kind,
        attributes: Object.fromEntries(chance.some([...attributes, "email"], 3).map((name) => [name, fieldFrom(chance)])),
      };
  }
}

/** Often two that a domain is in. */
function classNamesFrom(chance: Town) {
  if (chance.domains.includes("mailinator.com") && chance.is(0.6)) return ["disposable", "consumer"] as const;
  return chance.some(["disposable", "consumer", "relay", "disposable"] as const, 3);
}

function fieldFrom(chance: Town): FieldSpec {
  return {
    ...chance.maybe("optional", 0.4, () => true),
    ...chance.maybe("min", 0.5, () => 1 + chance.below(8)),
    ...chance.maybe("max", 0.4, () => 1 + chance.below(12)),
  };
}

const ends: readonly Value[] = [
  "2026-06-14",
  "2026-06-15",
  "2026-06-16",
  "2026-06-15T12:00:00Z",
  "2026-06-15T12:30",
  "2026-06-15T21:00+09:00",
  "2026-06-15T13:00:00+09:00",
  Math.floor(START / 1_000) + 60,
  String(Math.floor(START / 1_000)),
  START,
  "20270131",
  "2027-02-30",
  "soon",
  "2027-01-31",
  "",
];

/** For what rows are made, so that they are about it. */
interface About {
  readonly policy: PolicySpec;
  readonly calls: readonly SignUpCall[];
}

/** Often the very moment of a call. */
function endFrom(chance: Town, { calls }: About): Value {
  const { at } = chance.of(calls);
  return chance.is(0.5) ? chance.of(ends) : at % 1_000 === 0 && chance.is(0.3) ? at / 1_000 : new Date(at).toISOString();
}

/** Two rows that say otherwise of the same people: two classes, or a provider and a domain. Or a domain that waits, often of invited people. */
function rivalsFrom(chance: Town, { policy }: About): readonly TableRow[] {
  const all = [...rulesAt(policy, "after-sign-in"), ...rulesAt(policy, "before-create-user")];
  const bothCount = all.some((spec) => spec.rule === "accessList" && (spec.options.classes?.length ?? 0) > 1);
  const isAsked = all.some(({ rule }) => rule === "accessList") && chance.is(bothCount ? 0.8 : 0.3);
  const [domain = "contoso.com"] = chance.domains;
  const rows = chance.of([
    { disposable: "allow", consumer: "deny" },
    { disposable: "deny", consumer: "allow" },
    { disposable: "allow", consumer: "approval" },
    { disposable: "approval", consumer: "deny" },
    { "issuer:google.com": "approval", [domain]: "allow" },
    { "issuer:google.com": "approval", [domain]: "deny" },
    { [domain]: "approval" },
  ]);
  return isAsked ? Object.entries(rows).map(([entry, effect]) => ({ entry, effect })) : [];
}

function rowsFrom(chance: Town, about: About): Rows {
  const entries = chance.below(7);
  const rows = [...Array.from({ length: entries }, () => entryFrom(chance, about)), ...rivalsFrom(chance, about)];
  return {
    accessList: [...new Map(rows.map((row) => [entryKey(row), row])).values()],
    referenceData: chance.is(0.6)
      ? once(
          ["list", "value"],
          Array.from({ length: chance.below(6) }, () => valueFrom(chance, about)),
        )
      : [],
    profiles: chance.is(0.6)
      ? once(
          ["person"],
          Array.from({ length: chance.below(5) }, () => profileFrom(chance, about)),
        )
      : [],
    decisions: once(
      ["reference", "id"],
      [...Array.from({ length: chance.below(3) }, () => partnerFrom(chance)), ...(chance.is(0.2) ? [postureFrom(chance, about)] : [])],
    ),
  };
}

function once(key: readonly string[], rows: readonly TableRow[]): readonly TableRow[] {
  return [...new Map(rows.map((row) => [key.map((name) => row[name]).join(" "), row])).values()];
}

function valueFrom(chance: Town, about: About): TableRow {
  const value = chance.of(chance.is(0.7) ? chance.codes : permitted);
  const lists = rulesAt(about.policy, "before-create-user").flatMap((spec) =>
    spec.rule === "permittedValue" ? [spec.options.list ?? spec.attribute] : spec.rule === "invited" ? ["extension_InvitationCode"] : [],
  );
  return {
    list: chance.of(lists.length > 0 && chance.is(0.8) ? lists : ["extension_Code", "codes", "jobTitle", "extension_Team"]),
    value,
    ...chance.maybe("expiresAt", 0.2, () => endFrom(chance, about)),
  };
}

function profileFrom(chance: Town, about: About): TableRow {
  return {
    person: chance.is(0.3) ? `issuer:${chance.of(issuers)}/${chance.of(accounts)}` : addressFrom(chance),
    ...Object.fromEntries(chance.some(attributes, 3).map((name) => [name, chance.of(texts)])),
    ...chance.maybe("note", 0.2, () => "a note"),
    ...chance.maybe("expiresAt", 0.2, () => endFrom(chance, about)),
  } as TableRow;
}

function postureFrom(chance: Town, about: About): TableRow {
  return {
    reference: "posture",
    id: chance.of(["default", "default", "suppliers"]),
    state: chance.of(["open", "approval", "approval", "listed", "closed", "closed", "shut"]),
    revision: 1,
    ...chance.maybe("from", 0.3, () => endFrom(chance, about)),
    ...chance.maybe("until", 0.5, () => endFrom(chance, about)),
  } as TableRow;
}

function partnerFrom(chance: Town): TableRow {
  const day = (days: number) => new Date(START + days * DAY).toISOString();
  return {
    reference: "partner",
    id: domainFrom(chance),
    token: "0123456789abcdef0123456789abcdef",
    state: chance.of(["pending", "proven", "proven", "stale", "lapsed"]),
    since: day(-3),
    until: day(chance.of([-1, 0, 1, 4])),
    addedAt: day(-5),
    by: "somebody",
    revision: 1,
  };
}

function entryFrom(chance: Town, about: About): TableRow {
  return {
    entry: entryNameFrom(chance),
    effect: chance.of(["allow", "allow", "allow", "approval", "approval", "deny", "deny", "Allow", "Approval ", "maybe"]),
    ...chance.maybe("issuer", 0.15, () => chance.of(["google.com", "mail", "entra", "facebook.com", "not an issuer", ""])),
    ...chance.maybe("expiresAt", 0.3, () => endFrom(chance, about)),
    ...chance.maybe("allowedUntil", 0.25, () => endFrom(chance, about)),
    ...chance.maybe("gates", 0.15, () => chance.of(["default", "suppliers", "suppliers, default", "default,", "Not A Gate"])),
  } as TableRow;
}

function entryNameFrom(chance: Town): string {
  return chance.of([
    () => "*",
    () => addressFrom(chance),
    () => `kim@${domainFrom(chance)}`,
    () => domainFrom(chance),
    () => domainFrom(chance),
    () => `*.${chance.of(["contoso.com", "eu.contoso.com", "fastmail.com", "ac.kr", "com", "mailinator.com"])}`,
    () => chance.of(["disposable", "relay", "consumer"]),
    () => chance.of(["disposable", "relay", "consumer"]),
    () => chance.of(["disposable", "relay", "consumer"]),
    () => `issuer:${chance.of(issuers)}`,
    () => `issuer:${chance.of(issuers)}/${chance.of(accounts)}`,
  ])();
}

function addressFrom(chance: Town): string {
  return `${chance.of(chance.is(0.9) ? chance.locals : locals)}@${domainFrom(chance)}`;
}

/** As somebody might type it, or a provider might send it. */
function spelledFrom(chance: Town, address: string): string {
  if (chance.is(0.7)) return address;
  return chance.of([
    () => address.toUpperCase(),
    () => ` ${address} `,
    () => `${address}.`,
    () => address.replace("xn--bcher-kva", "bücher"),
    () => address.replace("contoso", "ｃｏｎｔｏｓｏ"),
    () => address.replace("kim", "k\u200bim"),
    () => address.replace("@", ""),
    () => address.replace("@", "@@"),
    () => address.replace(".", "。"),
    () => address.replace("kim", "k im"),
    () => `${"x".repeat(chance.of([60, 64, 65]))}@contoso.com`,
    () => `x@${"a.".repeat(chance.of([47, 48, 49, 50]))}com`,
  ])();
}

function eventsFrom(chance: Town, policy: PolicySpec): readonly Happening[] {
  const count = 1 + chance.below(8);
  const calls: SignUpCall[] = [];
  const events: Happening[] = [];
  const asks = rulesAt(policy, "before-create-user").some(({ rule }) => rule === "requestApproval");
  const [invites, ends] = ["invited", "expiry"].map((name) => rulesAt(policy, "before-create-user").some(({ rule }) => rule === name));
  let at = START + chance.of([0, 0, 0, 1_000, 30_000]);
  for (let index = 0; index < count; index++) {
    const before = calls.length > 0 && chance.is(0.4) ? chance.of(calls) : undefined;
    at += chance.of([0, 1_000, 30_000, MINUTE, 5 * MINUTE, 61 * MINUTE, DAY]);
    const call = before === undefined ? callFrom(chance, at, policy) : againFrom(chance, before, at, policy);
    at = call.at;
    calls.push(call);
    events.push(call);
    const other = chance.is(0.7) ? call.email : addressFrom(chance);
    const mailbox = addressIn(other)?.whole;
    const gate = chance.maybe("gate", 0.15, () => "suppliers");
    if (invites && mailbox !== undefined && chance.is(0.5)) {
      at += chance.of([0, 1_000, MINUTE]);
      const end = { at, end: "invitation", of: mailbox, ...gate } as const;
      const sent = { at, invite: mailbox, ...gate, code: chance.of(["QH7K-93FN-XAMT", "AAAA-3333-CCCC"]), days: 1 + chance.below(3) };
      events.push(chance.is(0.2) ? end : sent);
    }
    if (ends && mailbox !== undefined && chance.is(0.4)) events.push({ at, end: "access", of: mailbox, ...gate });
    if (!asks || !chance.is(0.4)) continue;
    at += chance.of([1_000, MINUTE, DAY]);
    events.push({ at, decide: chance.of(["approve", "approve", "deny"] as const), request: chance.below(2) });
    if (!chance.is(0.4)) continue;
    at += chance.of([1_000, MINUTE, DAY]);
    const [{ unread: _, ...same }, name] = [call, chance.of(attributes)];
    const next: SignUpCall = { ...same, at, step: "before-create-user", attributes: { ...call.attributes, [name]: chance.of(texts) } };
    calls.push(next);
    events.push(next);
  }
  return chance.is(0.02)
    ? [...events, { ...callFrom(chance, at, policy), unwritten: [chance.of(["ledger", "approvals"] as const)] }]
    : events;
}

const codeFrom = (chance: Town): string => chance.of(chance.is(0.7) ? chance.codes : permitted);

function callFrom(chance: Town, at: number, policy: PolicySpec): SignUpCall {
  const tenant = chance.of(["workforce", "workforce", "b2c", "external-tenant"] as const);
  const issuer = chance.of(issuers.filter((each) => each !== "entra" || tenant === "workforce"));
  const given = chance.some(attributes, 4).map((name): [string, Value] => [name, chance.is(0.1) ? "" : chance.of(texts)]);
  const email = spelledFrom(chance, addressFrom(chance));
  for (const spec of rulesAt(policy, "before-create-user"))
    if (spec.rule === "permittedValue" && chance.is(0.7)) given.push([spec.attribute, codeFrom(chance)]);
  const box = rulesAt(policy, "before-create-user").some(({ rule }) => rule === "terms");
  const has = (name: string) => rulesAt(policy, "before-create-user").some(({ rule }) => rule === name);
  if (has("invited") && chance.is(0.6)) given.push(["extension_InvitationCode", chance.of(codes)]);
  if (has("minimumAge") && chance.is(0.9)) given.push(["extension_Born", chance.of(births)], ["country", chance.of(lands)]);
  if (box && chance.is(0.9)) given.push(["extension_Terms", chance.of(boxes)]);
  return {
    at,
    ...chance.maybe("gate", 0.2, () => "suppliers"),
    ...chance.maybe("unread", 0.03, () => [chance.of(tableIds)]),

    step: policy.rules["after-sign-in"].length > 0 && chance.is(0.4) ? "after-sign-in" : "before-create-user",
    tenant,
    email,
    issuer,
    accountId: issuer !== "mail" ? chance.of(accounts) : chance.is(0.85) ? email : addressFrom(chance),
    attributes: Object.fromEntries(given),
    collects: chance.is(0.5) ? chance.some(attributes, 3) : [],
    locales: chance.is(0.8) ? chance.some(wishes, 3) : [chance.of(languages)],
    application: chance.of(applications),
    ipAddress: chance.of(["203.0.113.24", "203.0.113.25", "2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:3::1"]),
    address:
      tenant === "external-tenant"
        ? chance.of(["identity", "identity", "attribute", "none"] as const)
        : chance.is(0.05)
          ? "none"
          : "identity",
    journey: chance.of(["d3d2c1b0-a998-4776-8554-3f2e1d0c9b88", "b1f0c2d3-0000-4776-8554-3f2e1d0c9b88"]),
  };
}

/** The same call once more, or the same person with something else. */
function againFrom(chance: Town, before: SignUpCall, at: number, policy: PolicySpec): SignUpCall {
  const { unread: _, ...same } = { ...before, at };
  return chance.of<() => SignUpCall>([
    () => same,
    () => ({ ...same, step: "before-create-user" }),
    () => ({ ...same, step: policy.rules["after-sign-in"].length > 0 ? "after-sign-in" : "before-create-user" }),
    () => ({ ...same, attributes: { ...before.attributes, [chance.of(attributes)]: chance.of(texts) } }),
    () => ({ ...same, email: spelledFrom(chance, before.email) }),
    () => ({ ...same, gate: "suppliers" }),
    () => ({ ...same, ...someoneFrom(chance, before.issuer) }),
    () => ({ ...same, ...byMail(otherSpelling(chance, before.email)), tenant: "b2c" }),
    () => ({ ...same, at: at + DAY, attributes: { ...before.attributes, ...guessFrom(chance, policy) } }),
    () => ({ ...same, attributes: { ...before.attributes, ...guessFrom(chance, policy) } }),
    () => ({ ...same, issuer: chance.of(["mail", "google.com"]), accountId: chance.of(accounts) }),
  ])();
}

/** Somebody else, with the same form. */
function someoneFrom(chance: Town, issuer: string): Pick<SignUpCall, "email" | "accountId"> {
  const email = addressFrom(chance);
  return { email, accountId: issuer === "mail" ? email : chance.of(accounts) };
}

const byMail = (email: string) => ({ issuer: "mail", email, accountId: email });

/** Another spelling of a mailbox, where the provider knows several. */
function otherSpelling(chance: Town, email: string): string {
  const tagged = email.replace("@", `+${chance.of(["a", "b"])}@`);
  return chance.is(0.7) ? tagged : email.replace("gmail.com", "googlemail.com").replace("@me.com", "@icloud.com");
}

/** Another value wherever the policy asks for one of a list. */
function guessFrom(chance: Town, policy: PolicySpec): Record<string, Value> {
  const asked = rulesAt(policy, "before-create-user").flatMap((spec) => (spec.rule === "permittedValue" ? [spec.attribute] : []));
  return Object.fromEntries(asked.map((attribute) => [attribute, chance.of(permitted)]));
}
