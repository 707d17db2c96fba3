import { computeAccountId, describePerson, readPersonFile, readSavedPerson } from "../../../simulator/client/person";
import { connectorRequest, extensionRequest } from "../../../simulator/client/request";
import { longName, writeAttribute } from "../../../simulator/contract/attributes";
import { fixture } from "../../fixtures";

const kim = { issuer: "google.com", email: "kim@contoso.com" };

describe("a person's description", () => {
  it("has defaults for everything except provider and address", () => {
    expect(readPersonFile(kim)).toMatchObject({ locales: [], claims: {}, form: {}, loseFirstAnswer: false });
  });

  it("is written in the form in which it is read", () => {
    const person = readPersonFile({
      ...kim,
      locales: "ko-KR, en",
      collects: ["city", "extension_Seats:integer"],
      claims: { city: "Lyon" },
    });
    expect(person.locales).toEqual(["ko-KR", "en"]);
    expect(readPersonFile(describePerson(person, writeAttribute))).toEqual(person);
  });

  it.each([
    { given: [], says: "issuer is missing" },
    { given: null, says: "a person is described by an object" },
    { given: { email: "kim@contoso.com" }, says: "issuer is missing" },
    {
      given: { ...kim, issuer: "google" },
      says: "issuer must be one of google.com, facebook.com, mail, entra, or the issuer of your own federation, such as login.contoso.com",
    },
    { given: { issuer: "mail" }, says: "email is missing" },
    { given: { ...kim, emial: "x" }, says: "emial is unknown" },
    { given: { ...kim, claims: { shoeSize: "44" } }, says: "claims.shoeSize is no attribute" },
    { given: { ...kim, claims: { city: 0.5 } }, says: "claims.city must be a text" },
    { given: { ...kim, claims: { city: null } }, says: "claims.city must be a text" },
    { given: { ...kim, collects: ["city", "town"] }, says: "collects.1 is no attribute: write city" },
    { given: { ...kim, collects: ["city:integer"] }, says: "collects.0 is no attribute" },
    { given: { ...kim, collects: "city" }, says: "collects must be a list" },
    { given: { ...kim, form: { city: "Lyon" } }, says: "form has city, which the flow does not collect" },
    { given: { ...kim, application: "shop" }, says: "application must be a GUID" },
    { given: { ...kim, ipAddress: "here" }, says: "ipAddress must be an IP address" },
    { given: { ...kim, locales: 5 }, says: "locales must be a language tag" },
  ])("is refused: $says", ({ given, says }) => expect(() => readPersonFile(given)).toThrow(says));
});

it.each([
  { given: { identityProvider: "mail", email: "kim@contoso.com" }, says: "identityProvider is unknown" },
  { given: { ...kim, language: "ko" }, says: "language is unknown" },
  { given: { ...kim, attributes: ["city"] }, says: "attributes is unknown" },
  { given: { ...kim, tenant: "b2b" }, says: "tenant must be one of workforce, b2c, external-tenant" },
])("a saved person's file is refused if it has an unknown name: $says", ({ given, says }) =>
  expect(() => readSavedPerson(given)).toThrow(says),
);

/** Where a body holds what. */
function* paths(value: unknown, path = ""): Generator<string> {
  if (typeof value !== "object" || value === null) return yield path;
  for (const [name, member] of Object.entries(value)) yield* paths(member, `${path}.${name}`);
}

