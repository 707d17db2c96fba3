import { normaliseEmail } from "../../../engine/sign-up/email";
import { onlyDomains } from "../../../features/only-domains/rule";
import { refusal } from "../../engine/rules/refusal";
import { person as personOf } from "../../engine/sign-up/people";

/** At a step that takes every provider's word. */
const person = (changes: Parameters<typeof personOf>[0] = {}) => personOf({ trust: "any", ...changes });

const admits = (rule: ReturnType<typeof onlyDomains>, typed: string) =>
  rule.decide?.(person({ email: normaliseEmail(typed) ?? "" }), {} as never);

describe("onlyDomains", () => {
  const alone = onlyDomains(["contoso.com", "@Fabrikam.COM", " bücher.example "]);
  const withSubdomains = onlyDomains(["contoso.com"], { subdomains: true });

  it.each([
    { email: "kim@contoso.com", rule: alone, kind: "continue" },
    { email: "KIM@CONTOSO.COM.", rule: alone, kind: "continue" },
    { email: "kim@fabrikam.com", rule: alone, kind: "continue" },
    { email: "kim@xn--bcher-kva.example", rule: alone, kind: "continue" },
    { email: "kim@BÜCHER.example", rule: alone, kind: "continue" },
    { email: "kim@eu.contoso.com", rule: alone, kind: "block" },
    { email: "kim@eu.contoso.com", rule: withSubdomains, kind: "continue" },
    { email: "kim@a.b.c.contoso.com", rule: withSubdomains, kind: "continue" },
    { email: "kim@contoso.com", rule: withSubdomains, kind: "continue" },
    { email: "kim@notcontoso.com", rule: withSubdomains, kind: "block" },
    { email: "kim@contoso.com.evil.example", rule: withSubdomains, kind: "block" },
    { email: "kim@com", rule: withSubdomains, kind: "block" },
    { email: "contoso.com@evil.example", rule: alone, kind: "block" },
  ])("answers $email with $kind", ({ email, rule, kind }) => expect(admits(rule, email)).toMatchObject({ kind }));

  it("blocks a typed address that nobody vouches for", () =>
    expect(alone.decide?.(person({ email: "kim@contoso.com", emailTyped: true }), {} as never)).toMatchObject({ kind: "block" }));

  const trusted = onlyDomains(["contoso.com"], { trust: ["mail", "google.com"] });

  it.each([
    { issuer: "google.com", kind: "continue" },
    { issuer: "facebook.com", kind: "block" },
    { issuer: "mail", issuerAssignedId: "kim@contoso.com", kind: "continue" },
    { issuer: "mail", issuerAssignedId: "other@contoso.com", kind: "block" },
  ])("accepts the word of trusted providers: $issuer $issuerAssignedId: $kind", ({ kind, ...identity }) => {
    const signUp = person({ email: "kim@contoso.com", identities: [identity] });
    expect(trusted.decide?.(signUp, {} as never)).toMatchObject({ kind });
  });

  it("trusts no Entra account if the policy lists other trusted providers", () =>
    expect(trusted.decide?.(person({ email: "kim@contoso.com", identities: [] }), {} as never)).toMatchObject({ kind: "block" }));

  it.each([[{ subdomains: "false" }], [{ trust: "mail" }], [{ trust: ["issuer:mail"] }]])("rejects the option %p at load", (options) =>
    expect(() => onlyDomains(["contoso.com"], options as never)).toThrow(TypeError),
  );

  const suffixes = onlyDomains(["edu", "ac.kr", "contoso.com", "github.io"]);

  it.each([
    { email: "kim@mit.edu", kind: "continue" },
    { email: "kim@alumni.mit.edu", kind: "continue" },
    { email: "kim@snu.ac.kr", kind: "continue" },
    { email: "kim@ac.kr", kind: "continue" },
    { email: "kim@ac.kr.evil.example", kind: "block" },
    { email: "kim@naver.co.kr", kind: "block" },
    { email: "kim@contoso.com", kind: "continue" },
    { email: "kim@eu.contoso.com", kind: "block" },
    // Anyone's names, but of no registry: a domain as any other.
    { email: "kim@contoso.github.io", kind: "block" },
    { email: "kim@github.io", kind: "continue" },
  ])("treats a public suffix as every domain below it: $email: $kind", ({ email, kind }) =>
    expect(admits(suffixes, email)).toMatchObject({ kind }),
  );

  it.each([
    { names: ["edu", "ac.kr", "gov.uk", "contoso.com"], warns: [] },
    {
      names: ["co.uk"],
      warns: ["lets in every domain below .co.uk, where anybody can register one: name those that you mean, such as contoso.co.uk."],
    },
  ])("makes synth warn about a suffix below which anybody can register a domain: $names", ({ names, warns }) =>
    expect(onlyDomains(names).warns ?? []).toEqual(warns),
  );

  it("explains its refusal", () => expect(admits(alone, "kim@evil.example")).toEqual({ kind: "block", ...refusal("domain.not-allowed") }));

  it.each([
    [[]],
    [[""]],
    [["contoso"]],
    [["*.edu"]],
    [["*.contoso.com"]],
    [["kim@contoso.com"]],
    [["contoso com"]],
    [["contoso.com", "x y"]],
  ])("rejects %p at load", (domains) => expect(() => onlyDomains(domains)).toThrow(TypeError));
});
