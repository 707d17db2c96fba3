import * as v from "valibot";
import { decide } from "../../../engine/sign-up/engine";
import { afterSignIn, beforeCreateUser } from "../../../engine/sign-up/policy";
import { makeRule, type RecordKey, type Row } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { rowKey } from "../../../features/access-list/entry";
import { accessList } from "../../../features/access-list/rule";
import { admit } from "../../../features/admit/preset";
import { approvalStatus } from "../../../features/approvals/approval-status";
import { invitePerson } from "../../../features/approvals/invite-person";
import { type ApprovalRequest, requestId, requestKey } from "../../../features/approvals/request";
import { requestApproval } from "../../../features/approvals/request-approval";
import { approve, claim, complete, deny, hashCall, submit, usePass } from "../../../features/approvals/transitions";
import { invited } from "../../../features/invitations/rule";
import { limit } from "../../../features/limit/rule";
import { onlyDomains } from "../../../features/only-domains/rule";
import { partners } from "../../../features/partners/rule";
import { gatePosture } from "../../../features/posture/last-rule";
import { postureKey } from "../../../features/posture/posture";
import { shadow } from "../../../features/shadow/rule";
import { validate } from "../../../features/validate/rule";
import { memory } from "../../engine/rules/memory-world";
import { hashOf, NOW, person } from "../../engine/sign-up/people";
import { alice, asking, later, MINUTE, rowOf } from "../approvals/requests";

// People whom an entry of the list has wait for approval, in every policy that uses the list.

type Rules = Parameters<typeof beforeCreateUser>[0];
type Stored = readonly [RecordKey, Row];

const trust = ["mail", "google.com"];
const kim = person({
  email: "kim@contoso.com",
  identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "1" }],
  attributes: {},
});
const facebook = { ...kim, identities: [{ signInType: "federated", issuer: "facebook.com", issuerAssignedId: "7" }] };
const typed = { ...kim, source: "external-tenant", emailTyped: true } as SignUp;
const nameless = { ...kim, email: "" };

const listed = (entry: string, cells: Row): Stored => [rowKey(entry), { entry, ...cells }];
const waits: Stored = listed("contoso.com", { effect: "approval" });
const kimWaits: Stored = listed("kim@contoso.com", { effect: "approval" });
const googleWaits: Stored = listed("issuer:google.com", { effect: "approval" });
const allows: Stored = listed("kim@contoso.com", { effect: "allow" });
const stored = (request: ApprovalRequest): Stored => [requestKey(request.id), request as unknown as Row];
const asked = (signUp: SignUp = kim) =>
  rowOf(
    submit(undefined, { ...asking(), onApproval: "continue", signUp: signUp as never, received: signUp, hashOf, emailProven: true }, NOW),
  );
const invitation = (email = "kim@contoso.com") =>
  rowOf(invitePerson(undefined, { email }, { by: alice, code: "QH7K-93FN-XAMT", days: 14 }, hashOf, NOW));

async function said(rules: unknown, rows: readonly Stored[], signUp: SignUp = kim, now = NOW): Promise<string> {
  // `admit` brings its own.
  const options = (rules as readonly object[]).some((each) => "rule" in each) ? {} : ({ trust: "any" } as const);
  const policy =
    signUp.step === "after-sign-in"
      ? afterSignIn(rules as Parameters<typeof afterSignIn>[0], options)
      : beforeCreateUser(rules as Rules, options);
  const { answer, failure } = await decide(policy, signUp, { ...memory(rows as never).world, now, lastRule: gatePosture(signUp.gate) });
  expect(failure).toBeUndefined();
  return answer.kind === "block" ? answer.reason : answer.kind === "invalid" ? (answer.problems[0]?.reason ?? "") : "in";
}

const referred = requestApproval({ when: "approval" });
const unlessAllowed = requestApproval({ unless: "allowed" });
const pass = requestApproval({ when: "approval", then: "continue", unproven: "block" });
const open = { otherwise: "continue", trust } as const;

