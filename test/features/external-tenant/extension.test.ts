import { apiConnector } from "../../../engine/protocols/api-connector";
import type { Reply } from "../../../engine/protocols/dialect";
import { isAddressProven } from "../../../engine/sign-up/issuers";
import type { Attributes, SignUp, Step } from "../../../engine/sign-up/sign-up";
import { carryClaims, chooseDialect, customExtension } from "../../../features/external-tenant/extension";
import { type Claims, fixture } from "../../fixtures/index";

const TENANT = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";
const APP = "0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2";
const LONG = `extension_${APP}`;
const { parse, carry, render } = customExtension({ tenantId: TENANT });

const names: Readonly<Record<Step, string>> = {
  "after-sign-in": "extension/attribute-collection-start",
  "before-create-user": "extension/attribute-collection-submit",
  "before-sending-token": "extension/token-issuance-start",
};
const steps = Object.keys(names) as Step[];

// biome-ignore lint/suspicious/noExplicitAny: a fixture is changed at any depth.
type Envelope = any;

function changed(step: Step, change: (envelope: Envelope) => void): Claims {
  const envelope = fixture(names[step]);
  change(envelope);
  return envelope;
}

const read = (body: unknown, step: Step) =>
  parse({ contentType: "application/json", body: typeof body === "string" ? body : JSON.stringify(body) }, step);

function signUpOf(body: unknown, step: Step): SignUp {
  const parsed = read(body, step);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.received;
}

describe("a documented event is read completely", () => {
  const told = {
    application: { id: "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33", name: "Contoso Partner Shop" },
    correlationId: "d3d2c1b0-a998-4776-8554-3f2e1d0c9b88",
    source: "external-tenant",
  };

  it("OnAttributeCollectionStart: a person who signed in with Google, with their address", () => {
    expect(signUpOf(fixture(names["after-sign-in"]), "after-sign-in")).toEqual({
      ...told,
      step: "after-sign-in",
      email: "jiwoo.park@example.com",
      identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "112233445566778899001" }],
      attributes: { displayName: "Jiwoo Park", extension_AcceptsNewsletter: false, extension_SeatCount: 0 },
      collected: { displayName: "string", city: "string", extension_AcceptsNewsletter: "boolean", extension_SeatCount: "int64" },
      longNames: { extension_AcceptsNewsletter: `${LONG}_AcceptsNewsletter`, extension_SeatCount: `${LONG}_SeatCount` },
      locales: ["ko-kr"],
      ipAddress: "203.0.113.24",
    });
  });

  it("OnAttributeCollectionSubmit: a local account with the typed values", () => {
    expect(signUpOf(fixture(names["before-create-user"]), "before-create-user")).toMatchObject({
      ...told,
      identities: [{ signInType: "emailAddress", issuer: "contoso.onmicrosoft.com", issuerAssignedId: "jiwoo.park@example.com" }],
      attributes: {
        companyName: "Fabrikam Trading",
        city: "Busan 7",
        extension_Interests: "Hardware,Services",
        extension_SeatCount: 25,
        extension_AcceptsNewsletter: true,
      },
    });
  });

  it("OnTokenIssuanceStart: the account that the token is for", () => {
    expect(signUpOf(fixture(names["before-sending-token"]), "before-sending-token")).toEqual({
      ...told,
      step: "before-sending-token",
      email: "jonas.weber@fabrikam.com",
      // Nothing in the event proves it.
      emailTyped: true,
      identities: [],
      userId: "8f6b2c1d-4e3a-4c5b-9d7e-0a1b2c3d4e5f",
      userCreatedAt: "2025-03-18T09:12:44Z",
      attributes: {
        displayName: "Jonas Weber",
        givenName: "Jonas",
        surname: "Weber",
        companyName: "Fabrikam",
        preferredLanguage: "de-DE",
        userType: "Guest",
      },
      locales: ["en-us"],
      ipAddress: "198.51.100.61",
    });
  });
});

