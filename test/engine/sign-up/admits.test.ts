import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { REFERRED } from "../../../engine/sign-up/checks";
import { decide } from "../../../engine/sign-up/engine";
import { approval, defineRule, pass } from "../../../engine/sign-up/own-rule";
import { afterSignIn, beforeCreateUser, type Policy } from "../../../engine/sign-up/policy";
import { makeRule, type Rule, type ShadowRule } from "../../../engine/sign-up/rule";
import { type IdentityVerifier, NotAsked, type Source } from "../../../engine/sign-up/source";
import { accessList } from "../../../features/access-list/rule";
import { approvalStatus } from "../../../features/approvals/approval-status";
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
import { partners } from "../../../features/partners/rule";
import { permittedValue } from "../../../features/permitted-value/rule";
import { surge } from "../../../features/posture/rule";
import { prefill } from "../../../features/profiles/prefill";
import { ruleRegistry } from "../../../features/rules";
import { shadow } from "../../../features/shadow/rule";
import { terms } from "../../../features/terms/rule";
import { validate } from "../../../features/validate/rule";
import { verifyIdentity } from "../../../features/verify-identity/rule";
import { person, world } from "./people";

type Entry = Rule<"before-create-user"> | ShadowRule;

const policyOf = (...rules: Entry[]) => beforeCreateUser(rules as [Entry, ...Entry[]], { trust: "any" });
const saidToAdmit = (...rules: Entry[]) =>
  beforeCreateUser(rules as [Entry, ...Entry[]], { trust: "any", admitsEverybody: "It is a public newsletter." });

const crm: Source = { name: "crm", uses: [], find: () => undefined };
const openCrm: Source = { ...crm, onFailure: "continue" };
const vendor: IdentityVerifier = { name: "vendor", uses: [], fieldsOf: () => ({ fields: {} }), verify: async () => ({ kind: "review" }) };
const list = accessList({ otherwise: "continue" });
const referred = requestApproval({ when: "approval" });
const waiting = requestApproval({ when: "approval", then: "continue", unproven: "block" });
const terms2026 = terms("extension_Terms", { version: "2026-01", files: { en: "terms.en.md" } });

