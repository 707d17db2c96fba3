import { createHmac } from "node:crypto";
import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serveExperian } from "../../../features/verify-identity/local/experian";
import { serveIdology } from "../../../features/verify-identity/local/idology";
import { receivers } from "../../../features/webhooks/local";
import { signedHeaders, signingKeys } from "../../../features/webhooks/signature";
import { packageRoot } from "../../../lib/app-root";
import type { LocalServer } from "../../../local/aws/server";
import type { Received, Watch } from "../../../local/stand-ins/outside-system";
import { serveOwnService } from "../../../local/stand-ins/services/own-service";
import { serveNames, serveOAuth } from "../../../local/stand-ins/systems";

const KEY = "signing key";
/** Answered for by the file of a sample. */
const crm = { name: "crm", basePath: "/", folders: [join(packageRoot, "samples", "policies", "lookup")] };
let idology: LocalServer;
let experian: LocalServer;
let source: LocalServer;
let tokens: LocalServer;
let dns: LocalServer;
let received: Received[];
let said: string[];

const watch: Watch = { onRequest: (each) => received.push(each), onAnswer: (each) => said.push(each) };

beforeAll(async () => {
  idology = await serveIdology(() => ({ username: "gate", password: "p&ss" }), watch);
  experian = await serveExperian(() => ({ hmacKey: KEY }), watch);
  source = await serveOwnService(crm, watch);
  tokens = await serveOAuth(watch);
  dns = await serveNames("none.json", watch);
});
afterAll(() => Promise.all([idology, experian, source, tokens, dns].map((each) => each.close())));
beforeEach(() => {
  [received, said] = [[], []];
});

type Headers = Readonly<Record<string, string>>;

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The connection ended before the answer did. */
  readonly cut: boolean;
}

/** One request on a connection of its own. Rejects if no answer begins. */
async function ask(
  url: string,
  { method = "GET", headers = {}, body = "" }: { method?: string; headers?: Headers; body?: string | Buffer } = {},
): Promise<Got> {
  const sent = request(url, { method, headers, agent: false });
  sent.end(body);
  const [response] = await once(sent, "response");
  const chunks: Buffer[] = [];
  let cut = false;
  try {
    for await (const chunk of response) chunks.push(chunk);
  } catch {
    cut = true;
  }
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks), cut };
}

const person = { firstName: "Kim", lastName: "Lee", address: "1 Main Street", city: "Seattle", state: "WA", zip: "98101" };
const form = { username: "gate", password: "p&ss", ...person };

