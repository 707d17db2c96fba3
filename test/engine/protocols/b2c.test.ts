import { apiConnector } from "../../../engine/protocols/api-connector";
import { listIssuers } from "../../../engine/sign-up/issuers";
import type { Step } from "../../../engine/sign-up/sign-up";
import { type Claims, fixture } from "../../fixtures";

const APP = "5f0d1c2a-6b1e-4a53-9a53-0a5d7d1f3c11";

function parse(claims: Claims, step: Step) {
  return apiConnector.parse({ contentType: "application/json", body: JSON.stringify(claims) }, step);
}

describe("a call of Azure AD B2C", () => {
  it.each<{ name: string; step: Step }>([
    { name: "post-federation-signup", step: "after-sign-in" },
    { name: "post-attribute-collection", step: "before-create-user" },
    { name: "post-attribute-collection-local", step: "before-create-user" },
    { name: "pre-token-issuance", step: "before-sending-token" },
    { name: "pre-token-application-claims", step: "before-sending-token" },
  ])("$name is read at $step, and refused at other steps", ({ name, step }) => {
    const claims = fixture(`b2c/${name}`);
    expect(parse(claims, step)).toMatchObject({ ok: true, received: { step, source: "b2c", application: { id: APP } } });
    for (const other of ["after-sign-in", "before-create-user", "before-sending-token"] as const) {
      if (other !== step) expect(parse(claims, other)).toMatchObject({ ok: false, reason: "request.step", source: "b2c" });
    }
  });

  it("is read with B2C's own data kept apart from the attributes", () => {
    const parsed = parse(fixture("b2c/pre-token-issuance"), "before-sending-token");
    expect(parsed).toMatchObject({
      received: {
        userId: "0d4f6d52-93b7-4c0f-8a5e-2b9a31c6e0f4",
        attributes: { displayName: "Mara Vogel", extension_LoyaltyNumber: "L-77120" },
      },
    });
    if (parsed.ok) expect(Object.keys(parsed.received.attributes).sort()).toEqual(["displayName", "extension_LoyaltyNumber"]);
  });

  it.each(["step", "client_id", "clientId", "objectId"])("has no attribute %s, whatever its value", (name) => {
    const claims = { email: "kim@contoso.com", step: "PostAttributeCollection", [name]: "PostAttributeCollection", city: "Seoul" };
    expect(parse(claims, "before-create-user")).toMatchObject({ received: { attributes: { city: "Seoul" } } });
    expect(parse(claims, "before-create-user")).not.toHaveProperty(`received.attributes.${name}`);
  });

  it("is attributed to B2C before a token is sent, even if it cannot be read", () =>
    expect(parse({ email: 5 }, "before-sending-token")).toMatchObject({ ok: false, source: "b2c" }));

  it("need not contain an address before a token is sent", () =>
    expect(parse({ step: "PreTokenIssuance", objectId: "0D4F6D52-93b7-4c0f-8a5e-2b9a31c6e0f4" }, "before-sending-token")).toMatchObject({
      received: { email: "", userId: "0d4f6d52-93b7-4c0f-8a5e-2b9a31c6e0f4" },
    }));

  const local = (issuerAssignedId: string) => ({ signInType: "emailAddress", issuer: "contoso.onmicrosoft.com", issuerAssignedId });
  it.each([
    { of: "an address that cannot be read", claims: { email: '"kim lee"@contoso.com' } },
    { of: "a sign-in address that cannot be read", claims: { identities: [local("kim@contoso")] } },
    { of: "two sign-in addresses", claims: { identities: [local("kim@contoso.com"), local("lee@contoso.com")] } },
  ])("is read without an address before a token is sent if it has $of", ({ claims }) => {
    expect(parse({ step: "PreTokenIssuance", ...claims }, "before-sending-token")).toMatchObject({ ok: true, received: { email: "" } });
    expect(parse({ step: "PostAttributeCollection", ...claims }, "before-create-user")).toMatchObject({ ok: false });
  });

  it("at the step before the token, leaves its address unproven unless it contains the proof", () => {
    const told = { step: "PreTokenIssuance", email: "kim@contoso.com" };
    expect(parse(told, "before-sending-token")).toMatchObject({ received: { email: "kim@contoso.com", emailTyped: true } });
    for (const claims of [
      { ...told, identities: [local("kim@contoso.com")] },
      { ...told, email: undefined },
    ])
      expect(parse(claims, "before-sending-token")).not.toHaveProperty("received.emailTyped");
    expect(parse({ ...told, step: "PostAttributeCollection" }, "before-create-user")).not.toHaveProperty("received.emailTyped");
  });

  it("is answered with all attributes, as it does not show which ones the user flow collects", () => {
    const parsed = parse(fixture("b2c/post-attribute-collection"), "before-create-user");
    if (!parsed.ok) throw new Error(parsed.reason);
    expect(apiConnector.carry({ city: "Seoul" }, parsed.received)).toEqual({ attributes: { city: "Seoul" }, notCollected: [] });
  });

  it("for a local account has an address proven by the mailed code", () => {
    const parsed = parse(fixture("b2c/post-attribute-collection-local"), "before-create-user");
    if (!parsed.ok) throw new Error(parsed.reason);
    expect(listIssuers(parsed.received)).toEqual(["mail"]);
  });

  it("is read for a local account even if only the identity contains the address", () => {
    const identities = [{ signInType: "emailAddress", issuer: "contoso.onmicrosoft.com", issuerAssignedId: "Kim@Contoso.com" }];
    expect(parse({ step: "PostAttributeCollection", identities }, "before-create-user")).toMatchObject({
      received: { email: "kim@contoso.com" },
    });
  });

  it.each([
    { step: "Elsewhere" },
    { step: 5 },
    { step: "PostAttributeCollection", client_id: 5 },
    { step: "PostAttributeCollection", objectId: [] },
  ])("is refused with %p", (claims) =>
    expect(parse({ email: "kim@contoso.com", ...claims }, "before-create-user")).toMatchObject({ ok: false, source: "b2c" }),
  );
});

it("a claim with a B2C name is an ordinary attribute in a workforce tenant", () => {
  expect(parse({ email: "kim@contoso.com", client_id: "x" }, "before-create-user")).toMatchObject({
    received: { source: "b2b", attributes: { client_id: "x" } },
  });
});

it("a body with a repeated name is refused", () => {
  for (const body of [
    '{"email":"kim@contoso.com","email":"lee@contoso.com"}',
    '{"email":"kim@contoso.com","em\\u0061il":"lee@contoso.com"}',
    '{"email":"kim@contoso.com","identities":[{"issuer":"google.com","issuer":"mail"}]}',
  ]) {
    expect(apiConnector.parse({ contentType: "application/json", body }, "before-create-user")).toMatchObject({
      reason: "request.unreadable",
    });
  }
  const twins = '{"email":"kim@contoso.com","identities":[{"issuer":"google.com"},{"issuer":"mail"}],"city":"a \\" : { b"}';
  expect(apiConnector.parse({ contentType: "application/json", body: twins }, "before-create-user")).toMatchObject({ ok: true });
});