describe("the reader accepts", () => {
  it.each<{ of: string; change: (envelope: Envelope) => void }>([
    { of: "the case of the type", change: (e) => Object.assign(e, { type: e.type.toUpperCase() }) },
    { of: "the case of the tenant", change: (e) => Object.assign(e.data, { tenantId: TENANT.toUpperCase() }) },
    { of: "service principals that are left out", change: (e) => delete e.data.authenticationContext.clientServicePrincipal },
    { of: "a dialect nobody knows", change: (e) => Object.assign(e.data.authenticationContext, { dialect: "SAML" }) },
  ])("$of", ({ change }) => {
    for (const step of steps) expect(read(changed(step, change), step)).toMatchObject({ ok: true });
  });

  it("names in any case", () => {
    const lower = JSON.stringify(fixture(names["before-create-user"])).replace(/"(@odata\.type|[a-zA-Z]+)":/g, (name) =>
      name.toLowerCase(),
    );
    const signUp = signUpOf(lower, "before-create-user");
    expect(signUp).toMatchObject({ email: "jiwoo.park@example.com", attributes: { companyName: "Fabrikam Trading", city: "Busan 7" } });
    expect(carry({ companyName: "Fabrikam" }, signUp)).toEqual({ attributes: { companyName: "Fabrikam" }, notCollected: [] });
  });

  it("several choices as a list", () => {
    const body = changed("before-create-user", (e) => {
      e.data.userSignUpInfo.attributes[`${LONG}_Interests`].value = ["Hardware", "Services"];
    });
    expect(signUpOf(body, "before-create-user").attributes.extension_Interests).toBe("Hardware,Services");
  });

  it.each([{ value: ["Hardware", "Services"] }, { value: "Hardware,Services" }])(
    "several choices as the type that Microsoft.Azure.WebJobs.Extensions.AuthenticationEvents names for them: $value",
    ({ value }) => {
      const body = changed("before-create-user", (e) => {
        e.data.userSignUpInfo.attributes[`${LONG}_Interests`] = {
          "@odata.type": "microsoft.graph.stringCollectionDirectoryAttributeValue",
          value,
          attributeType: "directorySchemaExtension",
        };
      });
      const signUp = signUpOf(body, "before-create-user");
      expect(signUp.attributes.extension_Interests).toBe("Hardware,Services");
      expect(signUp.collected?.extension_Interests).toBe("stringCollection");
      expect(carry({ extension_Interests: ["Training", "Spares"] }, signUp).attributes).toEqual({
        extension_Interests: ["Training", "Spares"],
      });
      expect(carry({ extension_Interests: "Training,Spares" }, { ...signUp, listAttributes: ["extension_Interests"] }).attributes).toEqual({
        extension_Interests: ["Training", "Spares"],
      });
      expect(carry({ extension_Interests: "" }, signUp).attributes).toEqual({ extension_Interests: [] });
    },
  );

  it("attributes without a value, and a type with a number sign", () => {
    const body = changed("before-create-user", (e) => {
      e.data.userSignUpInfo.attributes = {
        city: { "@odata.type": "#microsoft.graph.stringDirectoryAttributeValue", value: null },
        Email: { "@odata.type": "#microsoft.graph.stringDirectoryAttributeValue", value: "lee@contoso.com" },
        extension_Seats: { "@odata.type": "#microsoft.graph.int64DirectoryAttributeValue", value: "" },
        extension_News: { "@odata.type": "#microsoft.graph.booleanDirectoryAttributeValue", value: true },
      };
    });
    const signUp = signUpOf(body, "before-create-user");
    expect(signUp).toMatchObject({ email: "jiwoo.park@example.com", attributes: { extension_News: true } });
    expect(Object.keys(signUp.attributes)).toEqual(["extension_News"]);
    expect(signUp.collected).toEqual({ city: "string", email: "string", extension_Seats: "int64", extension_News: "boolean" });
    expect(signUp).not.toHaveProperty("longNames");
  });

  it("an account with few properties", () => {
    const signUp = signUpOf(
      changed("before-sending-token", (e) => {
        e.data.authenticationContext.user = { mail: "kim@contoso.com", surname: "Kim" };
      }),
      "before-sending-token",
    );
    expect(signUp).not.toHaveProperty("userId");
    expect(signUp).not.toHaveProperty("userCreatedAt");
    expect(Object.entries(signUp.attributes)).toEqual([["surname", "Kim"]]);
  });

  it.each([
    ["kim@contoso.com", "kim@contoso.com"],
    ["kim_contoso.com#EXT#@fabrikam.com", ""],
    // Accounts made through Graph.
    ["kim_contoso.com#EXT@fabrikam.com", ""],
    ["kim_contoso.com_EXT_@fabrikam.com", ""],
    ["7f12c2a6-93d1-4b0e-8a57-64c0de19b3f2@contoso.onmicrosoft.com", ""],
    ["7F12C2A6-93D1-4B0E-8A57-64C0DE19B3F2@contoso.com", ""],
    ["kim@contoso.onmicrosoft.com", ""],
    ["kim@contoso.onmicrosoft.us", ""],
    ["kim@contoso.partner.onmschina.cn", ""],
    ["kim@onmicrosoft.com.example", "kim@onmicrosoft.com.example"],
    ["kim", ""],
    [undefined, ""],
  ])("an account without mail, and reads from its name %s the address %p", (userPrincipalName, email) => {
    const event = changed("before-sending-token", (e) => {
      e.data.authenticationContext.user = { userPrincipalName };
    });
    expect(signUpOf(event, "before-sending-token").email).toBe(email);
  });

  it("a local account in the form that Microsoft recorded", () =>
    expect(signUpOf(fixture("extension/token-issuance-start-local"), "before-sending-token")).toMatchObject({
      email: "",
      identities: [],
      userId: "7f12c2a6-93d1-4b0e-8a57-64c0de19b3f2",
      attributes: { displayName: "Jiwoo Park" },
    }));
});

