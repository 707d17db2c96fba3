import { getPublicSuffix } from "tldts";
import { normaliseEmail } from "../../../engine/sign-up/email";
import type { Rule } from "../../../engine/sign-up/rule";
import { classesOf } from "../../../features/access-list/classes";
import { notDomains } from "../../../features/not-domains/rule";
import { refusal } from "../../engine/rules/refusal";
import { person } from "../../engine/sign-up/people";

const said = (rule: Rule, typed: string) => {
  const verdict = rule.decide?.(person({ email: normaliseEmail(typed) ?? "", emailTyped: true }), {} as never);
  return verdict !== undefined && "reason" in verdict ? verdict.reason : "continue";
};

describe("notDomains", () => {
  const named = notDomains(["fabrikam.com", "@Contoso.com", "ac.kr"]);
  const exact = notDomains(["fabrikam.com", "ac.kr"], { subdomains: false });
  const private_ = notDomains(["consumer"]);
  const except = notDomains(["consumer", "fabrikam.com"], { except: ["edu.au", "NUS.edu.sg", "sales.fabrikam.com"] });
  const all = notDomains(["Consumer", "disposable", "relay", "fabrikam.com"]);

  it.each([
    { email: "kim@fabrikam.com", rule: named, hears: "domain.refused" },
    { email: "KIM@FABRIKAM.COM.", rule: named, hears: "domain.refused" },
    { email: "kim@eu.fabrikam.com", rule: named, hears: "domain.refused" },
    { email: "kim@eu.fabrikam.com", rule: exact, hears: "continue" },
    { email: "kim@contoso.com", rule: named, hears: "domain.refused" },
    { email: "kim@notfabrikam.com", rule: named, hears: "continue" },
    { email: "kim@fabrikam.com.example", rule: named, hears: "continue" },
    { email: "kim@snu.ac.kr", rule: named, hears: "domain.refused" },
    { email: "kim@cs.snu.ac.kr", rule: exact, hears: "domain.refused" },
    { email: "kim@gmail.com", rule: named, hears: "continue" },
    { email: "kim@gmail.com", rule: private_, hears: "domain.consumer" },
    { email: "kim@naver.com", rule: private_, hears: "domain.consumer" },
    { email: "kim@tutanota.com", rule: private_, hears: "domain.consumer" },
    { email: "news@kim.fastmail.com", rule: private_, hears: "domain.consumer" },
    { email: "kim@contoso.com", rule: private_, hears: "continue" },
    { email: "kim@contoso.com.ar", rule: private_, hears: "continue" },
    { email: "kim@mozmail.com", rule: private_, hears: "continue" },
    { email: "kim@mozmail.com", rule: all, hears: "domain.refused" },
    { email: "kim@guerrillamail.com", rule: all, hears: expect.stringMatching(/^domain\./) },
    { email: "kim@fabrikam.com", rule: all, hears: "domain.refused" },
    { email: "kim@gmail.com", rule: all, hears: "domain.consumer" },
    { email: "kim@u.nus.edu.sg", rule: except, hears: "continue" },
    { email: "kim@australia.edu.au", rule: except, hears: "continue" },
    { email: "kim@sales.fabrikam.com", rule: except, hears: "continue" },
    { email: "kim@eu.sales.fabrikam.com", rule: except, hears: "continue" },
    { email: "kim@fabrikam.com", rule: except, hears: "domain.refused" },
    { email: "kim@gmail.com", rule: except, hears: "domain.consumer" },
  ])("answers $email with $hears", ({ email, rule, hears }) => expect(said(rule, email)).toEqual(hears));

  it("explains its refusal", () =>
    expect(private_.decide?.(person({ email: "kim@gmail.com" }), {} as never)).toEqual({ kind: "block", ...refusal("domain.consumer") }));

  it.each([
    { rule: named, uses: [{ suffix: "ac.kr" }], never: ["domain.consumer"] },
    { rule: except, uses: [{ suffix: "edu.au" }, { data: "consumer" }], never: [] },
    { rule: private_, uses: [{ data: "consumer" }], never: ["domain.refused"] },
    { rule: all, uses: [{ data: "disposable" }, { data: "relay" }, { data: "consumer" }], never: [] },
  ])("requests from the build the data that its list names: $uses", ({ rule, uses, never }) => {
    expect(rule.uses).toEqual(uses);
    expect(rule.excludedReasons).toEqual(never);
  });

  it.each([[[]], [[""]], [["contoso"]], [["*.contoso.com"]], [["kim@contoso.com"]], [["freemail"]]])("rejects %p at load", (domains) =>
    expect(() => notDomains(domains)).toThrow(TypeError),
  );

  it.each([["consumer"], [[5]], [undefined], [{}]])("explains how to write the list, given %p", (domains) =>
    expect(() => notDomains(domains as never)).toThrow(/^notDomains takes a list of domains, like \["contoso.com"\]/),
  );

  it("rejects an unknown option at load", () => expect(() => notDomains(["a.example"], { subdomains: "no" as never })).toThrow(TypeError));

  it.each([["contoso"], ["kim@contoso.com"], ["consumer"]])("rejects the exception %s, which is no domain, at load", (name) =>
    expect(() => notDomains(["consumer"], { except: [name] })).toThrow(TypeError),
  );
});

describe("the class consumer", () => {
  const listed: readonly string[] = require("email-providers/all.json");

  it("contains no public suffix, since a suffix would cover every domain below it", () => {
    const suffixes = listed.filter((domain) => getPublicSuffix(domain, { allowPrivateDomains: true }) === domain);
    expect(suffixes.filter((domain) => classesOf(`contoso.${domain}`, ["consumer"]).length > 0)).toEqual([]);
  });

  it.each([
    ...["microsoft.com", "ibm.com", "samsung.com", "snu.ac.kr", "mit.edu", "contoso.onmicrosoft.com"],
    // In email-providers 2.26.0, though nobody else gets an address there.
    ...["bt.com", "u.nus.edu.sg", "live.mdx.ac.uk", "live.vu.edu.au", "mail.bcu.ac.uk"],
  ])("contains no organisation: %s", (domain) => expect(classesOf(domain, ["consumer"])).toEqual([]));
});
