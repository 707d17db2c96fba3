import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import tls from "node:tls";
import fc from "fast-check";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { type ExperianOptions, experian } from "../../../features/verify-identity/client/experian";
import {
  answering,
  contextWith,
  fieldsOf,
  REFERENCE,
  recorded,
  type Spoilt,
  spoilt,
  troubleOf,
  troubleWith,
  type VendorDouble,
  vendorDouble,
} from "../../adapters/vendors/vendor-double";
import { person } from "../../engine/sign-up/people";
import { anyCharacter } from "../../support/any-character";
import { stopwatch } from "../../support/stopwatch";

const JSON_TYPE = "application/json";
const KEY = "sîgnature key";
const good = recorded("experian-responses", "continue.json");

const attributes = {
  givenName: "Kim",
  surname: "Lee",
  streetAddress: "1 Main Street",
  city: "Redmond",
  state: "Washington",
  postalCode: "98052",
  country: "United States",
};

function signUp(changes: object = {}): SignUp {
  return person({ attributes: { ...attributes, ...changes } });
}

let vendor: VendorDouble;
beforeAll(async () => {
  vendor = await vendorDouble();
});
beforeEach(() => {
  vendor.received.length = 0;
  vendor.answer = answering(good, JSON_TYPE);
});
afterAll(() => vendor.close());

/** What the secret holds, with changes. */
const account = (changes: object = {}) =>
  JSON.stringify({
    endpoint: `${vendor.url}/services/v0/applications/3`,
    tenantId: "fabrikam",
    requestType: "EnhancedIDVerification",
    organisationCode: "ORG1",
    modelCode: "MODEL1",
    hmacKey: KEY,
    ...changes,
  });

async function ask(about: SignUp = signUp(), secret: Parameters<typeof contextWith>[0] = account(), options: ExperianOptions = {}) {
  const verifier = experian({ timeout: "1s", ...options });
  return await verifier.verify(fieldsOf(verifier, about), REFERENCE, contextWith(secret));
}

/** The body that the vendor got. */
const body = () => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(vendor.received[0]?.body));

const requestBody = {
  header: {
    tenantId: "fabrikam",
    requestType: "EnhancedIDVerification",
    clientReferenceId: REFERENCE,
    messageTime: "2026-03-01T12:00:00Z",
    options: { workflow: "wf1" },
  },
  payload: {
    source: "WEB",
    control: [
      { option: "ORG_CODE", value: "ORG1" },
      { option: "MODEL_CODE", value: "MODEL1" },
      { option: "EVENT_ID", value: REFERENCE },
    ],
    application: {
      type: "APPLICANT",
      applicantionId: "APPLICATION_1",
      originalRequestTime: "2026-03-01T12:00:00Z",
      applicants: [{ id: "MAINAPPLICANT_1", type: "INDIVIDUAL", applicantType: "APPLICANT", contactId: "MAINCONTACT_1" }],
    },
    contacts: [
      {
        id: "MAINCONTACT_1",
        person: { names: [{ firstName: "Kim", surName: "Lee" }] },
        addresses: [{ street: "1 Main Street", postTown: "Redmond", stateProvinceCode: "WA", postal: "98052", countryCode: "USA" }],
      },
    ],
  },
};

it("experian() accepts both kinds of country codes", () => {
  expect(() => experian({ countryCode: "alpha2" as never })).toThrow('experian: countryCode is "alpha-2" or "alpha-3", not "alpha2".');
});

it("experian() names every attribute that it may report as wrong, including the author's own", () => {
  const { asks } = experian({ fields: { telephone: "extension_Phone", firstName: () => undefined } });
  expect(asks).toEqual(expect.arrayContaining(["surname", "country", "extension_Phone"]));
  expect(asks).not.toContain("givenName");
  expect(experian().asks).not.toContain("extension_PhoneNumber");
});

