import { isBuiltInAttribute } from "../../../engine/attribute-kinds";
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
  ])("%p goes by %p", (typed, issuer) => expect(normaliseIssuer(typed)).toBe(issuer));

  it("has every spelling that stands for it", () => {
    expect(issuerSpellings("google.com")).toEqual(["google.com", "google"]);
    expect(issuerSpellings("mail")).toEqual(["mail"]);
  });

  it("of a person without identities is Entra", () => expect(listIssuers({ identities: [] })).toEqual(["entra"]));

  it("of a local account that goes by an address is the code mailed to it", () => {
    const identities = [
      { issuer: "contoso.onmicrosoft.com", signInType: "emailAddress" },
      { issuer: "contoso.com", signInType: "federated" },
    ];
    expect(listIssuers({ identities })).toEqual(["mail", "contoso.com"]);
  });

  it("counts once", () => {
    const identities = [{ issuer: "google.com", issuerAssignedId: "1" }, { issuer: "google.com" }, { issuer: "mail" }];
    expect(listIssuers({ identities })).toEqual(["google.com", "mail"]);
  });
});

it.each([
  { name: "city", builtIn: true },
  { name: "extension_PartnerNumber", builtIn: false },
  { name: "City", builtIn: false },
])("the attribute $name comes with every tenant: $builtIn", ({ name, builtIn }) => expect(isBuiltInAttribute(name)).toBe(builtIn));