describe("a policy that admits everybody is refused", () => {
  it.each<{ which: string; rules: readonly Entry[]; says: string }>([
    {
      which: "an approval that nobody refers to",
      rules: [list, referred],
      says: "request-approval (everybody that no earlier rule refers). Only entries of the access list refer people to requestApproval: everybody else gets in. Add",
    },
    {
      which: "an approval to which a list refers that comes after it",
      rules: [validate(v.object({ city: v.string() })), waiting, list],
      says: "No rule before requestApproval refers people to it. Add",
    },
    {
      which: "a limit that only observes, beside a list that lets others go on",
      rules: [list, limit({ by: "gate", windows: [{ max: 9, per: "1h" }], then: "observe" })],
      says: "access-list (people that no entry denies), limit (as many people as it allows)",
    },
    {
      which: "an identity check of one country's people",
      rules: [verifyIdentity(vendor, { countries: ["US"] })],
      says: "verify-identity (people who type a country other than US)",
    },
    { which: "only a list that lets others go on", rules: [list], says: "access-list (people that no entry denies)" },
    {
      which: "an approval behind a form, that nobody refers to",
      rules: [validate(v.object({ city: v.string() })), referred],
      says: "validate (people who fill in the form), request-approval (everybody that no earlier rule refers)",
    },
    { which: "an approval behind terms", rules: [list, terms2026, referred], says: "terms (people who tick the box)" },
    {
      which: "an approval that is referred to too late",
      rules: [limit({ by: "gate", windows: [{ max: 9, per: "1h" }] }), referred],
      says: "limit (as many people as it allows)",
    },
    {
      which: "an approval that stands before what narrows",
      rules: [waiting, limit({ by: "gate", windows: [{ max: 9, per: "1h" }] })],
      says: "limit (as many people as it allows)",
    },
    {
      which: "an approval to which only a rule after it refers",
      rules: [
        limit({ by: "gate", windows: [{ max: 9, per: "1h" }] }),
        waiting,
        makeRule({ name: "late", admits: "everybody", sets: [], requires: [REFERRED], decide: () => ({ kind: "continue" }) }),
        referred,
      ],
      says: "limit (as many people as it allows)",
    },
    { which: "only reshaping", rules: [format({ city: trim }), assign({ country: "KR" })], says: "its rules refuse nobody" },
    { which: "only shadows", rules: [shadow(accessList())], says: "its rules refuse nobody" },
    { which: "a list in the shadow", rules: [shadow(accessList()), list], says: "access-list" },
    ...[[referred], []].map((last) => ({ which: "only a surge", rules: [list, surge({ max: 9, per: "1h" }), ...last], says: "surge" })),
    { which: "only the state of a request", rules: [approvalStatus()], says: "approval-status" },
    { which: "only findings", rules: [mailFactsBy(), prefill(crm)], says: "mail-facts (everybody), prefill (everybody)" },
    { which: "partners and others", rules: [partners({ otherwise: "continue" })], says: "partners (people of other domains)" },
    { which: "only a rule of one's own", rules: [defineRule("note", () => pass())], says: "note (whoever it passes). If note decides" },
    {
      which: "a rule of one's own that does not say that it refers, before an approval",
      rules: [list, defineRule("note", () => approval()), referred],
      says: "note (whoever it passes)",
    },
    { which: "only the form's values", rules: [validate(v.object({ city: v.string() }))], says: "validate (people who fill in the form)" },
    { which: "only optional values", rules: [validate(v.object({ city: v.optional(v.string()) }))], says: "validate" },
    { which: "only a tick", rules: [terms2026], says: "terms (people who tick the box)" },
    {
      which: "only a date of birth",
      rules: [minimumAge("extension_Born", { years: 16 })],
      says: "minimum-age (people who type an early enough date)",
    },
    { which: "a form, a tick and a date", rules: [validate(v.object({ city: v.string() })), terms2026, list], says: "validate" },
    {
      which: "only an end of access",
      rules: [expiry({ lasts: "9d", otherwise: "approval" }), referred],
      says: "expiry (people whose access has not ended)",
    },
    { which: "only one account each", rules: [oneAccount()], says: "one-account (people without another account)" },
    {
      which: "a lookup of people who may be unknown",
      rules: [lookup(crm, { notFound: "continue" })],
      says: "lookup (people that crm does not know)",
    },
    { which: "a lookup that leaves them empty", rules: [lookup(crm, { only: ["city"], notFound: "leave-empty" })], says: "lookup" },
    {
      which: "a lookup without a proven address",
      rules: [lookup(crm, { untrusted: "continue" })],
      says: "lookup (people whose address nobody confirms)",
    },
    {
      which: "an optional code",
      rules: [permittedValue("extension_Code", { optional: true })],
      says: "permitted-value (people who leave extension_Code empty)",
    },
  ])("$which", ({ rules, says }) => {
    const load = () => policyOf(...rules);
    expect(load).toThrow(says);
    expect(load).toThrow(/^The policy for before-create-user lets everybody in: .*\. Add .*accessList\(\).*admitsEverybody: "why"/);
  });

  it.each<{ which: string; rules: readonly Entry[] }>([
    { which: "only an application", rules: [onlyApplications(["3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33"])] },
    { which: "only refused domains", rules: [notDomains(["consumer"])] },
    { which: "domains that anybody can register", rules: [onlyDomains(["contoso.com", "net"])] },
    { which: "only a limit", rules: [limit({ by: "gate", windows: [{ max: 9, per: "1h" }] })] },
    { which: "a limit that refers the rest", rules: [limit({ by: "gate", windows: [{ max: 9, per: "1h" }], then: "approval" }), referred] },
    // Without the approval they load: so they do with it, for whom entries of the list have wait.
    ...[list, accessList({ allows: false })].map((each) => ({
      which: "a limit, and a list that refers people",
      rules: [limit({ by: "gate", windows: [{ max: 9, per: "1h" }] }), each, referred],
    })),
    {
      which: "an application, and a list that refers people",
      rules: [onlyApplications(["3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33"]), list, referred],
    },
    { which: "a lookup without an answer", rules: [lookup(openCrm)] },
    { which: "a code that nobody checks while the source is down", rules: [permittedValue("extension_Code", { source: openCrm })] },
    { which: "identities while the vendor is down", rules: [verifyIdentity(vendor, { unavailable: "continue" })] },
  ])("but not if it demands something of everybody: $which", ({ rules }) => {
    expect(policyOf(...rules).rules).toHaveLength(rules.length);
    const { admits, narrows } = rules[0] as Rule<"before-create-user">;
    expect([typeof admits, narrows]).toEqual(["string", true]);
  });

  it("but not if admitsEverybody gives the reason", () => {
    expect(saidToAdmit(list, terms2026).options.admitsEverybody).toBe("It is a public newsletter.");
    expect(saidToAdmit(format({ city: trim })).rules).toHaveLength(1);
    expect(saidToAdmit(list, terms2026, referred).rules).toHaveLength(3);
  });

  it.each([{ words: "" }, { words: " \n" }, { words: true }])("if admitsEverybody is not a text: $words", ({ words }) =>
    expect(() => beforeCreateUser([list], { admitsEverybody: words as string })).toThrow("admitsEverybody of before-create-user"),
  );

  it("if it sets admitsEverybody although one of its rules restricts admission", () =>
    expect(() => saidToAdmit(accessList(), terms2026)).toThrow(
      "admitsEverybody of before-create-user is not true: access-list decides who gets in. Take it out.",
    ));

  it("but not after sign-in, as no account is created there", () =>
    expect(afterSignIn([accessList({ otherwise: "continue" })], { trust: "any" }).rules).toHaveLength(1));

  it("if admitsEverybody is set in a policy for after-sign-in", () =>
    expect(() => afterSignIn([accessList()], { trust: "any", admitsEverybody: "why" } as object)).toThrow('no option "admitsEverybody"'));
});