describe("a simulated request", () => {
  it.each([
    { name: "b2b-after-sign-in-google", step: "after-sign-in" as const, provider: "google.com" },
    { name: "b2b-after-sign-in-entra", step: "after-sign-in" as const, provider: "entra" },
    { name: "b2b-before-create-emailotp", step: "before-create-user" as const, provider: "mail" },
    { name: "b2b-before-create-google", step: "before-create-user" as const, provider: "google.com" },
    { name: "b2b-before-create-korean-locale", step: "before-create-user" as const, provider: "facebook.com" },
  ])("matches the documented one: $name", ({ name, step, provider }) => {
    const { email, identities, ui_locales, lastName, ...rest } = fixture(name);
    const claims = { ...rest, ...(lastName !== undefined && { surname: lastName }) };
    const [{ issuerAssignedId = undefined } = {}] = (identities ?? []) as { issuerAssignedId?: string }[];
    const person = readPersonFile({ issuer: provider, email, accountId: issuerAssignedId, locales: ui_locales, claims });
    expect(connectorRequest("workforce", step, person, person.claims)).toEqual(fixture(name));
  });

  it.each([
    { name: "b2c/post-federation-signup", step: "after-sign-in" as const, provider: "google.com" },
    { name: "b2c/post-attribute-collection", step: "before-create-user" as const, provider: "google.com" },
    { name: "b2c/post-attribute-collection-local", step: "before-create-user" as const, provider: "mail" },
  ])("matches the documented one of B2C: $name", ({ name, step, provider }) => {
    const { email, identities, ui_locales, client_id, step: _, ...claims } = fixture(name);
    const [{ issuerAssignedId = undefined } = {}] = identities as { issuerAssignedId?: string }[];
    const given = { issuer: provider, email, accountId: issuerAssignedId, locales: ui_locales, application: client_id, claims };
    const person = readPersonFile(given);
    expect(connectorRequest("b2c", step, person, person.claims)).toEqual(fixture(name));
  });

  it("names the account in B2C's third step", () => {
    const sent = connectorRequest("b2c", "before-sending-token", readPersonFile(kim), {});
    expect(Object.keys(sent).sort()).toEqual(["client_id", "email", "identities", "objectId", "step"]);
    expect(sent).toMatchObject({
      step: "PreTokenIssuance",
      objectId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    });
  });

  it.each([
    { name: "extension/attribute-collection-start", step: "after-sign-in" as const, provider: "google.com" },
    { name: "extension/attribute-collection-submit", step: "before-create-user" as const, provider: "mail" },
    { name: "extension/token-issuance-start", step: "before-sending-token" as const, provider: "mail" },
  ])("has the documented members at an external tenant: $name", ({ name, step, provider }) => {
    const person = readPersonFile({
      ...kim,
      issuer: provider,
      locales: "ko-KR",
      collects: ["city", "extension_Seats:integer", "extension_News:boolean"],
    });
    const known = { displayName: "Kim", givenName: "K", surname: "Kim", city: "Lyon", extension_Seats: 25, extension_News: true };
    const sent = extensionRequest(step, person, known, { tenantId: "t", correlationId: "c" });
    const documented = fixture(name);
    const own = new Set(["companyName", "postalCode"]);
    const outlineOf = (value: unknown) =>
      new Set([...paths(value)].filter((path) => !own.has(path.split(".").at(-1) ?? "") && !path.includes(".attributes.")));
    expect(outlineOf(sent)).toEqual(outlineOf(documented));
    expect(sent).toMatchObject({
      type: documented.type,
      data: { "@odata.type": (documented.data as { "@odata.type": string })["@odata.type"] },
    });
  });

  it("has typed values at an external tenant, and the address as a sign-in name", () => {
    const person = readPersonFile({ ...kim, accountId: "1", collects: ["city", "extension_Seats:integer", "extension_News:boolean"] });
    const { data } = extensionRequest("before-create-user", person, { city: "Lyon" }, { tenantId: "t", correlationId: "c" });
    expect(data).toMatchObject({
      tenantId: "t",
      authenticationContext: { correlationId: "c", client: { ip: "203.0.113.24", locale: "en-us" } },
      userSignUpInfo: {
        attributes: {
          city: { "@odata.type": "microsoft.graph.stringDirectoryAttributeValue", value: "Lyon", attributeType: "builtIn" },
          [longName("extension_Seats")]: {
            "@odata.type": "microsoft.graph.int64DirectoryAttributeValue",
            attributeType: "directorySchemaExtension",
          },
          [longName("extension_News")]: { "@odata.type": "microsoft.graph.booleanDirectoryAttributeValue", value: false },
        },
        identities: [
          { signInType: "federated", issuer: "google.com", issuerAssignedId: "1" },
          { signInType: "email", issuer: "contoso.onmicrosoft.com", issuerAssignedId: "kim@contoso.com" },
        ],
      },
    });
  });

  it("omits empty values", () => {
    const claims = connectorRequest("workforce", "before-create-user", readPersonFile({ ...kim, issuer: "entra" }), { city: "" });
    expect(claims).toEqual({ email: "kim@contoso.com" });
  });

  it("has the same account id in every run, which is the address if the person uses a one-time passcode", () => {
    const person = readPersonFile(kim);
    expect(computeAccountId(person)).toBe(computeAccountId(person));
    expect(computeAccountId(person)).toMatch(/^\d+$/);
    expect(computeAccountId({ ...person, issuer: "mail" })).toBe("kim@contoso.com");
  });
});