describe("the request to Experian", () => {
  it("matches the body in the vendor's contract", async () => {
    await ask();
    expect(vendor.received).toHaveLength(1);
    expect(vendor.received[0]).toMatchObject({
      method: "POST",
      path: "/services/v0/applications/3",
      headers: { "content-type": "application/json" },
    });
    expect(body()).toEqual(requestBody);
  });

  it("has the middle name and telephone if the person gave them", async () => {
    await ask(signUp({ extension_MiddleName: "Ann", extension_PhoneNumber: "+12065550100" }));
    const [contact] = requestBody.payload.contacts;
    expect(body().payload.contacts).toEqual([
      {
        ...contact,
        person: { names: [{ firstName: "Kim", middleNames: "Ann", surName: "Lee" }] },
        telephones: [{ number: "+12065550100" }],
      },
    ]);
  });

  it.each([
    { given: "the United States", changes: {}, stateProvinceCode: "WA", countryCode: "USA" },
    { given: "another country", changes: { country: "United Kingdom", state: "Kent" }, stateProvinceCode: "Kent", countryCode: "GBR" },
    { given: "a Korean's form", changes: { country: "한국", state: "" }, stateProvinceCode: undefined, countryCode: "KOR" },
    { given: "ISO's title", changes: { country: "Korea (the Republic of)", state: "" }, stateProvinceCode: undefined, countryCode: "KOR" },
    { given: "no state", changes: { country: "대한민국", state: "" }, stateProvinceCode: undefined, countryCode: "KOR" },
  ])("has the right codes for $given", async ({ changes, stateProvinceCode, countryCode }) => {
    await ask(signUp(changes));
    const [address] = body().payload.contacts[0].addresses;
    expect(address).toMatchObject({ countryCode });
    expect(address.stateProvinceCode).toBe(stateProvinceCode);
  });

  it("uses the policy's values in place of the secret's", async () => {
    const options: ExperianOptions = {
      endpoint: `${vendor.url}/elsewhere`,
      tenantId: "t",
      requestType: "r",
      organisationCode: "o",
      modelCode: "m",
      workflow: "wf2",
      countryCode: "alpha-2",
      fields: { telephone: "extension_Mobile", middleNames: ({ attributes: { extension_Middle } }) => `${extension_Middle}!` },
    };
    await ask(signUp({ extension_Mobile: "1", extension_Middle: "M" }), JSON.stringify({ hmacKey: KEY }), options);
    expect(vendor.received[0]?.path).toBe("/elsewhere");
    const { header, payload } = body();
    expect(header).toMatchObject({ tenantId: "t", requestType: "r", options: { workflow: "wf2" } });
    expect(payload.control.map(({ value }: { value: string }) => value)).toEqual(["o", "m", REFERENCE]);
    expect(payload.contacts[0]).toMatchObject({
      person: { names: [{ middleNames: "M!" }] },
      addresses: [{ countryCode: "US" }],
      telephones: [{ number: "1" }],
    });
  });

  it("goes to the stand-in under npm start", async () => {
    process.env.GATEHOUSE_ENDPOINT_EXPERIAN = vendor.url;
    try {
      await ask(signUp(), account({ endpoint: "https://crosscore.example/path?q=1" }));
    } finally {
      delete process.env.GATEHOUSE_ENDPOINT_EXPERIAN;
    }
    expect(vendor.received[0]?.path).toBe("/path?q=1");
  });

  it.each([
    { given: "JSON syntax", value: '"}],"decision":"CONTINUE","x":[{"\\' },
    { given: "XML syntax", value: `<![CDATA[]]><a b="c">&amp;'` },
    { given: "form syntax", value: "x&lastName=Other%20=" },
    { given: "line ends", value: "1 Main Street\r\nhmac-signature: x\r\n\r\nApt 2\u2028" },
    { given: "letters beyond ASCII", value: "Łódź 서울 🏠" },
  ])("carries $given as signed data", async ({ value }) => {
    await ask(signUp({ streetAddress: value, surname: value }));
    const [contact] = body().payload.contacts;
    expect(contact.addresses[0].street).toBe(value.trim());
    expect(contact.person.names[0].surName).toBe(value.trim());
    expect(vendor.received[0]?.headers["hmac-signature"]).toBe(signature());
  });

  it("holds and signs the values exactly as typed, or is not sent, and the person is asked to correct them", async () => {
    const text = fc.oneof(
      { weight: 8, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 }) },
      { weight: 4, arbitrary: fc.string({ minLength: 1 }) },
      fc.string({ unit: anyCharacter, maxLength: 40 }),
      fc.string({ minLength: 250, maxLength: 300 }),
      fc.constant(""),
    );
    const country = fc.constantFrom("United States", "Canada", "France", "Nowhere");
    const some = fc.record({
      givenName: text,
      surname: text,
      streetAddress: text,
      city: text,
      postalCode: text,
      extension_MiddleName: text,
      country,
    });
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(some, async (typed) => {
        vendor.received.length = 0;
        if ("problems" in experian().fieldsOf(signUp(typed))) return;
        asked += 1;
        await ask(signUp(typed));
        const [contact] = body().payload.contacts;
        const [{ firstName, middleNames = "", surName }] = contact.person.names;
        const [{ street, postTown, postal }] = contact.addresses;
        expect([firstName, middleNames, surName, street, postTown, postal]).toEqual(
          [typed.givenName, typed.extension_MiddleName, typed.surname, typed.streetAddress, typed.city, typed.postalCode].map((value) =>
            value.trim(),
          ),
        );
        expect(vendor.received[0]?.headers["hmac-signature"]).toBe(signature());
      }),
      { numRuns: 200 },
    );
    expect(asked).toBeGreaterThan(20);
  });
});

