import * as v from "valibot";
import { decide } from "../../../engine/sign-up/engine";
import { afterSignIn, beforeCreateUser, type Policy } from "../../../engine/sign-up/policy";
import { type AnyRule, makeRule, type Row } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { accessList } from "../../../features/access-list/rule";
import { type AdmitOptions, admit } from "../../../features/admit/preset";
import { approvers } from "../../../features/approvals/approvers";
import { invitePerson } from "../../../features/approvals/invite-person";
import { requestId, requestKey } from "../../../features/approvals/request";
import { requestApproval } from "../../../features/approvals/request-approval";
import { approve, deny } from "../../../features/approvals/transitions";
import { invited } from "../../../features/invitations/rule";
import { onlyDomains } from "../../../features/only-domains/rule";
import { addedPartner } from "../../../features/partners/change";
import { permittedValue } from "../../../features/permitted-value/rule";
import { validate } from "../../../features/validate/rule";
import { policyWarnings } from "../../../lib/policy-folder/policy-warnings";
import { memory } from "../../engine/rules/memory-world";
import { hashOf, NOW, person } from "../../engine/sign-up/people";
import { alice, pending, rowOf } from "../approvals/requests";

const trust = ["mail", "google.com"];
const google = [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "1" }];
const kim = person({ email: "kim@contoso.com", identities: google, attributes: { displayName: "Kim" } });
const una = person({ email: "una@northwind.com", identities: google, attributes: { displayName: "Una" } });
const form = validate(v.object({ displayName: v.string() }));
const allow = (entry: string) => [{ table: "accessList", key: { entry } }, { effect: "allow" }] as const;
const deny_ = (entry: string) => [{ table: "accessList", key: { entry } }, { effect: "deny" }] as const;

const early = (options: AdmitOptions) => afterSignIn([...admit(options)]);
const late = (options: AdmitOptions) =>
  beforeCreateUser([...admit(options), form], options.everyoneElse === "continue" ? { admitsEverybody: "A public newsletter." } : {});
const namesOf = ({ rules }: Policy) => (rules as readonly AnyRule[]).map(({ name }) => name);

async function call(policy: Policy, signUp: SignUp, tables = memory([])) {
  const { answer, decidedBy, trace, failure } = await decide(policy, { ...signUp, step: policy.step }, tables.world);
  expect(failure).toBeUndefined();
  return {
    said: answer.kind === "block" ? answer.reason : answer.kind,
    decidedBy,
    findings: Object.assign({}, ...trace.map((t) => t.findings)),
  };
}

