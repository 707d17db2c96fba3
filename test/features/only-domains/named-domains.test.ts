import { notDomains } from "../../../features/not-domains/rule";
import { onlyDomains } from "../../../features/only-domains/rule";
import { refusal } from "../../engine/rules/refusal";
import { saidBy } from "../../engine/rules/said-by";
import { person as personOf } from "../../engine/sign-up/people";

/** At a step that takes every provider's word. */
const person = (changes: Parameters<typeof personOf>[0] = {}) => personOf({ trust: "any", ...changes });

const CONTINUES = { kind: "continue" };
const notAllowed = { kind: "block", ...refusal("domain.not-allowed") };
const refused = { kind: "block", ...refusal("domain.refused") };
const consumer = { kind: "block", ...refusal("domain.consumer") };

describe("the domains that a policy names", () => {
  it.each([
    { domains: [" @Contoso.com "], email: "kim@contoso.com", only: CONTINUES, not: refused },
    { domains: ["contoso.com"], email: "kim@eu.contoso.com", only: notAllowed, not: refused },
    { domains: ["contoso.com"], email: "kim@notcontoso.com", only: notAllowed, not: CONTINUES },
    { domains: ["fabrikam.com", "ac.kr"], email: "kim@cs.snu.ac.kr", only: CONTINUES, not: refused },
    { domains: ["bücher.example"], email: "kim@xn--bcher-kva.example", only: CONTINUES, not: refused },
  ])("decide on a sign-up as expected: $domains, $email", async ({ domains, email, only, not }) => {
    expect(await saidBy(onlyDomains(domains), person({ email }))).toStrictEqual(only);
    expect(await saidBy(notDomains(domains), person({ email }))).toStrictEqual(not);
  });

  it.each([
    { rule: () => onlyDomains(["contoso.com"], { subdomains: true }), says: CONTINUES },
    { rule: () => onlyDomains(["contoso.com"], { subdomains: false }), says: notAllowed },
    { rule: () => notDomains(["contoso.com"], { subdomains: true }), says: refused },
    { rule: () => notDomains(["contoso.com"], { subdomains: false }), says: CONTINUES },
  ])("include their subdomains as the policy sets: $says", async ({ rule, says }) =>
    expect(await saidBy(rule(), person({ email: "kim@eu.contoso.com" }))).toStrictEqual(says),
  );

  it.each([
    { classes: ["Consumer"], email: "kim@gmail.com", says: consumer },
    { classes: ["consumer"], email: "kim@mozmail.com", says: CONTINUES },
    { classes: [" relay "], email: "kim@mozmail.com", says: refused },
    { classes: ["relay"], email: "kim@gmail.com", says: CONTINUES },
    { classes: ["disposable"], email: "kim@guerrillamail.com", says: refused },
    { classes: ["gmail.com", "consumer"], email: "kim@gmail.com", says: refused },
  ])("may be classes: $classes, $email", async ({ classes, email, says }) =>
    expect(await saidBy(notDomains(classes), person({ email }))).toStrictEqual(says),
  );

  it.each([
    { changes: {}, says: notAllowed },
    { changes: { identities: [{ issuer: "google.com", issuerAssignedId: "1" }] }, says: CONTINUES },
    { changes: { emailTyped: true as const }, says: notAllowed },
  ])("are proven by the providers that the policy trusts: $changes", async ({ changes, says }) =>
    expect(await saidBy(onlyDomains(["contoso.com"], { trust: ["google"] }), person(changes))).toStrictEqual(says),
  );
});