describe("a policy that restricts admission is accepted", () => {
  it.each<{ which: string; rules: readonly Entry[] }>([
    { which: "the list", rules: [terms2026, accessList()] },
    { which: "domains", rules: [onlyDomains(["contoso.com", "ac.kr"])] },
    { which: "partners, others approved", rules: [partners({ otherwise: "approval" }), referred] },
    { which: "invitations", rules: [list, invited()] },
    { which: "invitations, others approved", rules: [list, invited({ otherwise: "approval" }), referred] },
    { which: "codes", rules: [list, permittedValue("extension_Code", { maxUses: 1 })] },
    { which: "people that a source knows", rules: [list, lookup(crm)] },
    { which: "identities", rules: [list, verifyIdentity(vendor)] },
    { which: "approval of everybody", rules: [requestApproval()] },
    { which: "approval by a function", rules: [requestApproval({ when: ({ findings }) => findings.listed !== "allow" })] },
    { which: "a rule of one's own that refuses", rules: [list, defineRule("own", () => pass(), { refuses: "strangers" })] },
    { which: "a rule of one's own that refers", rules: [list, defineRule("own", () => pass(), { refers: "strangers" }), referred] },
  ])("$which", ({ rules }) => expect(policyOf(...rules).rules).toHaveLength(rules.length));
});

describe("a rule after requestApproval", () => {
  const cheap = makeRule({ name: "cheap", sets: [], decide: () => ({ kind: "continue" }) });

  it("is refused, as it would never judge people with an account created by Graph", () =>
    expect(() => policyOf(requestApproval(), cheap, accessList())).toThrow(
      "The policy for before-create-user: request-approval has accounts created, and cheap and access-list after it never see those people: put request-approval last.",
    ));

  it("is refused by an error with a singular verb if it is the only such rule", () =>
    expect(() => policyOf(requestApproval(), accessList())).toThrow("and access-list after it never sees those people:"));

  it.each<{ which: string; rules: readonly Entry[] }>([
    {
      which: "any rule where nobody's account is created",
      rules: [makeRule({ name: "ask", consumes: [REFERRED], sets: [], decide: () => ({ kind: "continue" }) }), cheap],
    },
    { which: "reshaping, which runs first", rules: [requestApproval(), format({ city: trim })] },
    { which: "a shadow", rules: [requestApproval(), shadow(cheap)] },
    { which: "any rule where the person comes again", rules: [requestApproval({ then: "continue", unproven: "block" }), cheap] },
  ])("is accepted if it is $which", ({ rules }) => expect(policyOf(...rules).rules).toHaveLength(2));
});

describe("requestApproval for referred people only", () => {
  it("is refused if an earlier rule leaves a finding other than a referral", () =>
    expect(() => policyOf(accessList(), verifyIdentity(vendor, { refuted: "continue" }), requestApproval({ when: "approval" }))).toThrow(
      'verify-identity leaves the finding "identity" for a later rule, but no later rule looks at it',
    ));
});

describe("a rule's declaration of admission", () => {
  const stranger = person({
    email: "eve@stranger.example",
    attributes: { extension_PartnerNumber: "P-1", extension_Born: "1990-02-13", extension_Terms: true },
  });
  const decidesAtLast = ruleRegistry.filter(({ steps }) => (steps as readonly string[]).includes("before-create-user"));

  it.each(decidesAtLast.map(({ export: name, fullest }) => ({ name, fullest })))(
    "exists if the rule $name admits strangers",
    async ({ fullest }) => {
      const rule = fullest as Rule<"before-create-user">;
      if (rule.admits !== undefined || rule.decide === undefined) return;
      const policy = { step: "before-create-user", rules: [rule], options: {} } as unknown as Policy;
      const { answer, trace } = await decide(policy, stranger, world());
      const isReferred = trace.some(({ findings }) => findings?.[REFERRED] === true);
      expect(answer.kind !== "continue" || isReferred, JSON.stringify(answer)).toBe(true);
    },
  );

  it("names the people whom the rule admits without asking its source", () =>
    expect(lookup({ ...crm, find: () => new NotAsked("untrusted") }, { untrusted: "leave-empty", only: ["city"] }).admits).toBe(
      "people whose address nobody confirms",
    ));
});