describe("the rules behind admit", () => {
  it.each<{ options: Omit<AdmitOptions, "trust">; first: string; last: string }>([
    { options: { listed: true, everyoneElse: "block" }, first: "access-list", last: "access-list validate" },
    {
      options: { listed: true, domains: ["contoso.com"], partners: true, everyoneElse: "block" },
      first: "access-list only-domains partners",
      last: "access-list only-domains partners validate",
    },
    {
      options: { listed: true, domains: ["contoso.com"], everyoneElse: "approval" },
      first: "access-list only-domains approval-status",
      last: "access-list only-domains validate request-approval",
    },
    {
      options: { listed: true, domains: ["contoso.com"], invited: { lasts: "14d" }, everyoneElse: "approval" },
      first: "access-list",
      last: "access-list only-domains invited validate request-approval",
    },
    { options: { invited: true, everyoneElse: "waitlist" }, first: "access-list", last: "access-list invited validate request-approval" },
    { options: { everyoneElse: "continue" }, first: "access-list", last: "access-list validate" },
    {
      options: { listed: true, limit: { by: "gate", windows: [{ max: 9, per: "1h" }], then: "approval" }, everyoneElse: "continue" },
      first: "access-list",
      last: "access-list limit validate request-approval",
    },
    { options: { listed: true, approval: {}, everyoneElse: "block" }, first: "access-list", last: "access-list validate request-approval" },
  ])("have a fixed order, with the approval last: $options", ({ options, first, last }) => {
    expect(namesOf(early({ ...options, trust }))).toEqual(first.split(" "));
    expect(namesOf(late({ ...options, trust }))).toEqual(last.split(" "));
  });

  it("are the rules that docs/policy.md lists", () => {
    const written = beforeCreateUser(
      [
        accessList({ otherwise: "continue" }),
        onlyDomains(["contoso.com", "fabrikam.com"], { otherwise: "continue", unless: "allowed" }),
        invited({ lasts: "14d", otherwise: "continue", unless: "allowed" }),
        form,
        requestApproval({ unless: "allowed" }),
      ],
      { trust },
    );
    const preset = late({
      listed: true,
      domains: ["contoso.com", "fabrikam.com"],
      invited: { lasts: "14d" },
      everyoneElse: "approval",
      trust,
    });
    const shown = ({ rules }: Policy) => JSON.parse(JSON.stringify(rules));
    expect(shown(preset)).toEqual(shown(written));
    expect(preset.options.trust).toEqual(trust);
  });

  it("may stand before rules that set attributes", () => {
    expect(() =>
      beforeCreateUser([...admit({ listed: true, domains: ["contoso.com"], everyoneElse: "approval", trust }), permittedValue("jobTitle")]),
    ).not.toThrow();
  });

  it("are refused without three dots before them", () => {
    const who = admit({ listed: true, everyoneElse: "block", trust });
    expect(() => beforeCreateUser([who as never])).toThrow(
      "The policy for before-create-user contains a list instead of a rule: write three dots before it, as in [...who].",
    );
  });

  it("are refused if they let everybody in and the policy gives no reason, even if a form follows", () => {
    const who = admit({ domains: ["contoso.com"], partners: true, invited: true, everyoneElse: "continue", trust });
    expect(() => beforeCreateUser([...who])).toThrow(
      /lets everybody in: access-list \(people that no entry denies\), only-domains \(people of other domains\), partners \(people of other domains\), invited \(people without an invitation\)\./,
    );
    expect(() => beforeCreateUser([...who], { admitsEverybody: "A public newsletter." })).not.toThrow();
    expect(() => beforeCreateUser([...who, form])).toThrow("validate (people who fill in the form)");
  });

  it("cause no warning", () => {
    const options: AdmitOptions = { listed: true, domains: ["contoso.com"], partners: true, everyoneElse: "approval", trust };
    const found = [early(options), late(options)].map((policy) => ({ step: policy.step, policy, file: `policy/${policy.step}.ts` }));
    expect(policyWarnings(found as never)).toEqual([]);
  });
});