/** Over the very bytes that came. */
function signature(): string {
  return createHmac("sha256", Buffer.from(KEY, "utf8"))
    .update(vendor.received[0]?.body ?? "")
    .digest("base64");
}

describe("before Experian is asked, a person", () => {
  it.each([
    ...["givenName", "surname", "streetAddress", "city", "postalCode", "country"].map((attribute) => ({
      given: `no ${attribute}`,
      changes: { [attribute]: " " },
      problem: { attribute, reason: "attribute.required" },
    })),
    { given: "an unknown country", changes: { country: "Atlantis" }, problem: { attribute: "country", reason: "attribute.invalid" } },
    { given: "an unknown state", changes: { state: "Ontario" }, problem: { attribute: "state", reason: "attribute.invalid" } },
    { given: "a name without end", changes: { surname: "x".repeat(257) }, problem: { attribute: "surname", reason: "attribute.invalid" } },
    { given: "half a character", changes: { city: "\udc00" }, problem: { attribute: "city", reason: "attribute.invalid" } },
  ])("with $given is asked to correct that", ({ changes, problem }) => {
    // Without a country, no state is known to be one.
    const { problems } = experian().fieldsOf(signUp({ state: "", ...changes })) as { problems: readonly object[] };
    expect(problems).toEqual([problem]);
  });

  it("gets all problems at once", () => {
    expect(experian().fieldsOf(person({ attributes: { country: "Atlantis" } }))).toEqual({
      problems: [
        ...["givenName", "surname", "streetAddress", "city", "postalCode"].map((attribute) => ({
          attribute,
          reason: "attribute.required",
        })),
        { attribute: "country", reason: "attribute.invalid" },
      ],
    });
  });
});

describe("Experian's recorded answer", () => {
  it.each([
    { name: "continue", outcome: { kind: "verified", vendorReference: "RB000004410001", code: "CONTINUE" } },
    { name: "refer", outcome: { kind: "review", vendorReference: "RB000004410002", code: "REFER" } },
    { name: "stop", outcome: { kind: "refuted", vendorReference: "RB000004410003", code: "STOP" } },
    { name: "nodecision", outcome: { kind: "unavailable", upstreamFailure: { service: "experian", kind: "unexpected", status: 200 } } },
  ])("$name means $outcome.kind", async ({ name, outcome }) => {
    vendor.answer = answering(recorded("experian-responses", `${name}.json`), JSON_TYPE);
    expect(await ask()).toEqual(outcome);
  });
});

/** An answer with that decision. */
const deciding = (decision: unknown, header: object = {}) =>
  JSON.stringify({ responseHeader: { responseType: "INFO", expRequestId: "RB1", ...header, overallResponse: { decision } } });

