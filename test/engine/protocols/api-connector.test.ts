import fc from "fast-check";
import { describedIdentities, signUpOfPerson } from "../../../cli/described-person";
import { apiConnector } from "../../../engine/protocols/api-connector";
import type { Reply } from "../../../engine/protocols/dialect";
import { MAX_BODY_BYTES } from "../../../engine/sign-up/attributes";
import type { AttributeValue } from "../../../engine/sign-up/sign-up";
import { readBasicAuth } from "../../../handlers/authorizer";
import { type Claims, fixture, fixtureNames } from "../../fixtures/index";

const APP = "0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2";

function parse(body: unknown, contentType: string | undefined = "application/json") {
  return apiConnector.parse({ contentType, body: typeof body === "string" ? body : JSON.stringify(body) }, "before-create-user");
}

function signUp(claims: Claims) {
  const parsed = parse({ email: "kim@contoso.com", ...claims });
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.received;
}

const reason = (claims: Claims) => {
  const parsed = parse({ email: "kim@contoso.com", ...claims });
  return parsed.ok ? "continue" : parsed.reason;
};

it.each([
  { context: { requestTimeEpoch: 5, requestId: "one" }, arrivedAt: 5, id: "one" },
  { context: {}, arrivedAt: undefined, id: undefined },
  { context: undefined, arrivedAt: undefined, id: undefined },
])("a gateway event yields the request, its time and its id: $context", ({ context, arrivedAt, id }) => {
  const event = { headers: { "Content-Type": "application/json" }, body: "{}", ...(context && { requestContext: context }) };
  expect(apiConnector.call(event)).toEqual({ request: { contentType: "application/json", body: "{}" }, arrivedAt, id });
});

describe("a documented request", () => {
  it.each(fixtureNames)("%s is read", (name) => expect(parse(fixture(name))).toMatchObject({ ok: true }));

  it("is read with all its fields: Google, before creating the user", () => {
    expect(parse(fixture("b2b-before-create-google"))).toEqual({
      ok: true,
      received: {
        step: "before-create-user",
        email: "mina.kang@example.com",
        identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "110248495921238986420" }],
        attributes: {
          displayName: "Mina Kang",
          givenName: "Mina",
          surname: "Kang",
          jobTitle: "Procurement Lead",
          streetAddress: "418 Alder Street",
          city: "Portland",
          postalCode: "97205",
          state: "Oregon",
          country: "United States",
          extension_PartnerNumber: "P-204871",
          extension_AcceptsNewsletter: false,
          extension_SeatCount: 25,
        },
        longNames: {
          extension_PartnerNumber: `extension_${APP}_PartnerNumber`,
          extension_AcceptsNewsletter: `extension_${APP}_AcceptsNewsletter`,
          extension_SeatCount: `extension_${APP}_SeatCount`,
        },
        locales: ["en-US"],
        source: "b2b",
      },
    });
  });

  it("gives the family name as lastName after sign-in", () => {
    expect(signUp(fixture("b2b-after-sign-in-entra")).attributes).toEqual({
      displayName: "Jonas Weber",
      givenName: "Jonas",
      surname: "Weber",
    });
  });
});