describe("admit passes on", () => {
  it("the options of approvals", async () => {
    const refused = late({ listed: true, approval: { then: "continue", unproven: "block" }, everyoneElse: "approval", trust: ["mail"] });
    // The trust of `admit` does not have Google.
    expect(await call(refused, una)).toMatchObject({ said: "approval.address-unproven", decidedBy: "request-approval" });
    const staged = late({ listed: true, approval: { stages: [{ by: approvers("Partners") }] }, everyoneElse: "approval", trust });
    const tables = memory([]);
    expect(await call(staged, una, tables)).toMatchObject({ said: "approval.requested" });
    expect(tables.row(requestKey(requestId(una, hashOf)))).toMatchObject({ asked: ["role:Partners"] });
  });

  it("the options of invitations", async () => {
    const row = rowOf(invitePerson(undefined, { email: una.email }, { by: alice, code: "QH7K-93FN-XAMT", days: 30 }, hashOf, NOW));
    const tables = () => memory([[requestKey(row.id), row as unknown as Row]]);
    const after = (days: number) => ({ ...tables(), world: { ...tables().world, now: new Date(NOW.getTime() + days * 86_400_000) } });
    const policy = late({ invited: { lasts: "14d" }, everyoneElse: "block", trust });
    expect(await call(policy, una, after(13))).toMatchObject({ said: "continue", findings: { invited: "address" } });
    expect(await call(policy, una, after(14))).toMatchObject({ said: "invitation.expired", decidedBy: "invited" });
  });

  it("the limits, which do not count people allowed by the list", async () => {
    const tables = memory([allow("kim@contoso.com")]);
    const policy = late({
      listed: true,
      domains: ["northwind.com", "contoso.com"],
      limit: [{ by: "gate", windows: [{ max: 1, per: "1h" }] }],
      everyoneElse: "block",
      trust,
    });
    expect(await call(policy, una, tables)).toMatchObject({ said: "continue" });
    const second = { ...una, email: "uno@northwind.com", identities: [{ ...google[0], issuer: "google.com", issuerAssignedId: "2" }] };
    expect(await call(policy, second, tables)).toMatchObject({ said: "limit.reached", decidedBy: "limit" });
    expect(await call(policy, kim, tables)).toMatchObject({ said: "continue" });
  });

  it("people beyond a limit to an approver, even if another rule would admit them", async () => {
    const tables = memory([]);
    const limited = { by: "gate", windows: [{ max: 1, per: "1h" }], then: "approval" } as const;
    const policy = late({ domains: ["northwind.com"], limit: limited, everyoneElse: "block", trust });
    expect(await call(policy, una, tables)).toMatchObject({ said: "continue" });
    const second = { ...una, email: "uno@northwind.com", identities: [{ ...google[0], issuer: "google.com", issuerAssignedId: "2" }] };
    expect(await call(policy, second, tables)).toMatchObject({ said: "approval.requested", decidedBy: "request-approval" });
  });

  it("`trust` to every rule", async () => {
    const row = rowOf(invitePerson(undefined, { email: kim.email }, { by: alice, code: "QH7K-93FN-XAMT", days: 30 }, hashOf, NOW));
    const proof = { ...addedPartner({ domain: "contoso.com", token: "t", by: "lee" }, NOW), state: "proven", until: undefined };
    const facebook = { ...kim, identities: [{ signInType: "federated", issuer: "facebook.com", issuerAssignedId: "9" }] };
    const ways: readonly Omit<AdmitOptions, "trust" | "everyoneElse">[] = [
      { listed: true },
      { domains: ["contoso.com"] },
      { partners: true },
      { invited: true },
    ];
    for (const way of ways) {
      const policy = late({ ...way, everyoneElse: "block", trust: ["facebook.com"] });
      const tables = () =>
        memory([
          allow("contoso.com"),
          [requestKey(row.id), row as unknown as Row],
          [{ table: "decisions", key: { reference: "partner", id: "contoso.com" } }, proof],
        ]);
      expect(await call(policy, facebook, tables()), Object.keys(way)[0]).toMatchObject({ said: "continue" });
      expect(await call(policy, kim, tables()), Object.keys(way)[0]).not.toMatchObject({ said: "continue" });
    }
  });

  it("`classes` to the list, even if the list lets nobody in", async () => {
    const policy = late({ domains: ["mailinator.com"], classes: ["disposable"], everyoneElse: "block", trust });
    const signUp = { ...una, email: "una@mailinator.com" };
    expect(await call(policy, signUp, memory([deny_("disposable")]))).toMatchObject({ said: "access-list.denied" });
    expect(await call(policy, signUp)).toMatchObject({ said: "continue" });
  });
});

describe("people who asked before", () => {
  const asked = pending({ signUp: una });
  const denied = rowOf(deny(asked, { by: alice }, NOW));
  const passing = rowOf(approve(pending({ signUp: una, onApproval: "continue" }), { by: alice }, NOW));
  const options: AdmitOptions = { listed: true, domains: ["contoso.com"], everyoneElse: "approval", trust };

  it.each([
    { what: "waits", row: asked, says: "approval.pending", later: "approval.requested" },
    { what: "was denied", row: denied, says: "approval.denied" },
    { what: "was approved", row: passing, says: "continue" },
  ])("get their answer at once if their request $what", async ({ row, says, later = says }) => {
    const tables = () => memory([[requestKey(row.id), row as unknown as Row]]);
    expect(await call(early(options), una, tables())).toMatchObject({ said: says });
    expect(await call(late({ ...options, approval: { then: "continue", unproven: "block" } }), una, tables())).toMatchObject({
      said: later,
    });
  });

  it.each([
    { who: "listed since", more: [allow("una@northwind.com")], change: {} },
    { who: "of a domain that was added", more: [], change: { domains: ["northwind.com"] } },
  ])("pass the preset if they are $who, whatever the request's outcome", async ({ more, change }) => {
    const tables = () => memory([[requestKey(denied.id), denied as unknown as Row], ...more]);
    expect(await call(early({ ...options, ...change }), una, tables())).toMatchObject({ said: "continue" });
    expect(await call(late({ ...options, ...change }), una, tables())).toMatchObject({ said: "continue" });
  });

  it("go on to the form if a code may let them in", async () => {
    const tables = memory([[requestKey(asked.id), asked as unknown as Row]]);
    expect(await call(early({ ...options, invited: true }), una, tables)).toMatchObject({ said: "continue" });
  });
});

