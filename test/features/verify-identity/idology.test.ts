import fc from "fast-check";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { type IdologyOptions, idology } from "../../../features/verify-identity/client/idology";
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

const XML = "application/xml";
const login = JSON.stringify({ username: "gate&house", password: "pa=ss wörd" });
const success = recorded("idology-responses", "success.xml");

const attributes = {
  givenName: "Kim",
  surname: "Lee",
  streetAddress: "1 Main Street",
  city: "Redmond",
  state: "Washington",
  postalCode: "98052-1234",
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
  vendor.answer = answering(success, XML);
});
afterAll(() => vendor.close());

const verifier = (options: IdologyOptions = {}) => idology({ endpoint: `${vendor.url}/api/idiq.svc`, timeout: "1s", ...options });

/** Asks about somebody, and gives the outcome. */
async function ask(about: SignUp = signUp(), secret: Parameters<typeof contextWith>[0] = login, options: IdologyOptions = {}) {
  const asked = verifier(options);
  return await asked.verify(fieldsOf(asked, about), REFERENCE, contextWith(secret));
}

/** The form that the vendor got. */
const form = (): Record<string, string> => Object.fromEntries(new URLSearchParams(vendor.received[0]?.body.toString("utf8")));

it("idology() names every attribute that it may report as wrong, including the author's own", () => {
  const { asks } = idology({ fields: { telephone: "extension_Phone", firstName: () => undefined } });
  expect(asks).toEqual(expect.arrayContaining(["surname", "country", "extension_Phone"]));
  expect(asks).not.toContain("givenName");
});

describe("the request to IDology", () => {
  it("matches the form that the vendor documents", async () => {
    await ask();
    expect(vendor.received).toHaveLength(1);
    expect(vendor.received[0]).toMatchObject({
      method: "POST",
      path: "/api/idiq.svc",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect(form()).toEqual({
      username: "gate&house",
      password: "pa=ss wörd",
      firstName: "Kim",
      lastName: "Lee",
      address: "1 Main Street",
      city: "Redmond",
      state: "WA",
      zip: "98052",
      invoice: REFERENCE,
    });
  });

  it("leaves out optional fields that the person left empty", async () => {
    await ask(signUp({ city: " ", state: "" }));
    expect(Object.keys(form())).toEqual(["username", "password", "firstName", "lastName", "address", "zip", "invoice"]);
  });

  it("goes to the vendor's own address, and to the stand-in under npm start", async () => {
    process.env.GATEHOUSE_ENDPOINT_IDOLOGY = vendor.url;
    try {
      const asked = idology();
      await asked.verify(fieldsOf(asked, signUp()), REFERENCE, contextWith(login));
    } finally {
      delete process.env.GATEHOUSE_ENDPOINT_IDOLOGY;
    }
    expect(vendor.received[0]?.path).toBe("/api/idiq.svc");
  });

  it("has the fields that the policy fills", async () => {
    const about = signUp({
      extension_Phone: "+1 (206) 555-0100",
      extension_BirthYear: 1984,
      extension_BirthMonth: 3,
      extension_Ssn: "0042",
    });
    await ask(about, login, {
      fields: {
        telephone: "extension_Phone",
        dobYear: "extension_BirthYear",
        dobMonth: "extension_BirthMonth",
        ssnLast4: "extension_Ssn",
        email: "email",
        city: ({ attributes: { city } }) => `${city} City`,
      },
    });
    expect(form()).toMatchObject({
      telephone: "2065550100",
      dobYear: "1984",
      dobMonth: "03",
      ssnLast4: "0042",
      email: "kim@contoso.com",
      city: "Redmond City",
    });
  });

  it.each([
    { given: "form syntax", value: "x&lastName=Other&password=1+2%20=" },
    { given: "XML syntax", value: `<![CDATA[]]><a b="c">&amp;'` },
    { given: "JSON syntax", value: '{"a": [1, "\\u0000"]}' },
    { given: "a URL", value: "https://evil.example/?a=b#c" },
    { given: "line ends", value: "1 Main Street\r\nHost: evil.example\r\n\r\nApt 2\n" },
    { given: "letters beyond ASCII", value: "Łódź 서울 🏠" },
  ])("carries $given as data", async ({ value }) => {
    await ask(signUp({ streetAddress: value, surname: value }));
    const expected = value.trim();
    expect(form()).toMatchObject({ address: expected, lastName: expected, password: "pa=ss wörd", invoice: REFERENCE });
    expect([...new URLSearchParams(vendor.received[0]?.body.toString()).keys()]).toHaveLength(9);
  });

  it("holds the values exactly as typed, or is not sent, and the person is asked to correct them", async () => {
    const text = fc.oneof(
      { weight: 8, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 }) },
      { weight: 4, arbitrary: fc.string({ minLength: 1 }) },
      fc.string({ unit: anyCharacter, maxLength: 40 }),
      fc.string({ minLength: 250, maxLength: 300 }),
      fc.constant(""),
    );
    const some = fc.record({
      givenName: text,
      surname: text,
      streetAddress: text,
      city: text,
      state: fc.constantFrom("", "WA", "Texas", "Oregon", "?"),
    });
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(some, async (typed) => {
        vendor.received.length = 0;
        const read = verifier().fieldsOf(signUp(typed));
        if ("problems" in read) return;
        asked += 1;
        await ask(signUp(typed));
        const { firstName, lastName, address, city = "" } = form();
        expect({ firstName, lastName, address, city }).toEqual({
          firstName: typed.givenName.trim(),
          lastName: typed.surname.trim(),
          address: typed.streetAddress.trim(),
          city: typed.city.trim(),
        });
      }),
      { numRuns: 200 },
    );
    expect(asked).toBeGreaterThan(20);
  });
});

