import type { AnyRule } from "../../../engine/sign-up/rule";
import { addressProven, ruleTrust, trustFlaw, trusting } from "../../../engine/sign-up/trust";
import { person } from "./people";

const mail = { issuer: "mail", issuerAssignedId: "kim@contoso.com" };
const google = { issuer: "google.com", issuerAssignedId: "1184" };

describe("a list of trusted providers", () => {
  it.each([
    { trust: ["mail"], identities: [mail], trusted: true },
    { trust: ["mail"], identities: [google], trusted: false },
    { trust: ["mail"], identities: [mail, google], trusted: false },
    { trust: ["mail", " Google "], identities: [mail, google], trusted: true },
    { trust: ["entra"], identities: [], trusted: true },
    { trust: ["mail"], identities: [], trusted: false },
    { trust: [], identities: [mail], trusted: false },
    { trust: ["mail"], identities: [{ ...mail, issuerAssignedId: " KIM@contoso.com" }], trusted: true },
    { trust: ["mail"], identities: [{ ...mail, issuerAssignedId: "lee@contoso.com" }], trusted: false },
    { trust: ["mail"], identities: [{ issuer: "mail" }], trusted: false },
    { trust: ["https://login.contoso.com/tenant"], identities: [{ issuer: "https://login.contoso.com/tenant" }], trusted: true },
    { trust: ["urn+x://a"], identities: [{ issuer: "urn+x://a" }], trusted: true },
  ])("$trust trusts a person with $identities: $trusted", ({ trust, identities, trusted }) =>
    expect(trusting(trust, "profiles")({ email: "kim@contoso.com", identities, trust: "any" })).toBe(trusted),
  );

  it("trusts no provider for a typed address", () =>
    expect(trusting(["google.com"], "profiles")({ email: "kim@contoso.com", emailTyped: true, identities: [google], trust: "any" })).toBe(
      false,
    ));

  it.each([["mail"], ["any"], [null], [{ 0: "mail" }]])("is refused if it is no list: %p", (trust) =>
    expect(() => trusting(trust as never, "profiles")).toThrow(
      'profiles: trust must list the identity providers that you trust for addresses, like ["mail", "google.com"], or [] for none.',
    ),
  );

  it.each([
    "",
    " ",
    "issuer:google.com",
    "ISSUER:google.com",
    "google.com/1184",
    "my provider",
    "https://",
    "x https://a",
    "https://a b",
    5,
    null,
  ])("is refused if it contains an invalid provider: %p", (issuer) =>
    expect(() => trusting([issuer as string], "profiles")).toThrow(
      `profiles: ${JSON.stringify(issuer)} in trust is not an identity provider; write "google.com", "mail" or "entra".`,
    ),
  );
});

describe("addressProven", () => {
  const kim = person({ email: "kim@contoso.com" });
  it.each([
    { signUp: { ...kim, identities: [mail] }, by: undefined, proven: true },
    { signUp: { ...kim, identities: [google] }, by: undefined, proven: true },
    { signUp: { ...kim, identities: [google] }, by: ["mail"], proven: false },
    { signUp: { ...kim, identities: [{ issuer: "facebook.com", issuerAssignedId: "1" }] }, by: undefined, proven: false },
    { signUp: { ...kim, identities: [] }, by: undefined, proven: false },
    { signUp: { ...kim, identities: [] }, by: ["entra"], proven: false },
    { signUp: { ...kim, identities: [], trust: "any" as const }, by: ["entra"], proven: true },
    { signUp: { ...kim, identities: [], trust: "any" as const }, by: undefined, proven: true },
    { signUp: { ...kim, identities: [], trust: "any" as const }, by: ["mail"], proven: false },
    { signUp: { ...kim, identities: [google], trust: ["mail"] }, by: undefined, proven: false },
    { signUp: { ...kim, identities: [google], trust: ["mail"] }, by: ["google.com"], proven: false },
    { signUp: { ...kim, identities: [mail], emailTyped: true as const, trust: "any" as const }, by: undefined, proven: false },
    {
      signUp: { ...kim, identities: [{ ...mail, issuerAssignedId: "lee@contoso.com" }], trust: "any" as const },
      by: undefined,
      proven: false,
    },
    { signUp: { ...kim, identities: [{ ...mail, issuerAssignedId: "lee@contoso.com" }] }, by: undefined, proven: false },
    { signUp: { ...kim, identities: [mail], emailTyped: true as const }, by: undefined, proven: false },
    { signUp: { ...kim, email: "", identities: [google] }, by: undefined, proven: false },
  ])("judges trust in $by, address $signUp.email and identities $signUp.identities: $proven", ({ signUp, by, proven }) =>
    expect(addressProven(signUp, by)).toBe(proven),
  );

  it("refuses an invalid provider's name", () =>
    expect(() => addressProven(kim, ["issuer:mail"])).toThrow(
      'addressProven: "issuer:mail" in trust is not an identity provider; write "google.com", "mail" or "entra".',
    ));
});

describe("a step's trust", () => {
  const rule = (name: string, more: Partial<AnyRule> = {}) => ({ name, ...more }) as AnyRule;
  const list = rule("access-list", { byAddress: true });
  const missing = (names: string) =>
    `The policy for before-create-user goes by addresses (${names}), so its options must say whose word for an address counts. Write one of:
  { trust: ["mail", "google.com"] }  A passcode or Google proves the address. Work accounts (Entra) prove none: invite or approve them.
  { trust: "any" }  Every provider's word counts. A work account shows any address that its own tenant's administrator wrote.`;
  const wider = (where: string) =>
    `The policy for before-create-user: profiles trusts "entra", which the step does not: a rule's trust only narrows the step's. Add "entra" to the step's ${where}, or take it out of the rule's.`;

  it.each([
    { rules: [list, rule("only-domains", { byAddress: true }), list], trust: undefined, says: missing("access-list, only-domains") },
    { rules: [rule("validate"), list], trust: undefined, says: missing("access-list") },
    { rules: [rule("validate")], trust: undefined, says: undefined },
    { rules: [list], trust: "any" as const, says: undefined },
    { rules: [list], trust: [], says: undefined },
    { rules: [rule("profiles", { trust: ["mail", "entra"] })], trust: "any" as const, says: undefined },
    { rules: [rule("profiles", { trust: ["mail", "entra"] })], trust: ["entra", "mail"], says: undefined },
    { rules: [list, rule("profiles", { trust: ["mail", "entra"] })], trust: ["mail"], says: wider("trust") },
    {
      rules: [rule("profiles", { trust: ["mail", "entra"] })],
      trust: undefined,
      says: wider('trust, which is ["mail","google.com"] unless you write it'),
    },
    { rules: [rule("profiles", { trust: ["google.com"] })], trust: undefined, says: undefined },
  ])("of $trust with the rules $rules has the error $says", ({ rules, trust, says }) =>
    expect(trustFlaw(rules, "before-create-user", trust)).toBe(says),
  );

  it.each([
    { rule: ["mail"], step: "any" as const, trusts: ["mail"] },
    { rule: undefined, step: "any" as const, trusts: "any" },
    { rule: undefined, step: ["entra"], trusts: ["entra"] },
    { rule: undefined, step: undefined, trusts: ["mail", "google.com"] },
  ])("of $step and a rule's own trust of $rule result in the trust $trusts", ({ rule: own, step, trusts }) =>
    expect(ruleTrust({ ...(own && { trust: own }) }, step)).toEqual(trusts),
  );
});
