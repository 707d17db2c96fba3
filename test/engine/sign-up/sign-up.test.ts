import { isBuiltInAttribute } from "../../../engine/protocols/attributes";
import { issuerSpellings } from "../../../engine/sign-up/account-key";
import { listIssuers, normaliseIssuer } from "../../../engine/sign-up/issuers";

describe("an identity provider", () => {
  it.each([
    ["google", "google.com"],
    ["google.com", "google.com"],
    ["Google.com", "google.com"],
    [" facebook ", "facebook.com"],
    ["mail", "mail"],
    ["https://login.example/Tenant", "https://login.example/tenant"],
    ["constructor", "constructor"],
  ])("%p is normalised to %p", (typed, issuer) => expect(normaliseIssuer(typed)).toBe(issuer));

  it("has a list of all its spellings", () => {
    expect(issuerSpellings("google.com")).toEqual(["google.com", "google"]);
    expect(issuerSpellings("mail")).toEqual(["mail"]);
  });

  it("is Entra for a person without identities", () => expect(listIssuers({ identities: [] })).toEqual(["entra"]));

  it('is "mail" for a local account with an address', () => {
    const identities = [
      { issuer: "contoso.onmicrosoft.com", signInType: "emailAddress" },
      { issuer: "contoso.com", signInType: "federated" },
    ];
    expect(listIssuers({ identities })).toEqual(["mail", "contoso.com"]);
  });

  it("is listed once", () => {
    const identities = [{ issuer: "google.com", issuerAssignedId: "1" }, { issuer: "google.com" }, { issuer: "mail" }];
    expect(listIssuers({ identities })).toEqual(["google.com", "mail"]);
  });
});

it.each([
  { name: "city", builtIn: true },
  { name: "extension_PartnerNumber", builtIn: false },
  { name: "City", builtIn: false },
])("the attribute $name exists in each tenant: $builtIn", ({ name, builtIn }) => expect(isBuiltInAttribute(name)).toBe(builtIn));
