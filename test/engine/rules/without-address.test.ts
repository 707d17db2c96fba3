import * as v from "valibot";
import { decide } from "../../../engine/sign-up/engine";
import { afterSignIn, beforeSendingToken, type Policy } from "../../../engine/sign-up/policy";
import { makeRule } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { decideFully } from "../../../features/shadow/shadows";
import {
  accessList,
  addressOf,
  approvalStatus,
  assign,
  format,
  lookup,
  onlyApplications,
  onlyDomains,
  onlyProviders,
  permittedValue,
  prefill,
  profiles,
  type Rule,
  requestApproval,
  type Source,
  shadow,
  upperCase,
  validate,
  verifyIdentity,
} from "../../../index";
import { anyPolicy } from "../../support/any-policy";
import { person } from "../sign-up/people";
import { listed, memory, profile } from "./memory-world";

const APPLICATION = "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33";
const google = { issuer: "google.com", signInType: "federated", issuerAssignedId: "1184" };

/** Somebody whose provider tells the account and no address. */
function nameless(changes: Partial<SignUp> = {}): SignUp {
  return person({
    email: "",
    source: "external-tenant",
    identities: [google],
    application: { id: APPLICATION },
    attributes: { city: "seoul", surname: "Kim", extension_Code: "AAA" },
    ...changes,
  });
}

const vendor = {
  name: "vendor",
  uses: [],
  fieldsOf: () => ({ fields: { surname: "Kim" } }),
  verify: async () => ({ kind: "verified" as const }),
};
/** A source that looks for people by their address. */
const crm: Source = { name: "crm", uses: [], find: ({ email }) => ({ city: email }) };
const entry = (name: string, effect: "allow" | "deny") => [{ table: "accessList", key: { entry: name } }, { effect }] as const;

async function answerOf(policy: Policy, rows: Parameters<typeof memory>[0] = [], signUp: SignUp = nameless()) {
  const { answer, decidedBy } = await decide(policy, signUp, memory(rows).world);
  return answer.kind === "block" ? { reason: answer.reason, decidedBy } : { kind: answer.kind };
}

const CONTINUES = { kind: "continue" };

describe("a sign-up without an address is judged by", () => {
  it.each<{ given: string; rules: readonly Rule<"before-create-user">[]; rows?: Parameters<typeof memory>[0]; comesTo?: object }>([
    { given: "the list, by an account", rules: [accessList()], rows: [entry("issuer:google.com/1184", "allow")] },
    { given: "the list, by a provider", rules: [accessList()], rows: [entry("issuer:google.com", "allow")] },
    {
      given: "the list, by a denied account",
      rules: [accessList({ otherwise: "continue" })],
      rows: [entry("issuer:google.com/1184", "deny")],
      comesTo: { reason: "access-list.denied", decidedBy: "access-list" },
    },
    {
      given: "the list, by a denied provider",
      rules: [accessList({ otherwise: "continue" })],
      rows: [entry("issuer:google.com", "deny")],
      comesTo: { reason: "access-list.denied", decidedBy: "access-list" },
    },
    { given: "applications", rules: [onlyApplications([APPLICATION])] },
    { given: "providers", rules: [onlyProviders(["google.com"])] },
    {
      given: "a code",
      rules: [permittedValue("extension_Code", { maxUses: 1, guessesPerDay: 3 })],
      rows: [[listed("extension_Code", "AAA"), {}]],
    },
    { given: "an identity vendor", rules: [verifyIdentity(vendor)] },
    { given: "approvals of somebody who needs none", rules: [requestApproval({ when: () => false })] },
    { given: "what only formats", rules: [format({ city: upperCase }), assign({ country: "KR" })] },
    { given: "a schema of other attributes", rules: [validate(v.looseObject({ city: v.string() }))] },
    {
      given: "a schema in which the address is optional",
      rules: [validate(v.object({ email: v.optional(v.pipe(v.string(), v.email())) }))],
    },
    {
      given: "profiles, by account",
      rules: [lookup(profiles({ trust: ["google.com"] }))],
      rows: [[profile("issuer:google.com/1184"), { city: "Ulsan" }]],
    },
    {
      given: "an own rule that asks whether there is one",
      rules: [makeRule({ name: "own", decide: (signUp) => ({ kind: "continue", findings: { told: addressOf(signUp) !== undefined } }) })],
    },
  ])("$given", async ({ rules, rows, comesTo = CONTINUES }) =>
    expect(await answerOf(anyPolicy(rules as [Rule<"before-create-user">]), rows)).toEqual(comesTo),
  );

  it("approvalStatus after sign-in", async () => expect(await answerOf(afterSignIn([approvalStatus()]))).toEqual(CONTINUES));

  it.each([prefill(profiles({ trust: ["google.com"] })), prefill(crm)])("a rule that prefills the form", async (rule) =>
    expect(
      await answerOf(afterSignIn([rule, makeRule({ name: "pass", sets: [], decide: () => ({ kind: "continue" }) })], { trust: "any" })),
    ).toEqual(CONTINUES),
  );
});