function askIdology(fields: Record<string, string | undefined> = {}, headers: Headers = {}, path = "/api/idiq.svc") {
  const filled = Object.entries({ ...form, ...fields }).filter((field): field is [string, string] => field[1] !== undefined);
  return ask(`${idology.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(filled).toString(),
  });
}

describe("the stand-in for IDology", () => {
  it.each([
    { lastName: "Lee", says: ["<key>id.success</key>", "<key>result.match</key>"] },
    { lastName: "FAILURE", says: ["<key>id.failure</key>", "<key>result.no.match</key>"] },
    { lastName: "Partial", says: ["<key>id.partial</key>"] },
    { lastName: "restricted", says: ["<key>id.success</key>", "<key>result.match.restricted</key>", "<restriction>", "<pa>"] },
    { lastName: "Error", says: ["<error>Your IP address is not registered.</error>"] },
    { lastName: "constructor", says: ["<key>id.success</key>"] },
  ])("decides by the last name $lastName", async ({ lastName, says }) => {
    const { status, headers, body } = await askIdology({ lastName });
    expect({ status, type: headers["content-type"] }).toEqual({ status: 200, type: "text/xml" });
    for (const part of says) expect(body.toString()).toContain(part);
  });

  it("returns no decision without a summary", async () => {
    const { body } = await askIdology({ lastName: "Nodecision" });
    expect(body.toString()).not.toContain("summary-result");
    expect(body.toString()).toContain("<id-number>");
  });

  it("returns a number with every decision", async () => {
    const numberIn = ({ body }: Got) => /<id-number>(\d+)</.exec(body.toString())?.[1];
    const [first, second] = [numberIn(await askIdology()), numberIn(await askIdology())];
    expect(Number(second)).toBe(Number(first) + 1);
  });

  it.each([
    { flaw: "a wrong password", fields: { password: "other" }, error: "Invalid username and password." },
    { flaw: "no user name", fields: { username: undefined }, error: "Invalid username and password." },
    { flaw: "no last name", fields: { lastName: undefined }, error: "lastName is missing." },
    { flaw: "an empty address", fields: { address: " " }, error: "address is not valid." },
    { flaw: "ZIP+4", fields: { zip: "98101-1234" }, error: "zip is not valid." },
    { flaw: "a state's name", fields: { state: "Washington" }, error: "state is not valid." },
    { flaw: "a field of another name", fields: { givenName: "Kim" }, error: "There is a field that is not known." },
  ])("refuses $flaw", async ({ fields, error }) => {
    expect((await askIdology(fields)).body.toString()).toContain(`<error>${error}</error>`);
    expect(said).toEqual([`error: ${error}`]);
  });

  it("refuses a repeated field, JSON, and another path", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const twice = await ask(`${idology.url}/api/idiq.svc`, { method: "POST", headers, body: `${new URLSearchParams(form)}&zip=98102` });
    expect(twice.body.toString()).toContain("<error>zip is there twice.</error>");
    const json = await askIdology({}, { "content-type": "application/json" });
    expect(json.body.toString()).toContain("<error>The request is not a form.</error>");
    expect((await askIdology({}, {}, "/api/other")).status).toBe(404);
  });

  it("lets everyone in if the policy has no secret for IDology", async () => {
    const open = await serveIdology(() => undefined);
    try {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const { body } = await ask(`${open.url}/api/idiq.svc`, { method: "POST", headers, body: String(new URLSearchParams(form)) });
      expect(body.toString()).toContain("id.success");
    } finally {
      await open.close();
    }
  });
});

interface Tree {
  [name: string]: unknown;
}

const guid = "6a0d9c52-0f1b-8a7e-8b3c-51d2e4f6a801";

/** A request as the vendor takes it, with changes: a value by its path, undefined for none. */
function crossCore(surName = "Lee", changes: Readonly<Record<string, unknown>> = {}): string {
  const body = {
    header: {
      tenantId: "tenant",
      requestType: "EnhancedIDVerification",
      clientReferenceId: guid,
      messageTime: "2026-02-11T08:30:05Z",
      options: { workflow: "wf1" },
    },
    payload: {
      source: "WEB",
      control: [
        { option: "ORG_CODE", value: "org" },
        { option: "MODEL_CODE", value: "model" },
        { option: "EVENT_ID", value: guid },
      ],
      application: {
        type: "APPLICANT",
        applicantionId: "APPLICATION_1",
        originalRequestTime: "2026-02-11T08:30:05Z",
        applicants: [{ id: "APPLICANT_1", type: "INDIVIDUAL", applicantType: "APPLICANT", contactId: "MAINCONTACT_1" }],
      },
      contacts: [
        {
          id: "MAINCONTACT_1",
          person: { names: [{ firstName: "Kim", surName }] },
          addresses: [{ street: "1 Main Street", postTown: "Seattle", stateProvinceCode: "WA", postal: "98101", countryCode: "US" }],
        },
      ],
    },
  };
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split(".");
    const holder = names.slice(0, -1).reduce((node, name) => node[name] as Tree, body as unknown as Tree);
    holder[names.at(-1) ?? ""] = value;
  }
  return JSON.stringify(body);
}

function askExperian(body: string | Buffer, headers: Headers = {}) {
  const signature = createHmac("sha256", KEY).update(body).digest("base64");
  return ask(experian.url, {
    method: "POST",
    headers: { "content-type": "application/json", "hmac-signature": signature, ...headers },
    body,
  });
}

const headerIn = ({ body }: Got) => JSON.parse(body.toString()).responseHeader;

describe("the stand-in for Experian", () => {
  it.each([
    { surName: "Lee", decision: "CONTINUE" },
    { surName: "refer", decision: "REFER" },
    { surName: "Restricted", decision: "REFER" },
    { surName: "Stop", decision: "STOP" },
    { surName: "FAILURE", decision: "STOP" },
    { surName: "Nodecision", decision: "NODECISION" },
  ])("answers $decision to $surName", async ({ surName, decision }) => {
    const got = await askExperian(crossCore(surName));
    expect(got.status).toBe(200);
    expect(headerIn(got)).toMatchObject({
      clientReferenceId: guid,
      responseType: "INFO",
      tenantID: "tenant",
      overallResponse: { decision },
    });
  });

  it("returns no decision for the name Error", async () => {
    const header = headerIn(await askExperian(crossCore("Error")));
    expect(header).toMatchObject({ responseType: "ERROR" });
    expect(header).not.toHaveProperty("overallResponse");
  });

  it("accepts optional fields, and requests without them", async () => {
    const body = crossCore("Lee", {
      "payload.contacts.0.person.names.0.middleNames": "Ann",
      "payload.contacts.0.telephones": [{ number: "+1 206 555 0100" }],
      "payload.contacts.0.addresses.0.stateProvinceCode": undefined,
    });
    expect((await askExperian(body)).status).toBe(200);
  });

  it.each([
    { place: "header.options", value: undefined },
    { place: "header.messageTime", value: "2026-02-11T08:30:05.123Z" },
    { place: "header.tenantID", value: "tenant" },
    { place: "header.clientReferenceId", value: "1" },
    { place: "payload.source", value: "APP" },
    { place: "payload.control.2", value: undefined },
    { place: "payload.control.2.value", value: "other" },
    { place: "payload.device", value: {} },
    { place: "payload.application.applicantionId", value: undefined },
    { place: "payload.application.applicants.0.contactId", value: "X" },
    { place: "payload.contacts.0.emails", value: [] },
    { place: "payload.contacts.0.addresses.0.countryCode", value: "United States" },
    { place: "payload.contacts.0.telephones", value: null },
  ])("refuses $value at $place", async ({ place, value }) => {
    const got = await askExperian(crossCore("Lee", { [place]: value }));
    expect({ status: got.status, said }).toEqual({ status: 400, said: [`400: ${place}`] });
    expect(headerIn(got)).toMatchObject({ responseType: "ERROR", responseMessage: `Not valid: ${place}` });
  });

  it.each<{ given: string; body: string | Buffer; headers: Headers; status: number }>([
    { given: "no JSON", body: "{", headers: {}, status: 400 },
    { given: "bytes that are no UTF-8 text's", body: Buffer.from(crossCore("Müller"), "latin1"), headers: {}, status: 400 },
    { given: "another content type", body: crossCore(), headers: { "content-type": "text/plain" }, status: 400 },
    { given: "another body's signature", body: crossCore(), headers: { "hmac-signature": "AAAA" }, status: 401 },
  ])("refuses $given", async ({ body, headers, status }) => {
    expect((await askExperian(body, headers)).status).toBe(status);
  });

  it("refuses an unsigned request, and every request while the secret has no key", async () => {
    const post = (url: string) => ask(url, { method: "POST", headers: { "content-type": "application/json" }, body: crossCore() });
    expect((await post(experian.url)).status).toBe(401);
    const keyless = await serveExperian(() => ({}));
    const open = await serveExperian(() => undefined);
    try {
      expect([(await post(keyless.url)).status, (await post(open.url)).status]).toEqual([401, 200]);
    } finally {
      await Promise.all([keyless.close(), open.close()]);
    }
  });
});

describe("the stand-in for token endpoints", () => {
  it.each<{ body: string; headers: Headers; status: number; answer: object }>([
    { body: "grant_type=client_credentials", headers: { authorization: "Basic eDp5" }, status: 200, answer: { token_type: "Bearer" } },
    { body: "grant_type=client_credentials&client_id=a&client_secret=b", headers: {}, status: 200, answer: { expires_in: 3_600 } },
    { body: "grant_type=client_credentials", headers: {}, status: 401, answer: { error: "invalid_client" } },
    { body: "grant_type=password", headers: {}, status: 400, answer: { error: "unsupported_grant_type" } },
  ])("answers $status to a request for a token: $body", async ({ body, headers, status, answer }) => {
    const got = await ask(`${tokens.url}/token`, { method: "POST", headers, body });
    expect(got.status).toBe(status);
    expect(JSON.parse(got.body.toString())).toMatchObject(answer);
  });
});

it.each([
  { domain: "adatum.com", names: ["aspmx.l.google.com"] },
  { domain: "wingtiptoys.com", names: ["mx.wingtiptoys.com"] },
  { domain: "nomail.example", names: [] },
])("the DNS stand-in returns the mail exchanges of $domain", async ({ domain, names }) => {
  const got = await ask(`${dns.url}/mx/${domain}`);
  expect([got.status, JSON.parse(got.body.toString())]).toEqual([200, names]);
  expect(said).toEqual([`200: ${names.length} exchanges`]);
});

describe("a stand-in fails in a chosen way for given names", () => {
  const systems = {
    idology: (name: string) => askIdology({ lastName: name }),
    experian: (name: string) => askExperian(crossCore(name)),
    "the DNS": (name: string) => ask(`${dns.url}/mx/${name}.example`),
    "a system of the policy": (name: string) => ask(`${source.url}/people/${name}@contoso.com`),
  };

  describe.each(Object.entries(systems).map(([system, about]) => ({ system, about })))("$system", ({ about }) => {
    it.each([
      { name: "Throttled", status: 429, headers: { "retry-after": "7" } },
      { name: "Down", status: 500, headers: {} },
      { name: "Refused", status: 401, headers: {} },
      { name: "Elsewhere", status: 302, headers: { location: "/elsewhere" } },
      { name: "Html", status: 200, headers: { "content-type": "text/html" } },
    ])("answers with a fault for the name $name", async ({ name, status, headers }) => {
      expect(await about(name)).toMatchObject({ status, headers, cut: false });
    });

    it("ends the connection after half of the answer for the name Broken", async () => {
      const { status, headers, body, cut } = await about("Broken");
      expect({ status, cut }).toEqual({ status: 200, cut: true });
      expect(body.length).toBe(Math.floor(Number(headers["content-length"]) / 2));
    });

    it("resets the connection for the name Reset", async () => {
      await expect(about("Reset")).rejects.toMatchObject({ code: "ECONNRESET" });
    });

    it("answers with an empty body for the name Empty", async () => {
      const { status, body } = await about("Empty");
      expect({ status, body: body.toString() }).toEqual({ status: 200, body: "" });
    });

    it("answers in an unknown form for the name Shape", async () => {
      const { status, body } = await about("Shape");
      expect({ status, body: body.toString() }).toEqual({ status: 200, body: expect.stringMatching(/^({"strange":\[{}\]}|<strange\/>)$/) });
    });

    it("answers with 10 MiB for the name Huge", async () => {
      expect((await about("Huge")).body.length).toBe(10 * 1_024 * 1_024);
    });

    it("answers with invalid UTF-8 for the name Latin", async () => {
      const { headers, body } = await about("Latin");
      expect(headers["content-type"]).toMatch(/; charset=utf-8$/);
      expect(() => new TextDecoder("utf-8", { fatal: true }).decode(body)).toThrow();
    });

    it("answers with deep nesting or expanding entities for the name Bomb", async () => {
      expect((await about("Bomb")).body.toString()).toMatch(/^\[{1000,}|<!ENTITY e9 .*&e9;/s);
    });
  });

  it("stays silent for the name Slow until the caller disconnects", async () => {
    const slow = await serveOwnService(crm, {});
    const sent = request(`${slow.url}/people/slow`, { agent: false }).end();
    sent.on("error", () => undefined);
    expect(await Promise.race([once(sent, "response"), sleep(300, "silence")])).toBe("silence");
    sent.destroy();
    const began = Date.now();
    await slow.close();
    // Nobody waits out the thirty seconds of its silence.
    expect(Date.now() - began).toBeLessThan(20_000);
  });
});

it("the stand-ins show each request to watchers, without personal data", async () => {
  await askIdology({ lastName: "Zzyzx" });
  await askExperian(crossCore("Zzyzx"));
  await ask(`${source.url}/people/zzyzx?code=1`);
  expect(received.map(({ method, url }) => `${method} ${url.pathname}${url.search}`)).toEqual([
    "POST /api/idiq.svc",
    "POST /",
    "GET /people/zzyzx?code=1",
  ]);
  expect(new URLSearchParams(received[0]?.body.toString()).get("lastName")).toBe("Zzyzx");
  await askIdology({ lastName: "Html" });
  expect(said).toEqual([
    "id.success",
    "CONTINUE",
    "404: answer 3 of samples/policies/lookup/answers/crm.json",
    "html instead of id.success",
  ]);
});

it("the webhook receivers accept signed events, and nothing else", async () => {
  const receiver = await receivers.serve(() => undefined, {});
  const post = (headers: Record<string, string>) => fetch(receiver.url, { method: "POST", body: "{}", headers });
  try {
    const signed = signedHeaders("1", "{}", signingKeys("A".repeat(48)), new Date());
    expect((await post(signed)).status).toBe(204);
    expect((await post({})).status).toBe(401);
  } finally {
    await receiver.close();
  }
});