describe("before IDology is asked, a person", () => {
  it.each([
    { given: "no first name", changes: { givenName: "" }, problem: { attribute: "givenName", reason: "attribute.required" } },
    { given: "no last name", changes: { surname: " " }, problem: { attribute: "surname", reason: "attribute.required" } },
    { given: "no address", changes: { streetAddress: "" }, problem: { attribute: "streetAddress", reason: "attribute.required" } },
    { given: "a zip too short", changes: { postalCode: "9805" }, problem: { attribute: "postalCode", reason: "attribute.invalid" } },
    { given: "a zip with a letter", changes: { postalCode: "9805A" }, problem: { attribute: "postalCode", reason: "attribute.invalid" } },
    { given: "six digits", changes: { postalCode: "980521" }, problem: { attribute: "postalCode", reason: "attribute.invalid" } },
    {
      given: "another alphabet's digits",
      changes: { postalCode: "٩٨٠٥٢" },
      problem: { attribute: "postalCode", reason: "attribute.invalid" },
    },
    { given: "an unknown state", changes: { state: "Ontario" }, problem: { attribute: "state", reason: "attribute.invalid" } },
    { given: "another country", changes: { country: "Canada" }, problem: { attribute: "country", reason: "identity.country" } },
    { given: "no country there is", changes: { country: "Atlantis" }, problem: { attribute: "country", reason: "identity.country" } },
    { given: "a name without end", changes: { surname: "x".repeat(257) }, problem: { attribute: "surname", reason: "attribute.invalid" } },
    { given: "half a character", changes: { surname: "\ud83d" }, problem: { attribute: "surname", reason: "attribute.invalid" } },
    { given: "a name that is no text", changes: { surname: ["Lee"] }, problem: { attribute: "surname", reason: "attribute.required" } },
  ])("with $given is asked to correct that", ({ changes, problem }) => {
    expect(verifier().fieldsOf(signUp(changes))).toEqual({ problems: [problem] });
  });

  it.each(["États-Unis", "EE. UU.", "EUA", "É.-U.", "United States of America (the)", "美國", "미국", "アメリカ合衆国"])(
    "may write any name of the United States as the country: %s",
    (country) => expect(verifier().fieldsOf(signUp({ country }))).toMatchObject({ fields: { lastName: "Lee" } }),
  );

  it.each([{ country: "" }, { postalCode: "" }])(
    "is not asked for an empty value that is optional, because the form need not collect it: %p",
    (changes) => {
      expect(verifier().fieldsOf(signUp(changes))).toMatchObject({ fields: { lastName: "Lee" } });
    },
  );

  it("gets all problems at once", () => {
    expect(verifier().fieldsOf(person({ attributes: {} }))).toEqual({
      problems: ["givenName", "surname", "streetAddress"].map((attribute) => ({
        attribute,
        reason: "attribute.required",
      })),
    });
  });

  it.each([
    { field: "telephone", value: "555-0100" },
    { field: "telephone", value: "call me" },
    { field: "dobMonth", value: "13" },
    { field: "dobYear", value: "84" },
    { field: "ssnLast4", value: "123456789" },
  ])("is asked to correct the value behind $field: $value", ({ field, value }) => {
    const fed = verifier({ fields: { [field]: "extension_Fed" } });
    expect(fed.fieldsOf(signUp({ extension_Fed: value }))).toEqual({
      problems: [{ attribute: "extension_Fed", reason: "attribute.invalid" }],
    });
  });

  it("must fill in every attribute that the policy maps to a field, so that the check stays strict", () => {
    const problems = [{ attribute: "extension_Fed", reason: "attribute.required" }];
    expect(verifier({ fields: { ssnLast4: "extension_Fed" } }).fieldsOf(signUp({ extension_Fed: " " }))).toEqual({ problems });
    const perhaps = verifier({ fields: { ssnLast4: () => undefined } }).fieldsOf(signUp({}));
    expect(perhaps).toMatchObject({ fields: expect.not.objectContaining({ ssnLast4: expect.anything() }) });
  });
});