describe("a sign-up without an address is refused for that lack", () => {
  const own = (more: Omit<Rule, "name">) => makeRule({ name: "own", ...more });
  it.each<{ given: string; rules: readonly Rule<"before-create-user">[]; rows?: Parameters<typeof memory>[0]; by: string; who?: SignUp }>([
    { given: "the list without a matching entry", rules: [accessList()], by: "access-list" },
    {
      given: "a list that otherwise continues: a deny cannot be looked up",
      rules: [accessList({ otherwise: "continue" })],
      by: "access-list",
    },
    { given: "a list that allows everyone else", rules: [accessList()], rows: [entry("*", "allow")], by: "access-list" },
    { given: "domains", rules: [onlyDomains(["contoso.com"])], by: "only-domains" },
    { given: "a request for approval", rules: [requestApproval()], by: "request-approval" },
    {
      given: "a request for approval that comes back to the form",
      rules: [requestApproval({ then: "continue", unproven: "block" })],
      by: "request-approval",
    },
    {
      given: "a predicate",
      rules: [requestApproval({ unless: ({ signUp }) => signUp.email.endsWith("@contoso.com") })],
      by: "request-approval",
    },
    { given: "a schema with the address", rules: [validate(v.object({ email: v.pipe(v.string(), v.email()) }))], by: "validate" },
    {
      given: "a vendor that is told the address",
      rules: [verifyIdentity({ ...vendor, fieldsOf: ({ email }) => ({ fields: { email } }) })],
      by: "verify-identity",
    },
    {
      given: "a code of somebody with no account either",
      rules: [permittedValue("extension_Code", { maxUses: 1 })],
      rows: [[listed("extension_Code", "AAA"), {}]],
      by: "permitted-value",
      who: nameless({ identities: [] }),
    },
    {
      given: "an own rule that denies by address",
      rules: [
        own({ decide: ({ email }) => (email.endsWith("@evil.example") ? { kind: "block", reason: "own.evil" } : { kind: "continue" }) }),
      ],
      by: "own",
    },
    {
      given: "one that looks at the sign-up as it came",
      rules: [own({ decide: (_, { received }) => ({ kind: "continue", findings: { length: received.email.length } }) })],
      by: "own",
    },
    {
      given: "one that reads a row of the address",
      rules: [own({ needs: ({ email }) => [{ table: "profiles", key: { person: email } }], decide: () => ({ kind: "continue" }) })],
      by: "own",
    },
    {
      given: "one that prepares an attribute from it",
      rules: [own({ prepare: ({ email }) => ({ city: email }), decide: () => ({ kind: "continue" }) })],
      by: "own",
    },
  ])("$given", async ({ rules, rows, by, who }) =>
    expect(await answerOf(anyPolicy(rules as [Rule<"before-create-user">]), rows, who)).toEqual({
      reason: "request.email",
      decidedBy: by,
    }),
  );

  it.each<{ given: string; copied: (signUp: SignUp) => object }>([
    { given: "a spread", copied: (signUp) => ({ ...signUp }) },
    { given: "the rest of a destructuring", copied: ({ attributes: _, ...rest }) => rest },
    { given: "Object.assign", copied: (signUp) => Object.assign({}, signUp) },
    { given: "JSON", copied: (signUp) => JSON.parse(JSON.stringify(signUp)) },
    { given: "its entries", copied: (signUp) => Object.fromEntries(Object.entries(signUp)) },
    { given: "structuredClone", copied: (signUp) => structuredClone(signUp) },
  ])("even if a rule looks for the address in a copy of the sign-up: $given", async ({ copied }) => {
    const isEvil = (copy: Partial<SignUp>) => copy.email?.endsWith("@evil.example") === true;
    const rule = own({ decide: (signUp) => (isEvil(copied(signUp)) ? { kind: "block", reason: "own.evil" } : { kind: "continue" }) });
    expect(await answerOf(anyPolicy([rule]))).toEqual({ reason: "request.email", decidedBy: "own" });
  });

  it("only if no earlier rule refuses it", async () => {
    const policy = anyPolicy([onlyApplications(["11111111-1f24-4b5d-8c60-9d7e2a1f4b33"]), onlyDomains(["contoso.com"])]);
    expect(await answerOf(policy)).toEqual({ reason: "application.not-allowed", decidedBy: "only-applications" });
  });

  it("only in the trace if the rule is shadowed", async () => {
    const policy = anyPolicy([shadow(onlyDomains(["contoso.com"])), onlyApplications([APPLICATION])]);
    const { answer, trace } = await decideFully(policy, nameless(), memory().world);
    expect(answer.kind).toBe("continue");
    expect(trace[0]).toMatchObject({ rule: "only-domains", said: "block", reasons: ["request.email"], shadow: true });
  });
});

it("a claim that needs no person is sent in a token even without an address", async () => {
  const byAddress = makeRule({
    name: "by-address",
    sets: ["mail"],
    decide: ({ email }) => ({ kind: "continue", attributes: { mail: email } }),
  });
  const policy = beforeSendingToken([byAddress, assign({ tenant: "contoso" })]);
  const { answer, failure } = await decide(policy, nameless({ step: "before-sending-token", identities: [] }), memory().world);
  expect([answer, failure]).toEqual([{ kind: "continue", attributes: { mail: "", tenant: "contoso" } }, undefined]);
});

it("two people without an address cannot both use one code", async () => {
  const { world } = memory([[listed("extension_Code", "AAA"), {}]]);
  const policy = anyPolicy([permittedValue("extension_Code", { maxUses: 1 })]);
  const kinds = [];
  for (const issuerAssignedId of ["1184", "1184", "5577"]) {
    kinds.push((await decide(policy, nameless({ identities: [{ ...google, issuerAssignedId }] }), world)).answer.kind);
  }
  expect(kinds).toEqual(["continue", "continue", "invalid"]);
});
