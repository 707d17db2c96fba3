import { readIdentities, signInAddress } from "../../../engine/protocols/identities";

it.each([
  { given: "nothing", claim: undefined, is: [] },
  { given: "null", claim: null, is: [] },
  {
    given: "names in any case",
    claim: [{ Issuer: "Google", ISSUERASSIGNEDID: "Ab/1", signintype: "federated" }],
    is: [{ issuer: "google.com", issuerAssignedId: "Ab/1", signInType: "federated" }],
  },
  { given: "empty members", claim: [{ issuer: "mail", issuerAssignedId: "", signInType: null }], is: [{ issuer: "mail" }] },
  ...["email", "emailAddress", "EmailAddress"].map((signInType) => ({
    given: signInType,
    claim: [{ issuer: "contoso.com", signInType }],
    is: [{ issuer: "contoso.com", signInType: "emailAddress" }],
  })),
  ...["mail", "contoso.com"].map((issuer) => ({
    given: `an address that ${issuer} sent a passcode to, as it was typed`,
    claim: [{ issuer, signInType: "emailAddress", issuerAssignedId: " Kim@CONTOSO.com" }],
    is: [{ issuer, signInType: "emailAddress", issuerAssignedId: "kim@contoso.com" }],
  })),
])("accounts are read as every dialect writes them: $given", ({ claim, is }) => expect(readIdentities(claim)).toStrictEqual(is));

it.each([
  { claim: "google.com", why: "identities" },
  { claim: Array(9).fill({ issuer: "mail" }), why: "identities" },
  { claim: ["google.com"], why: "identity" },
  { claim: [{}], why: "issuer" },
  { claim: [{ issuer: " " }], why: "issuer" },
  { claim: [{ issuer: "mail", issuerAssignedId: 1 }], why: "identity" },
  { claim: [{ issuer: "mail", signInType: false }], why: "identity" },
  { claim: [{ issuer: "x".repeat(256) }], why: "size of an identity" },
  { claim: [{ issuer: "mail", issuerAssignedId: "x".repeat(1_025) }], why: "size of an identity" },
  { claim: [{ issuer: "mail", Issuer: "google.com" }], why: "a name twice" },
])("what is no account is not read: $why", ({ claim, why }) => expect(() => readIdentities(claim)).toThrow(new Error(why)));

it("a person signs in with the address of the account that goes by one", () => {
  const federated = { issuer: "google.com", issuerAssignedId: "1184", signInType: "federated" };
  const local = { issuer: "contoso.com", issuerAssignedId: "kim@contoso.com", signInType: "emailAddress" };
  expect(signInAddress([federated, local])).toBe("kim@contoso.com");
  expect(signInAddress([federated])).toBeUndefined();
  expect(signInAddress([local, local])).toBe("kim@contoso.com");
  expect(() => signInAddress([local, { ...local, issuerAssignedId: "lee@contoso.com" }])).toThrow(new Error("several addresses"));
});