describe("the address of a person", () => {
  const google = { signInType: "federated", issuer: "google.com", issuerAssignedId: "1184" };
  const userName = { signInType: "userName", issuer: "contoso.onmicrosoft.com", issuerAssignedId: "kim" };
  const byCode = { signInType: "email", issuer: "contoso.onmicrosoft.com", issuerAssignedId: "Kim@Contoso.com" };
  const [start, submit] = ["after-sign-in", "before-create-user"] as const;

  it.each<{ whose: string; step: Step; identities: readonly object[]; shown: string; email: string; emailTyped?: true }>([
    { whose: "proven by a code", step: submit, identities: [byCode], shown: "lee@contoso.com", email: "kim@contoso.com" },
    { whose: "told beside an account", step: submit, identities: [google, byCode], shown: "lee@contoso.com", email: "kim@contoso.com" },
    {
      whose: "the provider's, as there was no form yet",
      step: start,
      identities: [google],
      shown: "Lee@contoso.com",
      email: "lee@contoso.com",
    },
    {
      whose: "the provider's, whatever else they sign in with",
      step: start,
      identities: [google, userName],
      shown: "lee@contoso.com",
      email: "lee@contoso.com",
    },
    {
      whose: "nobody's word, as the account does not say what it is",
      step: start,
      identities: [{ issuer: "google.com", issuerAssignedId: "1184" }],
      shown: "lee@contoso.com",
      email: "lee@contoso.com",
      emailTyped: true,
    },
    { whose: "perhaps typed", step: submit, identities: [google], shown: "Lee@contoso.com", email: "lee@contoso.com", emailTyped: true },
    { whose: "typed", step: submit, identities: [userName], shown: "lee@contoso.com", email: "lee@contoso.com", emailTyped: true },
    { whose: "nobody's word", step: start, identities: [userName], shown: "lee@contoso.com", email: "lee@contoso.com", emailTyped: true },
  ])("is read with its source: $whose at $step", ({ step, identities, shown, email, emailTyped }) => {
    const signUp = signUpOf(
      changed(step, ({ data: { userSignUpInfo } }) => {
        userSignUpInfo.identities = identities;
        userSignUpInfo.attributes.Email = { "@odata.type": "microsoft.graph.stringDirectoryAttributeValue", value: shown };
      }),
      step,
    );
    expect({ email: signUp.email, emailTyped: signUp.emailTyped }).toEqual({ email, emailTyped });
    expect(signUp.attributes).not.toHaveProperty("Email");
  });
});

describe("the address in requests of older kinds", () => {
  const byMail = { signInType: "federated", issuer: "mail", issuerAssignedId: "Kim@Contoso.com" };
  const google = { signInType: "federated", issuer: "google.com", issuerAssignedId: "1184" };
  const [start, submit] = ["after-sign-in", "before-create-user"] as const;
  const unknown = [{ issuer: "unknown" }];

  it.each<{ whose: string; step: Step; identities?: readonly object[]; shown?: string; read: object }>([
    {
      whose: "a one-time passcode as a provider of its own",
      step: start,
      identities: [byMail],
      shown: "lee@contoso.com",
      read: { email: "kim@contoso.com", identities: [{ ...byMail, issuerAssignedId: "kim@contoso.com" }] },
    },
    {
      whose: "the same beside an account",
      step: submit,
      identities: [google, byMail],
      read: { email: "kim@contoso.com", identities: [google] },
    },
    {
      whose: "an identity that says emailAddress",
      step: submit,
      identities: [{ ...byMail, signInType: "EmailAddress", issuer: "contoso.onmicrosoft.com" }],
      read: { email: "kim@contoso.com" },
    },
    {
      whose: "the attribute EmailAddress",
      step: start,
      identities: [google],
      shown: "Lee@contoso.com",
      read: { email: "lee@contoso.com" },
    },
    {
      whose: "no identity, so nobody's word",
      step: submit,
      shown: "lee@contoso.com",
      read: { email: "lee@contoso.com", emailTyped: true, identities: unknown },
    },
    { whose: "no identity and no address", step: submit, read: { email: "", emailTyped: undefined, identities: unknown } },
  ])("is read with its source: $whose at $step", ({ step, identities, shown, read: expected }) => {
    const {
      email,
      emailTyped,
      identities: read,
      attributes,
    } = signUpOf(
      changed(step, ({ data: { userSignUpInfo } }) => {
        userSignUpInfo.identities = identities as never;
        if (shown === undefined) delete userSignUpInfo.attributes.email;
        else userSignUpInfo.attributes.EmailAddress = { "@odata.type": "microsoft.graph.stringDirectoryAttributeValue", value: shown };
      }),
      step,
    );
    expect({ email, emailTyped, identities: read }).toEqual({ emailTyped: undefined, identities: read, ...expected });
    expect(attributes).not.toHaveProperty("EmailAddress");
  });
});