describe("IDology's recorded answer", () => {
  it.each([
    { name: "success", outcome: { kind: "verified", vendorReference: "3010771845", code: "id.success" } },
    { name: "failure", outcome: { kind: "refuted", vendorReference: "3010771902", code: "id.failure" } },
    { name: "partial", outcome: { kind: "review", vendorReference: "3010772133", code: "id.partial" } },
    { name: "restricted", outcome: { kind: "refuted", vendorReference: "3010772016", code: "id.failure" } },
    { name: "error", outcome: { kind: "unavailable", upstreamFailure: { service: "idology", kind: "unauthorised", status: 200 } } },
  ])("$name means $outcome.kind", async ({ name, outcome }) => {
    vendor.answer = answering(recorded("idology-responses", `${name}.xml`), XML);
    expect(await ask()).toEqual(outcome);
  });
});

/** An answer with these elements. */
const xml = (...elements: readonly string[]) => `<?xml version="1.0"?><response><id-number>42</id-number>${elements.join("")}</response>`;
const summary = (key: string) => `<summary-result><key>${key}</key><message>PASS</message></summary-result>`;
const results = (key: string) => `<results><key>${key}</key><message>ID Located</message></results>`;
const restriction = "<restriction><key>global.watch.list</key><message>Kim Lee</message><pa><list>OFAC</list></pa></restriction>";
const qualifiers =
  "<qualifiers><qualifier><key>resultcode.coppa.alert</key><message>COPPA Alert</message></qualifier><qualifier><key>x</key></qualifier></qualifiers>";

