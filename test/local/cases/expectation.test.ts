import type { Expectation } from "../../../local/cases/format";
import { runCases } from "../../../local/cases/run";
import { policyFolder } from "../../support/policy-folder";

const policy = `
import { ask, assign, beforeCreateUser, defineRule, onlyDomains, pass } from "entra-gatehouse";
const asks = defineRule("asks", ({ signUp: { email } }) =>
  email.startsWith("ana") ? ask({ city: "Write it.", state: "Write it." })
  : pass({ findings: { crm: "asked" } }), { refuses: "strangers", uses: [{ service: "crm" }] });
export default beforeCreateUser([onlyDomains(["contoso.com"]), assign({ country: "KR" }), asks], { trust: "any", eventAttributes: ["country"] });
`;

async function updated(email: string, expected: Expectation): Promise<Expectation | undefined> {
  const cases = [{ name: "one", request: { email, locales: "en" }, expect: expected }];
  const { updates } = await runCases(policyFolder({ "before-create-user.ts": policy, "cases/one.json": { cases } }));
  return updates[0]?.after;
}

const blocked = {
  verdict: "block",
  rule: "only-domains",
  reason: "domain.not-allowed",
  text: { en: "Sign-up is open only to certain organisations. Sign in with your work or school account from one of them." },
  outside: [],
};

it.each([
  {
    given: "nothing, of one let in",
    email: "kim@contoso.com",
    expected: {},
    becomes: {
      verdict: "continue",
      attributes: { country: "KR" },
      events: { "sign-up.decided.v1": { attributes: { country: "KR" } } },
      outside: [],
    },
  },
  {
    given: "nothing, of one asked again",
    email: "ana@contoso.com",
    expected: {},
    becomes: { verdict: "invalid", reason: ["asks.city", "asks.state"], asked: ["city", "state"], rule: "asks" },
  },
  { given: "a verdict that has turned", email: "kim@litware.com", expected: { verdict: "continue", attributes: {} }, becomes: blocked },
  {
    given: "some points, in their order",
    email: "kim@litware.com",
    expected: { reason: "other", verdict: "block" },
    becomes: { reason: "domain.not-allowed", verdict: "block" },
  },
  {
    given: "a point that is no longer there",
    email: "kim@contoso.com",
    expected: { verdict: "continue", rule: "x" },
    becomes: { verdict: "continue" },
  },
  {
    given: "findings",
    email: "kim@contoso.com",
    expected: { findings: { crm: "unknown", hr: "asked" } },
    becomes: { findings: { crm: "asked", hr: null } },
  },
  {
    given: "events",
    email: "kim@contoso.com",
    expected: { events: { "approval.requested.v1": true, "sign-up.decided.v1": { verdict: "block", no: 1 } } },
    becomes: { events: { "approval.requested.v1": false, "sign-up.decided.v1": { verdict: "continue" } } },
  },
] as { given: string; email: string; expected: Expectation; becomes: Expectation }[])("the actual answer replaces $given", async (each) => {
  const after = await updated(each.email, each.expected);
  expect(after).toMatchObject(each.becomes);
  expect(Object.keys(after ?? {})).toEqual(expect.arrayContaining(Object.keys(each.becomes)));
  if (Object.keys(each.expected)[0] === "reason") expect(Object.keys(after ?? {})).toEqual(["reason", "verdict"]);
});

it("the written expectation makes a case pass", async () => {
  const after = (await updated("kim@litware.com", {})) as Expectation;
  expect(await updated("kim@litware.com", after)).toBeUndefined();
});