describe("claims", () => {
  it.each<{ given: string; claims: Claims; attributes: Claims }>([
    { given: "an unknown text", claims: { favouriteColour: "red" }, attributes: { favouriteColour: "red" } },
    { given: "an unknown object", claims: { later: { a: [1, { b: true }] } }, attributes: { later: { a: [1, { b: true }] } } },
    { given: "null", claims: { city: null, surname: null }, attributes: {} },
    { given: "an empty text", claims: { city: "", extension_Code: "" }, attributes: {} },
    {
      given: "false and zero",
      claims: { extension_News: false, extension_Seats: 0 },
      attributes: { extension_News: false, extension_Seats: 0 },
    },
    {
      given: "names that hold another one",
      claims: { WorkEmail: "x", EmailTwo: "y", IdentitiesSeen: "z" },
      attributes: { WorkEmail: "x", EmailTwo: "y", IdentitiesSeen: "z" },
    },
    { given: "what only B2C means", claims: { client_id: "App", objectId: 5 }, attributes: { client_id: "App", objectId: 5 } },
    { given: "a blank", claims: { city: " " }, attributes: { city: " " } },
    { given: "surname and lastName", claims: { surname: "Kim", lastName: "Lee" }, attributes: { surname: "Kim" } },
    { given: "an empty surname and a lastName", claims: { surname: "", lastName: "Lee" }, attributes: { surname: "Lee" } },
    { given: "a null surname and a lastName", claims: { surname: null, lastName: "Lee" }, attributes: { surname: "Lee" } },
    { given: "an extension's long name", claims: { [`extension_${APP}_Code`]: "x" }, attributes: { extension_Code: "x" } },
    { given: "it in upper case", claims: { [`extension_${APP.toUpperCase()}_Code`]: "x" }, attributes: { extension_Code: "x" } },
    { given: "one with underscores", claims: { [`extension_${APP}_My_Code`]: "x" }, attributes: { extension_My_Code: "x" } },
    { given: "a short name", claims: { extension_Code: "x" }, attributes: { extension_Code: "x" } },
    { given: "31 digits", claims: { [`extension_${APP.slice(1)}_Code`]: "x" }, attributes: { [`extension_${APP.slice(1)}_Code`]: "x" } },
    {
      given: "short and long of one name",
      claims: { extension_Code: "short", [`extension_${APP}_Code`]: "long" },
      attributes: { extension_Code: "short", [`extension_${APP}_Code`]: "long" },
    },
    {
      given: "two apps' attributes of one name",
      claims: { [`extension_${APP}_Code`]: "a", [`extension_${"1".repeat(32)}_Code`]: "b" },
      attributes: { extension_Code: "a", [`extension_${"1".repeat(32)}_Code`]: "b" },
    },
    {
      given: "a line break in an address",
      claims: { streetAddress: "1 Main\r\nStreet\t" },
      attributes: { streetAddress: "1 Main\r\nStreet\t" },
    },
  ])("are read correctly: $given", ({ claims, attributes }) => expect(signUp(claims).attributes).toEqual(attributes));

  it.each([
    {
      given: "short for long",
      claims: { [`extension_${APP.toUpperCase()}_Code`]: "x" },
      longNames: { extension_Code: `extension_${APP.toUpperCase()}_Code` },
    },
    { given: "short as received", claims: { extension_Code: "x", city: "Seoul" }, longNames: undefined },
    { given: "long as received", claims: { extension_Code: "x", [`extension_${APP}_Code`]: "y" }, longNames: undefined },
    {
      given: "two apps' of one name",
      claims: { [`extension_${APP}_Code`]: "a", [`extension_${"1".repeat(32)}_Code`]: "b" },
      longNames: { extension_Code: `extension_${APP}_Code` },
    },
  ])("are recorded with their long name if reading shortened it: $given", ({ claims, longNames }) =>
    expect(signUp(claims).longNames).toEqual(longNames),
  );

  it("yield no application or account id if their names are those that only B2C uses", () => {
    const read = signUp({ client_id: "App", objectId: "x" });
    expect(read).not.toHaveProperty("application");
    expect(read).not.toHaveProperty("userId");
  });

  it("that are no attributes are left out of the attributes", () =>
    expect(signUp({ identities: [], ui_locales: "en", lastName: "" }).attributes).toEqual({}));

  it("include an email in upper case as the same address", () =>
    expect(signUp({ email: "KIM@Contoso.COM" }).email).toBe("kim@contoso.com"));
});