describe("an attribute that a gate uses for the address", () => {
  const google = { signInType: "federated", issuer: "google.com", issuerAssignedId: "1184" };
  const { parse } = customExtension({ tenantId: TENANT, addressAttribute: "extension_WorkMail" });
  const LONG = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_workMail";

  it.each<{ given: string; cells: Record<string, string>; step: Step; read: object }>([
    { given: "it alone", cells: { [LONG]: "Kim@Contoso.com" }, step: "after-sign-in", read: { email: "kim@contoso.com" } },
    {
      given: "it after the form",
      cells: { [LONG]: "kim@contoso.com" },
      step: "before-create-user",
      read: { email: "kim@contoso.com", emailTyped: true },
    },
    {
      given: "email too",
      cells: { [LONG]: "kim@contoso.com", email: "lee@gmail.com" },
      step: "after-sign-in",
      read: { email: "kim@contoso.com" },
    },
    { given: "email alone", cells: { [LONG]: "", email: "lee@gmail.com" }, step: "after-sign-in", read: { email: "lee@gmail.com" } },
    { given: "neither", cells: { [LONG]: "" }, step: "after-sign-in", read: { email: "" } },
  ])("takes the place of email if it has a value: $given, $step", ({ cells, step, read: expected }) => {
    const body = changed(step, ({ data: { userSignUpInfo } }) => {
      userSignUpInfo.identities = [google];
      for (const [name, value] of Object.entries(cells)) {
        userSignUpInfo.attributes[name] = { "@odata.type": "microsoft.graph.stringDirectoryAttributeValue", value };
      }
    });
    const parsed = parse({ contentType: "application/json", body: JSON.stringify(body) }, step);
    const { email, emailTyped } = parsed.ok ? parsed.received : { email: parsed.reason, emailTyped: undefined };
    expect({ email, ...(emailTyped && { emailTyped }) }).toEqual(expected);
  });

  it("is rejected if its value is no address, even if the attribute email holds one", () => {
    const body = changed("after-sign-in", ({ data: { userSignUpInfo } }) => {
      const cell = (value: string) => ({ "@odata.type": "microsoft.graph.stringDirectoryAttributeValue", value });
      userSignUpInfo.identities = [google];
      Object.assign(userSignUpInfo.attributes, { [LONG]: cell("kim"), email: cell("kim@contoso.com") });
    });
    expect(parse({ contentType: "application/json", body: JSON.stringify(body) }, "after-sign-in")).toMatchObject({
      reason: "request.email",
    });
  });
});

describe("a person of an OpenID provider is read by Microsoft's table of claims:", () => {
  /** The attribute that each standard claim fills: learn.microsoft.com, reference-oidc-claims-mapping-customers. */
  const table: Readonly<Record<string, string>> = {
    ...{ name: "displayName", given_name: "givenName", family_name: "surname", email: "email", postal_code: "postalCode" },
    ...{ street_address: "streetAddress", locality: "city", region: "state", country: "country" },
  };
  // The claims of ID tokens as each provider publishes them.
  const google = {
    ...{ iss: "https://accounts.google.com", sub: "110248495921238986420", email: "kim@contoso.com", email_verified: true },
    ...{ name: "Kim Lund", given_name: "Kim", family_name: "Lund", hd: "contoso.com" },
  };
  const microsoft = {
    ...{
      iss: "https://login.microsoftonline.com/5c1e7a90-0000-4000-8000-000000000001/v2.0",
      sub: "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
    },
    ...{ name: "Kim Lund", preferred_username: "kim@contoso.com", tid: "5c1e7a90-0000-4000-8000-000000000001", ver: "2.0" },
  };
  const linkedIn = {
    ...{ iss: "https://www.linkedin.com/oauth", sub: "782bbtaQ", email: "kim@contoso.com", email_verified: "true", locale: "en_US" },
    ...{ name: "Kim Lund", given_name: "Kim", family_name: "Lund" },
  };
  const apple = {
    ...{ iss: "https://appleid.apple.com", sub: "000852.0a1b2c3d4e5f.1032", email: "xy7@privaterelay.appleid.com" },
    ...{ email_verified: "true", is_private_email: "true", nonce_supported: true },
  };
  const names = { displayName: "Kim Lund", givenName: "Kim", surname: "Lund" };

  it.each<{ who: string; claims: Record<string, unknown>; map?: Record<string, string>; addressAttribute?: string; read: object }>([
    { who: "Google Workspace", claims: google, read: { email: "kim@contoso.com", attributes: names } },
    { who: "LinkedIn", claims: linkedIn, read: { email: "kim@contoso.com", attributes: names } },
    { who: "Apple", claims: apple, read: { email: "xy7@privaterelay.appleid.com", attributes: {} } },
    { who: "Microsoft, a work account without email", claims: microsoft, read: { email: "", attributes: { displayName: "Kim Lund" } } },
    {
      who: "Microsoft, email mapped to preferred_username",
      ...{ claims: microsoft, map: { email: "preferred_username" } },
      read: { email: "kim@contoso.com", attributes: { displayName: "Kim Lund" } },
    },
    {
      who: "Microsoft, postal_code mapped to preferred_username, beside an email of the administrator's choice",
      ...{
        claims: { ...microsoft, email: "ceo@fabrikam.com" },
        map: { postal_code: "preferred_username" },
        addressAttribute: "postalCode",
      },
      read: { email: "kim@contoso.com", attributes: { displayName: "Kim Lund", postalCode: "kim@contoso.com" } },
    },
  ])("$who", ({ claims, map = {}, addressAttribute, read }) => {
    const { parse } = customExtension({ tenantId: TENANT, addressAttribute });
    const body = changed("after-sign-in", ({ data: { userSignUpInfo } }) => {
      userSignUpInfo.identities = [{ signInType: "federated", issuer: String(claims.iss), issuerAssignedId: String(claims.sub) }];
      const cells = Object.entries(table).flatMap(([claim, name]) => {
        const value = claims[map[claim] ?? claim];
        return value === undefined ? [] : [[name, { "@odata.type": "microsoft.graph.stringDirectoryAttributeValue", value }]];
      });
      userSignUpInfo.attributes = Object.fromEntries(cells);
    });
    const parsed = parse({ contentType: "application/json", body: JSON.stringify(body) }, "after-sign-in");
    const signUp = parsed.ok ? parsed.received : undefined;
    expect({ email: signUp?.email, attributes: signUp?.attributes }).toEqual(read);
    // None of these issuers is one whose word counts by itself.
    expect(signUp && isAddressProven(signUp)).toBe(false);
  });
});