describe("an answer of IDology's", () => {
  it.each([
    { given: "success with qualifiers", body: xml(summary("id.success"), results("result.match"), qualifiers), kind: "verified" },
    { given: "success alone", body: xml(summary("id.success")), kind: "verified" },
    { given: "success in CDATA", body: xml(summary("<![CDATA[id.success]]>")), kind: "verified" },
    { given: "success and a restriction", body: xml(summary("id.success"), restriction), kind: "review", code: "result.match.restricted" },
    { given: "success and an empty restriction", body: xml(summary("id.success"), "<restriction/>"), kind: "review" },
    { given: "success and a restricted match", body: xml(summary("id.success"), results("result.match.restricted")), kind: "review" },
    { given: "failure and a restriction", body: xml(summary("id.failure"), restriction), kind: "refuted", code: "id.failure" },
    { given: "no summary", body: xml(results("result.match")), kind: "review", code: "other" },
    { given: "no summary and no match", body: xml(results("result.no.match")), kind: "review", code: "other" },
    { given: "an unknown key", body: xml(summary("id.perhaps"), results("result.match")), kind: "review", code: "other" },
    { given: "a key in capitals", body: xml(summary("ID.SUCCESS"), results("result.match")), kind: "review", code: "other" },
    { given: "a key with an entity", body: xml(summary("&#105;d.success"), results("result.match")), kind: "review", code: "other" },
    { given: "a summary that is empty", body: xml("<summary-result/>", results("result.match")), kind: "review", code: "other" },
    { given: "success in a comment", body: xml(`<!--${summary("id.success")}-->`, results("result.match")), kind: "review" },
    { given: "success in another element", body: xml(`<a>${summary("id.success")}</a>`, results("result.match")), kind: "review" },
  ])("with $given means $kind", async ({ body, kind, code }) => {
    vendor.answer = answering(body, XML);
    expect(await ask()).toMatchObject({ kind, vendorReference: "42", ...(code !== undefined && { code }) });
  });

  it.each([
    { given: "another charset in the content type", type: `${XML}; charset=iso-8859-1`, prolog: "" },
    { given: "another charset in the prolog", type: XML, prolog: '<?xml version="1.0" encoding="ISO-8859-1"?>' },
  ])("encoded in $given is read", async ({ type, prolog }) => {
    const body = `${prolog}<response><id-number>7</id-number>${summary("id.success")}<results><message>Trouvé</message></results></response>`;
    vendor.answer = answering(Buffer.from(body, "latin1"), type);
    expect(await ask()).toEqual({ kind: "verified", vendorReference: "7", code: "id.success" });
  });

  it.each(["12345678901234567890123456789012345", "Kim Lee", "-1", "0x1F", "<b>1</b>", ""])(
    "yields no reference if its transaction number is invalid: %p",
    async (number) => {
      vendor.answer = answering(xml(summary("id.success")).replace("42", number), XML);
      expect(await ask()).toEqual({ kind: "verified", code: "id.success" });
    },
  );

  const bomb = [
    "<!DOCTYPE response [",
    '<!ENTITY e0 "id.success">',
    ...Array.from({ length: 9 }, (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`),
    "]>",
    `<response>${summary("&e0;")}<x>&e9;</x></response>`,
  ].join("\n");
  const external = `<!DOCTYPE response [<!ENTITY file SYSTEM "file:///etc/hostname">]><response>${summary("id.success")}<x>&file;</x></response>`;

  it.each([
    ...spoilt(success, XML),
    { given: "an entity bomb", answer: answering(bomb, XML), kind: "unreadable" },
    { given: "an external entity", answer: answering(external, XML), kind: "unreadable" },
    { given: "a DTD elsewhere", answer: answering(`<!doctype response SYSTEM "http://evil.example/">${success}`, XML), kind: "unreadable" },
    {
      given: "an entity in UTF-16",
      answer: answering(Buffer.from(`\ufeff${bomb}`, "utf16le"), `${XML}; charset=utf-16le`),
      kind: "unreadable",
    },
    {
      given: "elements nested deep",
      answer: answering(xml(summary("id.success"), "<a>".repeat(20_000), "</a>".repeat(20_000)), XML),
      kind: "unreadable",
    },
    { given: "a prototype's name", answer: answering(xml(`<__proto__>${summary("id.success")}</__proto__>`), XML), kind: "unreadable" },
    { given: "two documents", answer: answering(`${success}${success.replace(/<\?.*\?>/, "")}`, XML), kind: "unreadable" },
    { given: "another root", answer: answering("<html><body>id.success</body></html>", XML), kind: "unexpected" },
    { given: "an empty root", answer: answering("<response/>", XML), kind: "unexpected" },
    { given: "no decision", answer: answering(xml(), XML), kind: "unexpected" },
    { given: "two summaries", answer: answering(xml(summary("id.failure"), summary("id.success")), XML), kind: "unexpected" },
    {
      given: "two keys",
      answer: answering(xml("<summary-result><key>id.success</key><key>id.failure</key></summary-result>"), XML),
      kind: "unexpected",
    },
    { given: "JSON", answer: answering('{"response":{"summary-result":{"key":"id.success"}}}', XML), kind: "unreadable" },
    { given: "an error beside success", answer: answering(xml("<error>Sorry</error>", summary("id.success")), XML), kind: "failed" },
    { given: "an empty error", answer: answering(xml("<error/>", summary("id.success")), XML), kind: "failed" },
    {
      given: "its word for the wrong password",
      answer: answering(xml("<error>Invalid username and password.</error>"), XML),
      kind: "unauthorised",
    },
    { given: "its word for a field", answer: answering(xml("<error>Invalid zip</error>"), XML), kind: "failed" },
  ] as readonly Spoilt[])("with $given counts as unavailable: $kind", async (given) => {
    vendor.answer = given.answer;
    const elapsed = stopwatch();
    expect(troubleOf(await ask())).toEqual(troubleWith("idology", given));
    expect(elapsed()).toBeLessThan(2_000);
    expect(vendor.received).toHaveLength(1);
  });

  it("is never kept whole: the outcome holds none of its texts", async () => {
    for (const body of [xml(summary("Kim Lee"), results("Kim Lee"), restriction), xml("<error>Kim Lee, wrong password</error>")]) {
      vendor.answer = answering(body, XML);
      expect(JSON.stringify(await ask())).not.toContain("Kim");
    }
  });
});

describe("the secret for IDology", () => {
  it.each([
    { given: "cannot be read", secret: () => Promise.reject(new Error("AccessDenied")) },
    { given: "is no JSON", secret: "gatehouse:password" },
    { given: "is an array", secret: '["a","b"]' },
    { given: "is null", secret: "null" },
    { given: "has no password", secret: '{"username":"a"}' },
    { given: "has an empty password", secret: '{"username":"a","password":""}' },
    { given: "has a password that is no text", secret: '{"username":"a","password":1}' },
  ])("prevents the vendor call if it $given", async ({ secret }) => {
    expect(await ask(signUp(), secret)).toEqual({ kind: "unavailable", upstreamFailure: { service: "idology", kind: "secret" } });
    expect(vendor.received).toHaveLength(0);
  });

  it("has the name that the policy gives", async () => {
    const asked = verifier({ secret: "idology-test" });
    expect(asked.uses).toEqual([expect.objectContaining({ secret: "idology-test" }), { service: "idology", timeout: "1s" }]);
    const secret = vi.fn(async () => login);
    const context = contextWith(login);
    await asked.verify(fieldsOf(asked, signUp()), REFERENCE, { ...context, services: { ...context.services, secret } });
    expect(secret).toHaveBeenCalledWith("idology-test", context.signal);
  });
});

describe("idology()", () => {
  it.each([
    { given: "plain http", options: { endpoint: "http://idology.example/api" }, error: /https/ },
    { given: "no address", options: { endpoint: "idology" }, error: /"idology" is not/ },
    { given: "a user name in the address", options: { endpoint: "https://a:b@idology.example/" }, error: /user name/ },
    { given: "no time", options: { timeout: "0s" }, error: /timeout is "0s"/ },
    { given: "a secret that nobody can be called", options: { secret: "My login" }, error: /idology: secret .*"My login" is not/ },
    { given: "a field there is not", options: { fields: { phone: "extension_Phone" } }, error: /"phone".*telephone/ },
    { given: "a feed that is none", options: { fields: { telephone: 1 } }, error: /fields.telephone/ },
    { given: "a feed that is missing", options: { fields: { telephone: undefined } }, error: /fields.telephone is neither/ },
    { given: "fields that are none", options: { fields: "telephone" }, error: /^idology: fields takes an object .*, not "telephone"\.$/ },
    { given: "its password as a field", options: { fields: { password: "extension_Password" } }, error: /"password"/ },
  ])("refuses $given", ({ options, error }) => expect(() => idology(options as IdologyOptions)).toThrow(error));
});