describe("languages", () => {
  it.each([
    { ui_locales: "en-US", locales: ["en-US"] },
    { ui_locales: "fr-FR, ko-KR en", locales: ["fr-FR", "ko-KR", "en"] },
    { ui_locales: "fr-FR,ko", locales: ["fr-FR", "ko"] },
    { ui_locales: " ko  ", locales: ["ko"] },
    { ui_locales: "en;q=0.8, ko", locales: ["ko"] },
    { ui_locales: "<script> ko", locales: ["ko"] },
    { ui_locales: "", locales: [] },
    { ui_locales: null, locales: [] },
    { ui_locales: undefined, locales: [] },
  ])("in $ui_locales are read as $locales", ({ ui_locales, locales }) => expect(signUp({ ui_locales }).locales).toEqual(locales));

  it("are read even if the rest of the request is refused", () => {
    expect(parse({ email: "kim", ui_locales: "ko-KR" })).toEqual({ ok: false, reason: "request.email", source: "b2b", locales: ["ko-KR"] });
    expect(parse({ ui_locales: "ko-KR", city: 5 })).toEqual({ ok: false, reason: "request.unreadable", source: "b2b", locales: ["ko-KR"] });
  });

  it("are limited in number", () => expect(signUp({ ui_locales: "en ".repeat(5_000) }).locales.length).toBeLessThan(20));
});

describe("identities", () => {
  it.each([
    { given: "none", identities: undefined, read: [] },
    { given: "null", identities: null, read: [] },
    { given: "an empty list", identities: [], read: [] },
    { given: "an empty text", identities: "", read: [] },
    {
      given: "a short issuer",
      identities: [{ issuer: "google", issuerAssignedId: "1" }],
      read: [{ issuer: "google.com", issuerAssignedId: "1" }],
    },
    { given: "an issuer in upper case", identities: [{ issuer: "Facebook.com" }], read: [{ issuer: "facebook.com" }] },
    { given: "an issuer alone", identities: [{ issuer: "mail", issuerAssignedId: null, signInType: "" }], read: [{ issuer: "mail" }] },
    {
      given: "an id to be kept to the letter",
      identities: [{ issuer: "google.com", issuerAssignedId: " Ab/1 " }],
      read: [{ issuer: "google.com", issuerAssignedId: " Ab/1 " }],
    },
    { given: "unknown keys", identities: [{ issuer: "mail", more: 1 }], read: [{ issuer: "mail" }] },
  ])("are read correctly: $given", ({ identities, read }) => expect(signUp({ identities }).identities).toEqual(read));

  it.each([
    ["a text", "google.com"],
    ["an object", { issuer: "google.com" }],
    ["a number", 5],
    ["true", true],
    ["a list of texts", ["google.com"]],
    ["a list of null", [null]],
    ["a list of lists", [[]]],
    ["no issuer", [{}]],
    ["an empty issuer", [{ issuer: "" }]],
    ["a blank issuer", [{ issuer: " " }]],
    ["an issuer that is a number", [{ issuer: 5 }]],
    ["an id that is a number", [{ issuer: "google.com", issuerAssignedId: 1102484959 }]],
    ["an issuer that is too long", [{ issuer: "x".repeat(513) }]],
    ["an id that is too long", [{ issuer: "mail", issuerAssignedId: "é".repeat(513) }]],
    ["an issuer with a control character", [{ issuer: "google.com\u0000" }]],
    ["an id with a control character", [{ issuer: "google.com", issuerAssignedId: "1\u0000" }]],
    ["a way to sign in with a control character", [{ issuer: "google.com", signInType: "federated\u0007" }]],
    ["nine identities", Array(9).fill({ issuer: "mail" })],
    ["one good and one bad", [{ issuer: "google.com" }, { issuer: null }]],
  ])("are refused if the claim holds %s", (_, identities) => expect(reason({ identities })).toBe("request.unreadable"));
});