describe("the person's locale, network and application", () => {
  const submit = (client: object, more: object = {}) =>
    signUpOf(
      changed("before-create-user", (e) => {
        const { clientServicePrincipal, correlationId } = e.data.authenticationContext;
        e.data.authenticationContext = { client, clientServicePrincipal, correlationId, ...more };
      }),
      "before-create-user",
    );

  it.each<{ client: object; locales: readonly string[] }>([
    { client: {}, locales: [] },
    { client: { locale: "ko-KR" }, locales: ["ko-KR"] },
    { client: { market: "de-DE" }, locales: ["de-DE"] },
    { client: { locale: "ko-KR", market: "de-DE" }, locales: ["ko-KR", "de-DE"] },
    { client: { locale: "ko", market: "ko" }, locales: ["ko"] },
    { client: { locale: "zh-Hans-CN", market: "" }, locales: ["zh-Hans-CN"] },
    { client: { locale: "<ko", market: "de>" }, locales: [] },
    { client: { locale: "ko-", market: null }, locales: [] },
  ])("include the locales $locales: $client", ({ client, locales }) => expect(submit(client).locales).toEqual(locales));

  it.each([
    { client: {}, ipAddress: undefined },
    { client: { ip: "203.0.113.1" }, ipAddress: "203.0.113.1" },
    { client: { clientIp: "203.0.113.2" }, ipAddress: "203.0.113.2" },
    { client: { ip: "203.0.113.1", clientIp: "203.0.113.2" }, ipAddress: "203.0.113.1" },
  ])("include the address $ipAddress: $client", ({ client, ipAddress }) => {
    const signUp = submit(client);
    expect(signUp.ipAddress).toBe(ipAddress);
    expect("ipAddress" in signUp).toBe(ipAddress !== undefined);
  });

  it.each([
    { given: "nothing", principal: undefined, application: undefined },
    { given: "a name alone", principal: { displayName: "Shop" }, application: undefined },
    { given: "an id alone", principal: { appId: "ABC" }, application: { id: "abc" } },
    { given: "either name", principal: { appId: "a", displayName: "Shop" }, application: { id: "a", name: "Shop" } },
    {
      given: "both names",
      principal: { appId: "a", displayName: "Principal", appDisplayName: "Shop" },
      application: { id: "a", name: "Shop" },
    },
  ])("include the application only if the call contains its id: $given", ({ principal, application }) =>
    expect(submit({}, { clientServicePrincipal: principal }).application).toStrictEqual(application),
  );

  it("come without a correlation id if the call has none", () =>
    expect(submit({}, { correlationId: undefined })).not.toHaveProperty("correlationId"));
});