describe("an answer of Experian's", () => {
  it.each([
    ...spoilt(good, JSON_TYPE),
    ...["ACCEPT", "continue", " CONTINUE", "CONTINUE ", "", "__proto__", "toString", null, 1, true, ["CONTINUE"], { CONTINUE: 1 }].map(
      (decision) => ({
        given: `the decision ${JSON.stringify(decision)}`,
        answer: answering(deciding(decision), JSON_TYPE),
        kind: "unexpected",
      }),
    ),
    { given: "no decision", answer: answering('{"responseHeader":{"overallResponse":{}}}', JSON_TYPE), kind: "unexpected" },
    { given: "no overall response", answer: answering('{"responseHeader":{"decision":"CONTINUE"}}', JSON_TYPE), kind: "unexpected" },
    {
      given: "a decision of one of the applications behind it",
      answer: answering('{"clientResponsePayload":{"orchestrationDecisions":[{"decision":"CONTINUE"}]}}', JSON_TYPE),
      kind: "unexpected",
    },
    {
      given: "ERROR",
      answer: answering('{"responseHeader":{"responseType":"ERROR","responseMessage":"Kim Lee"}}', JSON_TYPE),
      kind: "failed",
    },
    { given: "ERROR and a decision", answer: answering(deciding("CONTINUE", { responseType: "ERROR" }), JSON_TYPE), kind: "failed" },
    { given: "an array", answer: answering(`[${good}]`, JSON_TYPE), kind: "unexpected" },
    { given: "null", answer: answering("null", JSON_TYPE), kind: "unexpected" },
    { given: "a text", answer: answering('"CONTINUE"', JSON_TYPE), kind: "unexpected" },
    { given: "a prototype's name", answer: answering(`{"__proto__":${good}}`, JSON_TYPE), kind: "unexpected" },
    { given: "arrays nested deep", answer: answering("[".repeat(100_000) + "]".repeat(100_000), JSON_TYPE), kind: "unexpected" },
    { given: "arrays without end", answer: answering("[".repeat(200_000), JSON_TYPE), kind: "unreadable" },
  ] as readonly Spoilt[])("with $given counts as unavailable: $kind", async (given) => {
    vendor.answer = given.answer;
    const elapsed = stopwatch();
    expect(troubleOf(await ask())).toEqual(troubleWith("experian", given));
    expect(elapsed()).toBeLessThan(2_000);
    expect(vendor.received).toHaveLength(1);
  });

  it("is decoded by the charset that it names", async () => {
    const text = deciding("STOP", { responseMessage: "é" });
    vendor.answer = answering(Buffer.from(text, "latin1"), `${JSON_TYPE}; charset=iso-8859-1`);
    expect(await ask()).toEqual({ kind: "refuted", vendorReference: "RB1", code: "STOP" });
  });

  it.each(["Kim Lee", "x".repeat(65), "", 7, null, "a\nb"])("yields no reference if its call id is invalid: %p", async (expRequestId) => {
    vendor.answer = answering(deciding("CONTINUE", { expRequestId }), JSON_TYPE);
    expect(await ask()).toEqual({ kind: "verified", code: "CONTINUE" });
  });
});