describe("a person with an approval entry", () => {
  it.each<{ policy: string; rules: readonly unknown[]; rows: readonly Stored[]; signUp?: SignUp; says: string }>([
    { policy: "a list that refuses everybody else", rules: [accessList(), referred], rows: [waits], says: "approval.requested" },
    { policy: "such a list, and an allow of the person", rules: [accessList(), referred], rows: [waits, allows], says: "in" },
    { policy: "a list that lets others go on", rules: [accessList(open), unlessAllowed], rows: [waits], says: "approval.requested" },
    {
      policy: "a list that lets others go on, with domains",
      rules: [accessList(open), onlyDomains(["contoso.com"], { trust, otherwise: "continue", unless: "allowed" }), unlessAllowed],
      rows: [kimWaits],
      says: "approval.requested",
    },
    {
      policy: "domains that would refuse the person",
      rules: [accessList(open), onlyDomains(["fabrikam.com"], { trust, unless: "allowed" }), referred],
      rows: [waits],
      says: "approval.requested",
    },
    {
      policy: "partners that would refuse the person",
      rules: [accessList(open), partners({ trust, unless: "allowed" }), referred],
      rows: [waits],
      says: "approval.requested",
    },
    {
      policy: "allows: false",
      rules: [accessList({ allows: false, trust }), onlyDomains(["contoso.com"]), referred],
      rows: [waits],
      says: "approval.requested",
    },
    {
      policy: "allows: false, and an allow that does not count",
      rules: [accessList({ allows: false }), onlyDomains(["contoso.com"]), referred],
      rows: [waits, allows],
      says: "in",
    },
    {
      policy: "a predicate that spares everybody",
      rules: [accessList(open), requestApproval({ unless: () => true })],
      rows: [waits],
      says: "approval.requested",
    },
    {
      policy: "an address that nobody proves",
      rules: [accessList({ trust }), referred],
      rows: [waits],
      signUp: facebook,
      says: "approval.requested",
    },
    {
      policy: "an address that nobody proves, allowed",
      rules: [accessList({ trust }), referred],
      rows: [allows],
      signUp: facebook,
      says: "access-list.unlisted",
    },
    {
      policy: "an address that was typed",
      rules: [accessList({ trust }), referred],
      rows: [waits],
      signUp: typed,
      says: "approval.requested",
    },
    {
      policy: "a provider, and an allowed address",
      rules: [accessList(), referred],
      rows: [googleWaits, allows],
      says: "approval.requested",
    },
    {
      policy: "a provider, and a denied address",
      rules: [accessList(), referred],
      rows: [googleWaits, listed("kim@contoso.com", { effect: "deny" })],
      says: "access-list.denied",
    },
    { policy: "a provider, and no address", rules: [accessList(), referred], rows: [googleWaits], signUp: nameless, says: "request.email" },
    {
      policy: "everybody else, and no address",
      rules: [accessList(), referred],
      rows: [listed("*", { effect: "approval" })],
      signUp: nameless,
      says: "request.email",
    },
    {
      policy: "a limit that is far from full",
      rules: [accessList(open), limit({ by: "domain", windows: [{ max: 9, per: "1h" }], then: "approval" }), referred],
      rows: [waits],
      says: "approval.requested",
    },
    {
      policy: "a form to correct first",
      rules: [accessList(), validate(v.object({ jobTitle: v.string() })), referred],
      rows: [waits],
      says: "attribute.required",
    },
    {
      policy: "other entries",
      rules: [accessList(), referred],
      rows: [listed("fabrikam.com", { effect: "approval" })],
      says: "access-list.unlisted",
    },
    {
      policy: "a class",
      rules: [accessList({ classes: ["disposable"] }), referred],
      rows: [listed("disposable", { effect: "approval" })],
      signUp: { ...kim, email: "kim@mailinator.com" },
      says: "approval.requested",
    },
    {
      policy: "another gate's entry",
      rules: [accessList({ ...open }), unlessAllowed],
      rows: [listed("contoso.com", { effect: "approval", gates: "suppliers" }), allows],
      says: "in",
    },
    {
      policy: "a list in shadow",
      rules: [shadow(accessList()), accessList(open), unlessAllowed],
      rows: [waits],
      says: "approval.requested",
    },
    {
      policy: "an entry in a list in shadow alone",
      rules: [shadow(accessList()), onlyDomains(["contoso.com"])],
      rows: [waits],
      says: "in",
    },
    {
      policy: "a table that spells it otherwise",
      rules: [accessList(), referred],
      rows: [listed("contoso.com", { effect: " APPROVAL " })],
      says: "approval.requested",
    },
  ])("with $policy gets the answer $says", async ({ rules, rows, signUp = kim, says }) =>
    expect(await said(rules, rows, signUp)).toBe(says),
  );

  it.each<{ options: Parameters<typeof admit>[0]; rows?: readonly Stored[]; signUp?: SignUp; says: string }>([
    // The mailed code is a word for that address, too; a wrong one leaves them waiting.
    ...["QH7K-93FN-XAMT", "AAAA-3333-CCCC"].map((code) => ({
      options: { invited: true, everyoneElse: "block", approval: {}, trust } as const,
      rows: [stored(invitation())],
      signUp: { ...facebook, attributes: { extension_InvitationCode: code } },
      says: code.startsWith("QH7K") ? "in" : "approval.requested",
    })),
    { options: { listed: true, everyoneElse: "approval", trust }, says: "approval.requested" },
    { options: { domains: ["contoso.com"], everyoneElse: "approval", trust }, says: "approval.requested" },
    { options: { domains: ["contoso.com"], everyoneElse: "block", approval: {}, trust }, says: "approval.requested" },
    { options: { domains: ["fabrikam.com"], everyoneElse: "block", approval: {}, trust }, says: "approval.requested" },
    { options: { domains: ["contoso.com"], invited: true, everyoneElse: "waitlist", trust }, says: "approval.requested" },
    { options: { listed: true, invited: true, everyoneElse: "block", approval: {}, trust }, says: "approval.requested" },
    { options: { domains: ["contoso.com"], everyoneElse: "block", trust }, says: "access-list.no-approval" },
    { options: { listed: true, everyoneElse: "block", trust }, says: "access-list.no-approval" },
    {
      options: { invited: true, domains: ["contoso.com"], everyoneElse: "block", approval: {}, trust },
      rows: [stored(invitation())],
      says: "in",
    },
  ])("with the admit options $options gets the answer $says", async ({ options, rows = [], signUp = kim, says }) =>
    expect(await said([...admit(options)], [waits, ...rows], signUp)).toBe(says),
  );
});