describe("a call is rejected for", () => {
  const info = (e: Envelope) => e.data.userSignUpInfo;
  const attribute = (cell: unknown) => (e: Envelope) => {
    info(e).attributes.city = cell;
  };
  const STRING = "microsoft.graph.stringDirectoryAttributeValue";

  it.each<{ given: string; change: (envelope: Envelope) => void; reason: string }>([
    { given: "another event", change: (e) => Object.assign(e, fixture("extension/email-otp-send")), reason: "request.step" },
    { given: "no type", change: (e) => delete e.type, reason: "request.unreadable" },
    { given: "another tenant", change: (e) => Object.assign(e.data, { tenantId: APP }), reason: "request.tenant" },
    { given: "no data", change: (e) => delete e.data, reason: "request.unreadable" },
    { given: "no context", change: (e) => delete e.data.authenticationContext, reason: "request.unreadable" },
    { given: "no tenant", change: (e) => delete e.data.tenantId, reason: "request.unreadable" },
    { given: "identities that are a text", change: (e) => Object.assign(info(e), { identities: "kim" }), reason: "request.unreadable" },
    {
      given: "a correlation id that is a number",
      change: (e) => Object.assign(e.data.authenticationContext, { correlationId: 5 }),
      reason: "request.unreadable",
    },
    { given: "an attribute that is null", change: attribute(null), reason: "request.unreadable" },
    {
      given: "an attribute of no known type, without a value",
      change: attribute({ "@odata.type": "constructor", value: null }),
      reason: "request.unreadable",
    },
    {
      given: "a number sign within a type",
      change: attribute({ "@odata.type": "microsoft.graph.#stringDirectoryAttributeValue", value: "x" }),
      reason: "request.unreadable",
    },
    { given: "a list of texts and others", change: attribute({ "@odata.type": STRING, value: ["a", 5] }), reason: "request.unreadable" },
    {
      given: "a text as a yes or no",
      change: attribute({ "@odata.type": "microsoft.graph.booleanDirectoryAttributeValue", value: "true" }),
      reason: "request.unreadable",
    },
    {
      given: "a list as a number",
      change: attribute({ "@odata.type": "microsoft.graph.int64DirectoryAttributeValue", value: ["5"] }),
      reason: "request.unreadable",
    },
    { given: "an attribute that is a text", change: attribute("Busan"), reason: "request.unreadable" },
    {
      given: "an attribute of no known type",
      change: attribute({ "@odata.type": "constructor", value: "x" }),
      reason: "request.unreadable",
    },
    { given: "a number as a text", change: attribute({ "@odata.type": STRING, value: 5 }), reason: "request.unreadable" },
    { given: "a list of what are no texts", change: attribute({ "@odata.type": STRING, value: [{}] }), reason: "request.unreadable" },
    {
      given: "two addresses, of which nobody knows whose it is",
      change: (e) => info(e).identities.push({ ...info(e).identities[0], issuerAssignedId: "lee@contoso.com" }),
      reason: "request.unreadable",
    },
    {
      given: "a text as a number",
      change: attribute({ "@odata.type": "microsoft.graph.int64DirectoryAttributeValue", value: "5" }),
      reason: "request.unreadable",
    },
    {
      given: "an attribute twice, in another case",
      change: (e) => Object.assign(info(e).attributes, { City: info(e).attributes.city }),
      reason: "request.unreadable",
    },
    {
      given: "another address by the older name",
      change: (e) => {
        const { attributes } = info(e) as { attributes: Record<string, unknown> };
        attributes.email = { "@odata.type": STRING, value: "kim@contoso.com" };
        attributes.emailAddress = { "@odata.type": STRING, value: "lee@contoso.com" };
      },
      reason: "request.unreadable",
    },
    { given: "a name twice, in another case", change: (e) => Object.assign(e, { Data: e.data }), reason: "request.unreadable" },
    { given: "64 KiB", change: attribute({ "@odata.type": STRING, value: "x".repeat(65_536) }), reason: "request.unreadable" },
    { given: "a control character", change: attribute({ "@odata.type": STRING, value: "a\u0000b" }), reason: "request.unreadable" },
  ])("$given", ({ change, reason }) => {
    expect(read(changed("before-create-user", change), "before-create-user")).toMatchObject({
      ok: false,
      reason,
      source: "external-tenant",
    });
  });

  it("an identity that is missing at the step before the form", () =>
    expect(
      read(
        changed("after-sign-in", (e) => Object.assign(info(e), { identities: [] })),
        "after-sign-in",
      ),
    ).toMatchObject({ reason: "request.unreadable" }));

  it("a missing user of the token", () =>
    expect(
      read(
        changed("before-sending-token", (e) => delete e.data.authenticationContext.user),
        "before-sending-token",
      ),
    ).toMatchObject({ reason: "request.unreadable" }));

  it("a body that is no JSON, and its language counts as unknown", () =>
    expect(read("{", "after-sign-in")).toEqual({ ok: false, reason: "request.unreadable", source: "external-tenant", locales: [] }));

  it("the event of another step", () => {
    for (const step of steps) {
      for (const other of steps) if (other !== step) expect(read(fixture(names[other]), step)).toMatchObject({ reason: "request.step" });
    }
  });
});

