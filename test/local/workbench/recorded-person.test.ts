import type { DecisionRecord } from "../../../engine/sign-up/record";
import { recordedPerson } from "../../../local/workbench/case-text";

function record(more: Partial<DecisionRecord>): DecisionRecord {
  const base = { id: "1", reference: "REF-1", at: "2026-11-20T10:00:00.000Z", step: "after-sign-in", source: "b2b" } as const;
  const answer = { verdict: "continue", reasons: [], trace: [], changed: [], durationMs: 5, policyVersion: "v", revision: 0 } as const;
  return { ...base, ...answer, ...more };
}

describe("recordedPerson", () => {
  it.each([
    [
      { issuers: ["entra"], source: "b2b" },
      { tenant: "workforce", issuer: "entra" },
    ],
    [
      { issuers: ["google.com"], source: "b2c", gate: "suppliers" },
      { tenant: "b2c", issuer: "google.com", gate: "suppliers" },
    ],
    [
      { issuers: ["mail"], source: "external-tenant", ipAddress: "192.0.2.1" },
      { tenant: "external-tenant", issuer: "mail" },
    ],
    [
      { issuers: ["saml.example"], source: "external-tenant" },
      { tenant: "external-tenant", issuer: "saml.example" },
    ],
    [
      { issuers: ["https://id.contoso.com/oidc"], source: "b2b" },
      { tenant: "workforce", issuer: "https://id.contoso.com/oidc" },
    ],
    [
      { issuers: ["unknown"], source: "external-tenant" },
      { tenant: "external-tenant", issuer: "unknown.invalid" },
    ],
  ] as const)("makes from %j a person who can sign up: %j", (given, { issuer, ...expected }) => {
    const found = recordedPerson(record({ email: "kim@x.example", ...(given as Partial<DecisionRecord>) }));
    expect(found).toMatchObject({ ...expected, person: { email: "kim@x.example", issuer } });
  });

  it("makes no person of a provider that the simulator cannot play", () =>
    expect(recordedPerson(record({ email: "kim@x.example", issuers: ["Contoso SAML"] }))).toBeUndefined());

  it("makes no person from an unreadable call", () => expect(recordedPerson(record({}))).toBeUndefined());
});