describe("a person let in by a custom rule", () => {
  const staff = makeRule({
    name: "staff",
    reads: [],
    sets: [],
    admits: "everybody else",
    decide: ({ email }) => ({ kind: "continue", ...(email.startsWith("una@") && { findings: { allowed: true } }) }),
  });

  it.each([
    { options: { listed: true, domains: ["contoso.com"], everyoneElse: "block" } },
    { options: { partners: true, everyoneElse: "block" } },
    { options: { invited: true, everyoneElse: "block" } },
    { options: { listed: true, everyoneElse: "approval" } },
    { options: { invited: true, everyoneElse: "waitlist" } },
  ] as const)("passes the preset after that rule, unless the list denies the person: $options", async ({ options }) => {
    const policy = beforeCreateUser([staff, ...admit({ ...options, trust })]);
    expect(await call(policy, una)).toMatchObject({ said: "continue" });
    expect(await call(policy, { ...una, email: "ann@northwind.com" })).not.toMatchObject({ said: "continue" });
    expect(await call(policy, una, memory([deny_("northwind.com")]))).toMatchObject({ said: "access-list.denied" });
  });
});

describe("for a person without an address", () => {
  const nameless = person({ email: "", source: "external-tenant", identities: google, attributes: { displayName: "Kim" } });

  it.each<Omit<AdmitOptions, "trust">>([
    { listed: true, domains: ["contoso.com"], partners: true, everyoneElse: "block" },
    { listed: true, domains: ["contoso.com"], partners: true, invited: true, everyoneElse: "approval" },
  ])("admit lets in only a listed account: %o", async (options) => {
    for (const policy of [early({ ...options, trust }), late({ ...options, trust })]) {
      expect(await call(policy, nameless, memory([allow("issuer:google.com/1")]))).toMatchObject({ said: "continue" });
      expect(await call(policy, nameless)).toMatchObject({ said: "request.email" });
      expect(await call(policy, nameless, memory([deny_("issuer:google.com/1")]))).toMatchObject({ said: "access-list.denied" });
    }
  });

  it("a person of a listed provider passes after sign-in, even if the provider names no account", async () => {
    const policy = early({ listed: true, everyoneElse: "approval", trust });
    const ofEntra = { ...nameless, source: "b2b", identities: [] } as SignUp;
    expect(await call(policy, ofEntra, memory([allow("issuer:entra")]))).toMatchObject({ said: "continue" });
    expect(await call(policy, ofEntra)).toMatchObject({ said: "request.email" });
  });

  it("admit lets in only a listed account, whatever code is typed, and counts no guess", async () => {
    const policy = late({ listed: true, invited: true, everyoneElse: "block", trust });
    const typing = { ...nameless, attributes: { ...nameless.attributes, extension_InvitationCode: "AAAA-3333-CCCC" } } as SignUp;
    expect(await call(policy, typing, memory([allow("issuer:google.com/1")]))).toMatchObject({ said: "continue" });
    expect(await call(policy, typing)).toMatchObject({ said: "request.email" });
    const byInvitation = late({ invited: true, everyoneElse: "approval", trust });
    expect(await call(byInvitation, typing, memory([allow("issuer:google.com/1")]))).toMatchObject({ said: "request.email" });
  });

  it("an account that the list allows is refused if the options of admit do not use the list", async () => {
    const policy = late({ domains: ["contoso.com"], partners: true, everyoneElse: "block", trust });
    expect(await call(policy, nameless, memory([allow("issuer:google.com/1")]))).toMatchObject({ said: "request.email" });
    const ofPartners = late({ partners: true, everyoneElse: "block", trust: [] });
    expect(await call(ofPartners, nameless, memory([allow("issuer:google.com/1")]))).toMatchObject({ said: "request.email" });
  });
});