describe("an approval entry combined with other proof", () => {
  const approved = rowOf(approve(asked(), { by: alice }, NOW));
  const account = rowOf(
    complete(rowOf(claim({ ...approved, onApproval: "provision" }, { holder: "w", leaseMs: MINUTE }, NOW)), "w", { id: "a" }, NOW),
  );

  it.each<{ given: string; rules?: readonly unknown[]; rows: readonly Stored[]; signUp?: SignUp; says: string }>([
    { given: "a request that waits", rows: [stored(asked())], says: "approval.pending" },
    { given: "an approval", rows: [stored(approved)], says: "in" },
    { given: "an approval that this very call has used", rows: [stored(rowOf(usePass(approved, hashCall(kim, hashOf), NOW)))], says: "in" },
    {
      given: "an approval that an earlier call has used",
      rows: [stored(rowOf(usePass(approved, "another call", NOW)))],
      says: "approval.requested",
    },
    {
      given: "an approval of another account",
      rows: [stored(approved)],
      signUp: { ...kim, identities: [{ issuer: "google.com", issuerAssignedId: "2" }] } as SignUp,
      says: "approval.requested",
    },
    { given: "a denial", rows: [stored(rowOf(deny(asked(), { by: alice }, NOW)))], says: "approval.denied" },
    { given: "an account that was made", rows: [stored(account)], says: "approval.provisioned" },
    { given: "an invitation of that address", rules: [accessList(open), invited(), pass], rows: [stored(invitation())], says: "in" },
    { given: "an invitation, before the list", rules: [invited(), accessList(open), pass], rows: [stored(invitation())], says: "in" },
    {
      given: "an invitation of somebody else",
      rules: [accessList(), invited({ otherwise: "continue" }), pass],
      rows: [stored(invitation("lee@contoso.com"))],
      says: "approval.requested",
    },
    {
      given: "an invitation, at a full limit",
      rules: [accessList(open), always("referred"), invited(), pass],
      rows: [stored(invitation())],
      says: "approval.requested",
    },
    ...["referred", "nothing"].map((finding) => ({
      given: `an invitation, and ${finding} by an earlier rule, before the list`,
      rules: [...(finding === "referred" ? [always(finding)] : []), invited(), accessList(open), pass],
      rows: [stored(invitation())],
      says: finding === "referred" ? "approval.requested" : "in",
    })),
    {
      given: "an invitation, at a full limit, before the list",
      rules: [invited(), always("referred"), accessList(open), pass],
      rows: [stored(invitation())],
      says: "approval.requested",
    },
    {
      given: "an invitation, between two lists",
      rules: [accessList(open), invited(), accessList(open), pass],
      rows: [stored(invitation())],
      says: "in",
    },
    {
      given: "a code that was handed out",
      rules: [invited({ trust }), accessList(open), pass],
      rows: [[{ table: "referenceData", key: { list: "extension_InvitationCode", value: "FAIR-3G7K" } }, {}]],
      signUp: { ...kim, attributes: { extension_InvitationCode: "FAIR-3G7K" } },
      says: "approval.requested",
    },
    {
      given: "a rule before the list, which lets the person go on",
      rules: [onlyDomains(["contoso.com"], { trust }), accessList(open), pass],
      rows: [],
      says: "approval.requested",
    },
    {
      given: "an invitation, where everybody needs approval",
      rules: [accessList(open), invited(), requestApproval({ then: "continue", unproven: "block" })],
      rows: [stored(invitation())],
      says: "approval.requested",
    },
  ])("such as $given leads to the answer $says", async ({ rules = [accessList(), pass], rows, signUp = kim, says }) =>
    expect(await said(rules, [waits, ...rows], signUp, later(5 * MINUTE))).toBe(says),
  );
});