describe("the secret for Experian", () => {
  const whole = () => JSON.parse(account()) as Record<string, string>;
  it.each([
    { given: "cannot be read", secret: () => () => Promise.reject(new Error("AccessDenied")) },
    { given: "is no JSON", secret: () => "key" },
    { given: "is an array", secret: () => `[${account()}]` },
    { given: "has no endpoint", secret: () => account({ endpoint: undefined }) },
    { given: "has an endpoint that is no address", secret: () => account({ endpoint: "crosscore" }) },
    { given: "has an endpoint that anybody can listen to", secret: () => account({ endpoint: "http://crosscore.example/" }) },
    { given: "has no tenant", secret: () => account({ tenantId: "" }) },
    { given: "has no request type", secret: () => account({ requestType: 1 }) },
    { given: "has no organisation code", secret: () => account({ organisationCode: undefined }) },
    { given: "has no model code", secret: () => account({ modelCode: undefined }) },
    { given: "has no key", secret: () => account({ hmacKey: undefined }) },
    { given: "has no certificate", secret: () => account({ endpoint: "https://127.0.0.1:1/" }) },
    { given: "has half a certificate", secret: () => account({ endpoint: "https://127.0.0.1:1/", certificate: "x" }) },
    {
      given: "has a certificate that is none",
      secret: () => account({ endpoint: "https://127.0.0.1:1/", certificate: "x", privateKey: "y" }),
    },
    { given: "has a PKCS #12 file that is none", secret: () => account({ endpoint: "https://127.0.0.1:1/", pfx: "eA==" }) },
  ])("prevents the vendor call if it $given", async ({ secret }) => {
    expect(whole().hmacKey).toBe(KEY);
    expect(await ask(signUp(), secret())).toEqual({ kind: "unavailable", upstreamFailure: { service: "experian", kind: "secret" } });
    expect(vendor.received).toHaveLength(0);
  });

  it("is declared with a list of its required members", () => {
    expect(experian({ secret: "experian-test" }).uses).toEqual([
      {
        secret: "experian-test",
        shape: Object.fromEntries(
          ["endpoint", "tenantId", "requestType", "organisationCode", "modelCode", "hmacKey", "certificate", "privateKey"].map((name) => [
            name,
            expect.any(String),
          ]),
        ),
      },
      { service: "experian", timeout: "3s" },
    ]);
  });
});

describe("the connection to Experian", () => {
  const file = (name: string) => readFileSync(join(__dirname, "..", "..", "fixtures", "tls", name));
  const createSecureContext = tls.createSecureContext;
  const server = https.createServer(
    { key: file("server.key"), cert: file("server.pem"), ca: file("ca.pem"), requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      request.resume().on("end", () => response.setHeader("content-type", JSON_TYPE).end(good));
    },
  );
  let endpoint: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    endpoint = `https://localhost:${(server.address() as AddressInfo).port}/`;
    // The certificate authority of these tests is nobody else's.
    vi.spyOn(tls, "createSecureContext").mockImplementation((options) => createSecureContext({ ...options, ca: file("ca.pem") }));
  });
  afterAll(() => {
    vi.restoreAllMocks();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  it.each([
    { given: "a certificate and its key", held: () => ({ certificate: `${file("client.pem")}`, privateKey: `${file("client.key")}` }) },
    {
      given: "a key behind a passphrase",
      held: () => ({ certificate: `${file("client.pem")}`, privateKey: `${file("client-locked.key")}`, passphrase: "secret" }),
    },
    { given: "a PKCS #12 file", held: () => ({ pfx: file("client.p12").toString("base64"), passphrase: "secret" }) },
  ])("is made with $given", async ({ held }) => {
    expect(await ask(signUp(), account({ endpoint, ...held() }))).toMatchObject({ kind: "verified" });
  });

  it("is refused if the certificate belongs to another host", async () => {
    const held = { certificate: `${file("server.pem")}`, privateKey: `${file("client.key")}` };
    expect(troubleOf(await ask(signUp(), account({ endpoint, ...held })))).toMatchObject({ kind: "secret" });
  });
});

describe("experian()", () => {
  it.each([
    { given: "plain http", options: { endpoint: "http://crosscore.example/" }, error: /https/ },
    { given: "no time", options: { timeout: "soon" as never }, error: /timeout is "soon"/ },
    { given: "an empty address", options: { endpoint: " " }, error: /endpoint is empty; leave it out to take the secret's/ },
    { given: "an empty tenant", options: { tenantId: " " }, error: /tenantId is empty; leave it out to take the secret's/ },
    { given: "an empty workflow", options: { workflow: "" }, error: /workflow is empty; leave it out to take "wf1"/ },
    { given: "a field there is not", options: { fields: { emails: "email" } }, error: /"emails".*telephone/ },
  ])("refuses $given", ({ options, error }) => expect(() => experian(options as ExperianOptions)).toThrow(error));
});