describe("the attributes of an answer", () => {
  const submit = () => signUpOf(fixture(names["before-create-user"]), "before-create-user");

  it.each<{ set: Attributes; attributes: Attributes; notCollected?: readonly string[] }>([
    { set: { city: "Busan" }, attributes: { city: "Busan" } },
    { set: { extension_SeatCount: "7" }, attributes: { extension_SeatCount: 7 } },
    { set: { extension_SeatCount: "-12" }, attributes: { extension_SeatCount: -12 } },
    { set: { extension_SeatCount: "+12" }, attributes: { extension_SeatCount: 12 } },
    { set: { extension_AcceptsNewsletter: true }, attributes: { extension_AcceptsNewsletter: true } },
    { set: { extension_AcceptsNewsletter: "false" }, attributes: { extension_AcceptsNewsletter: false } },
    { set: { extension_Interests: ["a", "b"] }, attributes: { extension_Interests: "a,b" } },
    { set: { postalCode: 48094 }, attributes: { postalCode: "48094" } },
    { set: { city: "Busan", country: "KR" }, attributes: { city: "Busan" }, notCollected: ["country"] },
  ])("contain what the form collects of $set", ({ set, attributes, notCollected = [] }) =>
    expect(carry(set, submit())).toEqual({ attributes, notCollected }),
  );

  it.each<{ set: Attributes; type: string }>([
    ...["0x10", "true", " 7", "seven", "7 ", "+ 7", "7a", "a7", "", "9007199254740993"].map((extension_SeatCount) => ({
      set: { extension_SeatCount },
      type: "int64",
    })),
    ...[1, "yes", "TRUE", ""].map((extension_AcceptsNewsletter) => ({ set: { extension_AcceptsNewsletter }, type: "boolean" })),
    ...[{ name: "Busan" }, [{}], ["Busan", {}], [null], [["Busan"]]].map((city) => ({ set: { city }, type: "string" })),
    { set: { extension_SeatCount: [7] }, type: "int64" },
    { set: { extension_AcceptsNewsletter: [true] }, type: "boolean" },
  ])("exclude $set, which the directory cannot store", ({ set, type }) =>
    expect(() => carry(set, submit())).toThrow(
      new TypeError(`A rule set "${Object.keys(set)[0]}" to a value that the directory cannot take: its type there is ${type}.`),
    ),
  );

  it("are empty if the form collects nothing", () => {
    const { collected: _, ...signUp } = submit();
    expect(carry({ city: "Busan" }, signUp)).toEqual({ attributes: {}, notCollected: ["city"] });
  });

  it.each<{ set: Attributes; claims: Attributes }>([
    { set: { approved: true, seats: 3, tier: "gold" }, claims: { approved: "true", seats: "3", tier: "gold" } },
    { set: { roles: ["buyer", 1] }, claims: { roles: ["buyer", "1"] } },
  ])("become claims: $claims", ({ set, claims }) => {
    const signUp = signUpOf(fixture(names["before-sending-token"]), "before-sending-token");
    expect(carry(set, signUp)).toEqual({ attributes: claims, notCollected: [] });
    expect(() => carry({ ...set, more: "x".repeat(3_072) }, signUp)).toThrow(RangeError);
    expect(() => carry({ ...set, more: { a: 1 } }, signUp)).toThrow(TypeError);
    expect(() => carry({ ...set, " ": "x" }, signUp)).toThrow(TypeError);
  });
});