/** A rule of one's own that refers everybody. */
function always(finding: string) {
  return makeRule({
    name: "own",
    reads: [],
    sets: [],
    requires: [finding],
    decide: () => ({ kind: "continue", findings: { [finding]: true } }),
  });
}

describe("a person with an approval entry, if no later rule asks for approval", () => {
  it.each<{ policy: string; rules: readonly unknown[]; rows?: readonly Stored[] }>([
    { policy: "the list alone", rules: [accessList()] },
    { policy: "the list that lets others go on", rules: [accessList(open), onlyDomains(["contoso.com"], { trust, unless: "allowed" })] },
    {
      policy: "an approval before the list",
      rules: [requestApproval({ then: "continue", unproven: "block", unless: () => true }), accessList()],
    },
    { policy: "an approval in shadow", rules: [accessList(), shadow(requestApproval() as never)] },
    { policy: "an invitation of that very address", rules: [accessList(open), invited()], rows: [stored(invitation())] },
  ])("is refused: $policy", async ({ rules, rows = [] }) => expect(await said(rules, [waits, ...rows])).toBe("access-list.no-approval"));

  it("is still denied by a deny and admitted by an allow", async () => {
    expect(await said([accessList()], [listed("kim@contoso.com", { effect: "deny" }), waits])).toBe("access-list.denied");
    expect(await said([accessList()], [allows, waits])).toBe("in");
  });
});

describe("a person with an approval entry, after sign-in", () => {
  const signedIn = { ...kim, step: "after-sign-in" } as SignUp;

  it.each<{ policy: string; rules: readonly unknown[]; rows?: readonly Stored[]; says: string }>([
    { policy: "the list alone", rules: [accessList()], says: "in" },
    { policy: "admit", rules: [...admit({ domains: ["contoso.com"], everyoneElse: "approval", trust })], says: "in" },
    {
      policy: "admit, and a request that waits",
      rules: [...admit({ domains: ["contoso.com"], everyoneElse: "approval", trust })],
      rows: [stored(asked())],
      says: "approval.pending",
    },
    {
      policy: "domains that would refuse them",
      rules: [...admit({ domains: ["fabrikam.com"], everyoneElse: "block", approval: {}, trust })],
      says: "in",
    },
    {
      policy: "the state of requests",
      rules: [accessList(open), approvalStatus({ unless: "allowed" })],
      rows: [stored(rowOf(deny(asked(), { by: alice }, NOW)))],
      says: "approval.denied",
    },
  ])("continues to the step that decides: $policy, $says", async ({ rules, rows = [], says }) =>
    expect(await said(rules, [waits, ...rows], signedIn)).toBe(says),
  );
});

describe("a person with an approval entry, at a gate that is not open", () => {
  it.each([
    { state: "approval", says: "approval.requested" },
    { state: "listed", says: "posture.listed" },
    { state: "closed", says: "posture.closed" },
  ])("gets the answer of the gate's state $state: $says", async ({ state, says }) => {
    const key = postureKey(undefined);
    const row = { ...key.key, state, revision: 1, since: NOW.toISOString() };
    expect(await said([accessList(), referred], [waits, [key, row] as never])).toBe(says);
  });
});

it("an approval entry is named in the record, and later rules find that the person waits", async () => {
  const { trace } = await decide(
    beforeCreateUser([accessList(open), unlessAllowed] as unknown as Rules, { trust: "any" }),
    kim,
    memory([waits] as never).world,
  );
  expect(trace[0]).toMatchObject({
    rule: "access-list",
    said: "continue",
    findings: { listed: "approval", allowed: true, referred: true },
    evidence: { entry: "contoso.com", level: "domain" },
  });
});

it("an approval entry leads to an approval by any requestApproval, whatever its options", async () => {
  for (const options of [{}, { when: "approval" }, { unless: "allowed" }, { when: () => false }] as const)
    expect(await said([accessList(), requestApproval(options as never)], [waits])).toBe("approval.requested");
});

it("a person's request has the same id whether or not an approval entry causes it", () => {
  expect(requestId(kim, hashOf)).toBe(asked().id);
});