describe("the body of a request", () => {
  const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
  const whole = JSON.stringify({ email: "kim@contoso.com" });

  it.each([
    ["empty", ""],
    ["blank", "  "],
    ["no JSON", "email=kim@contoso.com"],
    ["JSON cut off", whole.slice(0, -1)],
    ["JSON twice", whole + whole],
    ["with a trailing comma", '{"email":"kim@contoso.com",}'],
    ["XML", "<email>kim@contoso.com</email>"],
    ["null", "null"],
    ["a list", `[${whole}]`],
    ["a text", '"kim@contoso.com"'],
    ["a number", "1"],
    ["true", "true"],
    ["in Latin-1", Buffer.from('{"email":"kim@contoso.com","city":"Köln"}', "latin1").toString("utf8")],
    ["above 64 KiB", JSON.stringify({ email: "kim@contoso.com", city: "x".repeat(MAX_BODY_BYTES) })],
    ["above 64 KiB in bytes alone", JSON.stringify({ email: "kim@contoso.com", city: "철".repeat(MAX_BODY_BYTES / 3) })],
    ["above 64 KiB of blanks", whole + " ".repeat(MAX_BODY_BYTES)],
    ["nested 9 deep", `{"email":"kim@contoso.com","a":${deep(8)}}`],
    ["nested 10 000 deep", `{"email":"kim@contoso.com","a":${deep(10_000)}}`],
    ["lists 30 000 deep", `{"email":"kim@contoso.com","a":${"[".repeat(30_000)}${"]".repeat(30_000)}}`],
    ["with __proto__", '{"email":"kim@contoso.com","__proto__":{"x":1}}'],
    ["with __proto__ in escapes", '{"email":"kim@contoso.com","\\u005f_proto__":null}'],
    ["with constructor", '{"email":"kim@contoso.com","constructor":{"prototype":{}}}'],
    ["with __proto__ in an identity", '{"email":"kim@contoso.com","identities":[{"issuer":"google.com","__proto__":{}}]}'],
    ["with prototype deep inside", '{"email":"kim@contoso.com","a":{"b":[{"prototype":1}]}}'],
  ])("is refused: %s", (_, body) => {
    expect(parse(body)).toEqual({ ok: false, reason: "request.unreadable", source: "b2b", locales: [] });
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it("is read if it is one byte below 64 KiB", () => {
    const empty = JSON.stringify({ email: "kim@contoso.com", city: "" });
    const body = JSON.stringify({ email: "kim@contoso.com", city: "x".repeat(MAX_BODY_BYTES - 1 - empty.length) });
    expect(parse(body)).toMatchObject({ ok: true });
  });

  it.each([
    "displayName",
    "givenName",
    "surname",
    "lastName",
    "jobTitle",
    "city",
    "state",
    "country",
    "postalCode",
    "streetAddress",
    "ui_locales",
  ])("is refused for %s of another type", (name) => {
    for (const value of [5, true, false, [], ["x"], {}, { toString: "x" }]) expect(reason({ [name]: value })).toBe("request.unreadable");
  });

  it.each([[["x"]], [{ a: 1 }], [[]]])("is refused for a custom attribute of %j", (value) => {
    expect(reason({ [`extension_${APP}_Code`]: value })).toBe("request.unreadable");
  });

  it.each(["1.5", "1e400", "-1e400", "9007199254740993"])(
    "is refused for the number %s, as no directory stores it or JSON cannot keep it exactly",
    (number) => {
      expect(parse(`{"email":"kim@contoso.com","extension_Seats":${number}}`)).toMatchObject({ reason: "request.unreadable" });
    },
  );

  it.each(["\u0000", "a\u0007", "\u001b[31m", "a\u007f", "\u000b"])("is refused for the control characters of %j", (value) => {
    expect(reason({ city: value })).toBe("request.unreadable");
    expect(reason({ favouriteColour: value })).toBe("request.unreadable");
  });
});

describe("the content type", () => {
  const type = (contentType: string | undefined) =>
    apiConnector.parse({ contentType, body: '{"email":"kim@contoso.com"}' }, "after-sign-in").ok;

  it.each([
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON;charset=UTF-8",
    " application/json ",
    "application/json ;x",
  ])("%p is accepted", (contentType) => expect(type(contentType)).toBe(true));

  it.each([
    undefined,
    "",
    "text/plain",
    "application/jsonp",
    "application/json-patch+json",
    "text/json",
    "multipart/form-data",
    "x application/json",
  ])("%p is refused", (contentType) => expect(type(contentType)).toBe(false));
});

describe("the e-mail address", () => {
  it.each([
    ["none", "kim"],
    ["with two @", "kim@lee@contoso.com"],
    ["with a quoted name", '"kim lee"@contoso.com'],
    ["with a quoted address for a name", '"kim@contoso.com"@evil.example'],
    ["of two people", "kim@contoso.com, lee@contoso.com"],
    ["with a line break", "kim@contoso.com\nBcc: lee@contoso.com"],
  ])("%s stops the sign-up as invalid", (_, email) =>
    expect(parse({ email, ui_locales: "ja" })).toEqual({ ok: false, reason: "request.email", source: "b2b", locales: ["ja"] }),
  );

  it.each([[undefined], [null], [""]])("%j counts as missing, and rules decide about that", (email) => {
    expect(parse({ email, ui_locales: "ja" })).toMatchObject({ ok: true, received: { locales: ["ja"] } });
    expect(parse({ email })).toHaveProperty("received.email", "");
  });

  it.each([[5], [true], [["kim@contoso.com"]], [{ address: "kim@contoso.com" }], [{ toString: "kim@contoso.com" }]])(
    "stops the sign-up if it is not a text: %j",
    (email) => expect(parse({ email })).toMatchObject({ ok: false }),
  );

  it("is found whatever the case of its claim's name, and so are the identities", () => {
    const identities = [{ issuer: "google.com", issuerAssignedId: "1184" }];
    expect(signUp({ Email: "kim@contoso.com", Identities: identities, email: null })).toMatchObject({
      email: "kim@contoso.com",
      identities,
      attributes: {},
    });
    expect(reason({ email: "kim@contoso.com", Email: "lee@contoso.com" })).toBe("request.unreadable");
  });

  it("stops the sign-up if it contains control characters", () =>
    expect(parse({ email: "ki\u0000m@contoso.com" })).toMatchObject({ ok: false }));
});

describe("a request at the limits", () => {
  /** A text within so many objects. */
  const nested = (depth: number): unknown => (depth === 0 ? "x" : { a: nested(depth - 1) });

  it.each<{ given: string; claims: Claims; says: string }>([
    { given: "seven levels below a claim", claims: { later: nested(7) }, says: "continue" },
    { given: "eight levels below a claim", claims: { later: nested(8) }, says: "request.unreadable" },
    { given: "eight identities", claims: { identities: Array(8).fill({ issuer: "mail" }) }, says: "continue" },
    { given: "an issuer of 512 bytes", claims: { identities: [{ issuer: "é".repeat(256) }] }, says: "continue" },
    { given: "an issuer of 513 bytes", claims: { identities: [{ issuer: `${"é".repeat(256)}x` }] }, says: "request.unreadable" },
    { given: "an id of 1,024 bytes", claims: { identities: [{ issuer: "mail", issuerAssignedId: "é".repeat(512) }] }, says: "continue" },
    {
      given: "an id of 1,025 bytes",
      claims: { identities: [{ issuer: "mail", issuerAssignedId: `${"é".repeat(512)}x` }] },
      says: "request.unreadable",
    },
    { given: "a claim called constructor", claims: { later: { constructor: "x" } }, says: "request.unreadable" },
    { given: "an e-mail that is no text", claims: { email: 5 }, says: "request.unreadable" },
    { given: "half a character", claims: { city: "\ud800" }, says: "request.unreadable" },
    { given: "half a character deep inside", claims: { later: [["\udc00"]] }, says: "request.unreadable" },
  ])("is accepted or refused if it contains $given: $says", ({ claims, says }) => expect(reason(claims)).toBe(says));

  it("keeps sixteen languages, whatever separates them", () => {
    const tags = Array.from({ length: 17 }, (_, index) => `en-${index + 10}`);
    expect(signUp({ ui_locales: tags.join(", ") }).locales).toEqual(tags.slice(0, 16));
  });

  it("has no family name if it contains none", () => expect(signUp({ city: "Seoul" }).attributes).not.toHaveProperty("surname"));

  it("keeps a claim's name unchanged if an extension's name is in it, but not at its beginning", () => {
    const name = `my_extension_${APP}_Code`;
    expect(signUp({ [name]: "x" }).attributes).toEqual({ [name]: "x" });
  });

  it("is not refused if the gate itself has a fault: the fault is thrown", () =>
    expect(() => apiConnector.parse({ contentType: "application/json", body: undefined as never }, "after-sign-in")).toThrow(
      "must be of type string",
    ));
});

describe("the exact bytes of the three answers", () => {
  it.each<{ reply: Reply; status: number; body: string }>([
    {
      reply: { kind: "continue", attributes: { postalCode: "04524", extension_PartnerTier: "gold", extension_News: false } },
      status: 200,
      body: '{"version":"1.0.0","action":"Continue","postalCode":"04524","extension_PartnerTier":"gold","extension_News":false}',
    },
    { reply: { kind: "continue", attributes: {} }, status: 200, body: '{"version":"1.0.0","action":"Continue"}' },
    {
      reply: { kind: "block", title: "Closed", message: "Sign-up is closed for your organisation." },
      status: 200,
      body: '{"version":"1.0.0","action":"ShowBlockPage","userMessage":"Sign-up is closed for your organisation."}',
    },
    {
      reply: { kind: "invalid", message: "Postal code has five digits.", summary: "Please correct.", reference: "(R)", problems: [] },
      status: 400,
      body: '{"version":"1.0.0","action":"ValidationError","status":400,"userMessage":"Postal code has five digits."}',
    },
  ])("are fixed for the answer $reply.kind: $body", ({ reply, status, body }) =>
    expect(apiConnector.render(reply, "before-create-user")).toEqual({ status, body }),
  );

  it.each<Reply>([
    { kind: "block", title: "t", message: "m" },
    { kind: "invalid", message: "m", summary: "s", reference: "r", problems: [] },
  ])("are those of a Continue without claims before a token is sent, even if the answer is $kind", (reply) =>
    expect(apiConnector.render(reply, "before-sending-token")).toEqual({ status: 200, body: '{"version":"1.0.0","action":"Continue"}' }),
  );
});

const encoded = (text: string) => Buffer.from(text).toString("base64");

describe("a value that a rule sets goes out as an API connector may answer it", () => {
  it.each<{ name: string; value: AttributeValue; sent: AttributeValue }>([
    { name: "city", value: "Seoul", sent: "Seoul" },
    { name: "postalCode", value: 98052, sent: "98052" },
    { name: "jobTitle", value: true, sent: "true" },
    { name: "city", value: ["Seoul", "Busan"], sent: "Seoul,Busan" },
    { name: "extension_Seats", value: 25, sent: 25 },
    { name: "extension_News", value: false, sent: false },
    { name: "extension_Rate", value: 1.5, sent: "1.5" },
    { name: "extension_Roles", value: ["buyer", "auditor"], sent: "buyer,auditor" },
    { name: "extension_Roles", value: [], sent: "" },
  ])("$name: $value as $sent", ({ name, value, sent }) =>
    expect(apiConnector.carry({ [name]: value }, signUp({}))).toEqual({ attributes: { [name]: sent }, notCollected: [] }),
  );

  it.each<[AttributeValue]>([[{ red: true }], [["buyer, auditor"]], [[["buyer"]]]])("not at all if it is %j", (value) =>
    expect(() => apiConnector.carry({ extension_Roles: value }, signUp({}))).toThrow('A rule set "extension_Roles"'),
  );
});

describe("a basic auth header", () => {
  it.each([
    { header: `Basic ${encoded("entra:secret")}`, username: "entra", password: "secret" },
    { header: `basic ${encoded("entra:secret")}`, username: "entra", password: "secret" },
    { header: `BASIC   ${encoded("entra:secret")} `, username: "entra", password: "secret" },
    { header: `Basic ${encoded("entra:se:cr:et")}`, username: "entra", password: "se:cr:et" },
    { header: `Basic ${encoded("entra:비밀번호é")}`, username: "entra", password: "비밀번호é" },
    { header: `Basic ${encoded("entra:")}`, username: "entra", password: "" },
    { header: `Basic ${encoded(":secret")}`, username: "", password: "secret" },
    { header: `Basic ${encoded("entra:secret").replace(/=+$/, "")}`, username: "entra", password: "secret" },
    // The URL-safe alphabet of RFC 4648 §5: ÿ and ¿ make it differ.
    { header: "Basic w7_CvzrDv8K_w78", username: "ÿ¿", password: "ÿ¿ÿ" },
    { header: "Basic PjpqPj4-", username: ">", password: "j>>>" },
    { header: "Basic PjpqPj4+", username: ">", password: "j>>>" },
  ])("$header is read as $username with $password", ({ header, username, password }) =>
    expect(readBasicAuth(header)).toEqual({ username, password }),
  );

  it.each([
    undefined,
    "",
    "Basic",
    "Basic ",
    `Basic${encoded("entra:secret")}`,
    `Bearer ${encoded("entra:secret")}`,
    `Basic ${encoded("no colon")}`,
    "Basic entra:secret",
    "Basic ????",
    `Basic ${encoded("entra:secret")}, Basic ${encoded("a:b")}`,
    `Basic ${encoded("entra:secret")}\nX: y`,
    `Digest username="entra"`,
  ])("%p is refused", (header) => expect(readBasicAuth(header)).toBeUndefined());

  it("is read back with any name and password", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (user, password) => {
        const username = user.replaceAll(":", "");
        expect(readBasicAuth(`Basic ${encoded(`${username}:${password}`)}`)).toEqual({ username, password });
      }),
    );
  });
});