describe("the exact bytes of an answer", () => {
  const invalid: Reply = {
    kind: "invalid",
    message: "all",
    summary: "Please correct.",
    reference: "(R)",
    problems: [
      { attribute: "city", message: "No digits.", named: "City: No digits." },
      // Two rules may say the same of an attribute.
      { attribute: "city", message: "No digits.", named: "City: No digits." },
      { attribute: "extension_SeatCount", message: "At most 20.", named: "Seats: At most 20." },
      { attribute: "city", message: "Not there.", named: "City: Not there." },
      { attribute: "country", message: "Please fill in this field.", named: "Country: Please fill in this field." },
      { message: "Try again.", named: "Try again." },
    ],
  };
  const block: Reply = { kind: "block", title: "You cannot sign up", message: "Ask them." };
  const START = "microsoft.graph.attributeCollectionStart";
  const SUBMIT = "microsoft.graph.attributeCollectionSubmit";
  const TOKEN = "microsoft.graph.tokenIssuanceStart.provideClaimsForToken";

  it.each<{ step: Step; reply: Reply; action: object }>([
    {
      step: "after-sign-in",
      reply: { kind: "continue", attributes: {} },
      action: { "@odata.type": `${START}.continueWithDefaultBehavior` },
    },
    {
      step: "after-sign-in",
      reply: { kind: "continue", attributes: { city: "Busan", extension_SeatCount: 3 } },
      action: { "@odata.type": `${START}.setPrefillValues`, inputs: { city: "Busan", [`${LONG}_SeatCount`]: 3 } },
    },
    {
      step: "after-sign-in",
      reply: block,
      action: { "@odata.type": `${START}.showBlockPage`, title: "You cannot sign up", message: "Ask them." },
    },
    {
      step: "before-create-user",
      reply: { kind: "continue", attributes: {} },
      action: { "@odata.type": `${SUBMIT}.continueWithDefaultBehavior` },
    },
    {
      step: "before-create-user",
      reply: { kind: "continue", attributes: { extension_AcceptsNewsletter: false } },
      action: { "@odata.type": `${SUBMIT}.modifyAttributeValues`, attributes: { [`${LONG}_AcceptsNewsletter`]: false } },
    },
    {
      step: "before-create-user",
      reply: block,
      action: { "@odata.type": `${SUBMIT}.showBlockPage`, title: "You cannot sign up", message: "Ask them." },
    },
    {
      step: "before-create-user",
      reply: invalid,
      action: {
        "@odata.type": `${SUBMIT}.showValidationError`,
        message: "Country: Please fill in this field. Try again. Please correct. (R)",
        attributeErrors: { city: "No digits. Not there.", [`${LONG}_SeatCount`]: "At most 20." },
      },
    },
    {
      step: "before-sending-token",
      reply: { kind: "continue", attributes: { tier: "gold" } },
      action: { "@odata.type": TOKEN, claims: { tier: "gold" } },
    },
    { step: "before-sending-token", reply: block, action: { "@odata.type": TOKEN, claims: {} } },
  ])("$step: $action", ({ step, reply, action }) => {
    const { status, body } = render(reply, step, signUpOf(fixture(names[step]), step));
    const event = {
      "after-sign-in": "AttributeCollectionStart",
      "before-create-user": "AttributeCollectionSubmit",
      "before-sending-token": "TokenIssuanceStart",
    }[step];
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({ data: { "@odata.type": `microsoft.graph.on${event}ResponseData`, actions: [action] } });
  });

  it("shows a message at its field if the form has that field, or else above the form", () => {
    const problems = [{ attribute: "city", message: "No digits.", named: "City: No digits." }];
    const { body } = render({ ...invalid, problems }, "before-create-user");
    expect(JSON.parse(body).data.actions).toMatchObject([{ message: "City: No digits. (R)", attributeErrors: {} }]);
    const { longNames: _, ...signUp } = signUpOf(fixture(names["before-create-user"]), "before-create-user");
    const shown = render({ ...invalid, problems }, "before-create-user", signUp);
    expect(JSON.parse(shown.body).data.actions).toMatchObject([
      { message: "Please correct. (R)", attributeErrors: { city: "No digits." } },
    ]);
    const set = render({ kind: "continue", attributes: { city: "Busan" } }, "before-create-user");
    expect(JSON.parse(set.body).data.actions).toMatchObject([{ attributes: { city: "Busan" } }]);
  });
});

it.each(["attribute-collection-start", "attribute-collection-submit", "token-issuance-start"])(
  "%s is a step of an external tenant",
  (name) => {
    const body = fixture(`extension/${name}`);
    expect(chooseDialect(body)).not.toBe(apiConnector);
    const [step] = steps.filter((each) => names[each].endsWith(name));
    expect(chooseDialect(body).parse({ contentType: "application/json", body: JSON.stringify(body) }, step as Step)).toMatchObject({
      ok: true,
    });
  },
);

it.each([
  fixture("b2b-before-create-google"),
  fixture("b2c/pre-token-issuance"),
  {},
  { data: {} },
  { data: { tenantId: 5 } },
  [],
  null,
  "x",
])("%j is a step of a connector", (body) => expect(chooseDialect(body)).toBe(apiConnector));

it.each<{ attributes: Attributes; claims: Attributes }>([
  { attributes: { tier: "gold", seats: 3, approved: true }, claims: { tier: "gold", seats: "3", approved: "true" } },
  { attributes: { roles: ["buyer", 1, false], none: [] }, claims: { roles: ["buyer", "1", "false"], none: [] } },
])("a claim is a text or a list of texts: $claims", ({ attributes, claims }) => expect(carryClaims(attributes)).toEqual(claims));

it.each<{ attributes: Attributes; says: string }>([
  { attributes: { "": "x" }, says: "A claim has no name." },
  { attributes: { " ": "x" }, says: "A claim has no name." },
  { attributes: { tier: { a: 1 } }, says: 'A rule set the claim "tier" to an object, which a token cannot carry.' },
  { attributes: { tiers: ["gold", { a: 1 }] }, says: 'A rule set the claim "tiers" to an object, which a token cannot carry.' },
])("a token cannot carry $attributes", ({ attributes, says }) => expect(() => carryClaims(attributes)).toThrow(new TypeError(says)));

it("names and values of claims take no more than 3 KiB together, in bytes", () => {
  const list = Array<string>(2).fill("é".repeat(500));
  const claims = (length: number) => carryClaims({ roles: list, more: "x".repeat(length) });
  const room = 3_072 - "roles".length - 2_000 - "more".length;
  expect(() => claims(room)).not.toThrow();
  expect(() => claims(room + 1)).toThrow(new RangeError("The claims take 3073 bytes; a token takes 3072."));
});