describe("an invitation of a person who may come anyway", () => {
  const row = rowOf(invitePerson(undefined, { email: kim.email }, { by: alice, code: "QH7K-93FN-XAMT", days: 14 }, hashOf, NOW));
  const policy = late({ domains: ["contoso.com"], invited: true, everyoneElse: "block", trust });

  it("is still marked as used when the person comes", async () => {
    const tables = memory([[requestKey(row.id), row as unknown as Row]]);
    expect(await call(policy, kim, tables)).toMatchObject({ said: "continue", findings: { invited: "address", allowed: true } });
    expect(tables.row(requestKey(row.id))).toMatchObject({ state: "admitted" });
  });

  it("with a wrong code refuses nobody, and the code is not counted as a guess", async () => {
    const tables = memory([]);
    const typing = { ...kim, attributes: { ...kim.attributes, extension_InvitationCode: "XXXX" } };
    expect(await call(policy, typing, tables)).toMatchObject({ said: "continue" });
    expect([...tables.rows.keys()]).toEqual([]);
  });
});

describe("admit refuses", () => {
  it.each<{ options: object; says: string; Kind?: typeof TypeError | typeof RangeError }>([
    { options: { everyoneElse: "block", provenBy: "any" }, says: 'admit: write trust: "any" in place of provenBy: "any".' },
    {
      options: { listed: true, everyoneElse: "block", trust: ["mail", "any"] },
      says: 'admit: write trust: "any" in place of trust: ["mail","any"].',
    },
    { options: {}, says: "admit: everyoneElse must be one of approval, waitlist, block, continue, not undefined." },
    { options: { everyoneElse: "deny" }, says: 'admit: everyoneElse must be one of approval, waitlist, block, continue, not "deny".' },
    {
      options: { everyoneElse: "approval", trust: undefined },
      says: 'admit: trust must list the identity providers that you trust for addresses, like ["mail", "google.com"], or [] for none.',
    },
    {
      options: { everyoneElse: "approval", listd: true },
      says: 'admit has no option "listd": write one of everyoneElse, trust, listed, classes, domains, subdomains, partners, invited, limit, approval. Did you mean listed?',
    },
    { options: { everyoneElse: "approval", listed: "yes" }, says: 'admit: listed is true or false, not "yes".' },
    { options: { everyoneElse: "approval", partners: 1 }, says: "admit: partners is true or false, not 1." },
    {
      options: { everyoneElse: "approval", invited: "code" },
      says: 'admit: invited is true, or options such as { lasts: "14d" }, not "code".',
    },
    {
      options: { everyoneElse: "approval", limit: 20 },
      says: 'admit: limit is one limit or a list of them, like { by: "domain", windows: [{ max: 20, per: "1h" }] }, not 20.',
    },
    { options: { everyoneElse: "approval", approval: true }, says: "admit: approval takes options of requestApproval, not true." },
    { options: { everyoneElse: "approval", subdomains: true }, says: "admit: subdomains needs domains." },
    {
      options: { everyoneElse: "waitlist", listed: true },
      says: 'admit: everyoneElse: "waitlist" needs invited: people leave the waiting list by an invitation.',
    },
    {
      options: { everyoneElse: "block" },
      says: "admit lets nobody in: add listed, domains, partners or invited, or give everyoneElse another value.",
    },
    {
      options: { everyoneElse: "block", invited: { otherwise: "continue" } },
      says: "admit: leave otherwise out of invited: everyoneElse and trust say it.",
    },
    {
      options: { everyoneElse: "approval", approval: { when: "approval" } },
      says: "admit: leave when out of approval: everyoneElse and trust say it.",
    },
    { options: { everyoneElse: "block", domains: [] }, says: "onlyDomains names no domain: nobody could sign up." },
    {
      options: { everyoneElse: "block", invited: { day: 14 } },
      says: 'invited has no option "day": write one of by, code, lasts, otherwise, unless, trust.',
    },
  ])("$options", ({ options, says }) => expect(() => admit({ trust, ...options } as never)).toThrow(new TypeError(says)));
});