describe("a sign-up described by an operator", () => {
  it.each([
    { issuer: undefined, id: undefined, identities: [] },
    { issuer: "Google", id: undefined, identities: [{ issuer: "google.com", signInType: "federated" }] },
    { issuer: "google.com", id: "1184", identities: [{ issuer: "google.com", issuerAssignedId: "1184", signInType: "federated" }] },
  ])("gets its identities from the issuer $issuer and the id $id", ({ issuer, id, identities }) =>
    expect(signUpOfPerson({ email: " Kim@Contoso.com ", issuer, id })).toEqual({
      ok: true,
      received: { step: "before-create-user", email: "kim@contoso.com", identities, attributes: {}, locales: [], source: "b2b" },
    }),
  );

  it.each(["", " "])("is refused without an address: %j", (email) =>
    expect(signUpOfPerson({ email, issuer: "google.com", id: "1184" })).toEqual({
      ok: false,
      reason: "request.email",
      source: "b2b",
      locales: [],
    }),
  );

  it("gets the same refusal as a request from Entra", () =>
    expect(signUpOfPerson({ email: "kim", issuer: undefined, id: undefined })).toMatchObject({ ok: false, reason: "request.email" }));
});

it.each([
  { issuer: "mail", id: undefined, accounts: ["kim@contoso.com"] },
  { issuer: "mail", id: "lee@contoso.com", accounts: ["lee@contoso.com"] },
  { issuer: "google.com", id: undefined, accounts: [undefined] },
  { issuer: "Entra", id: undefined, accounts: [] },
])("a description of a person with $issuer has the account ids $accounts", ({ issuer, id, accounts }) => {
  expect(describedIdentities({ email: "kim@contoso.com", issuer, id })).toEqual(
    accounts.map((issuerAssignedId) => ({ signInType: "federated", issuer, issuerAssignedId })),
  );
});
