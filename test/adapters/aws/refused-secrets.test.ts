import { readFileSync } from "node:fs";
import { join } from "node:path";
import tls from "node:tls";
import { policySecrets } from "../../../adapters/aws/secrets";
import { credentialReader } from "../../../adapters/aws/settings";
import { basic, bearer } from "../../../adapters/vendors/http/authentication";
import { oauth } from "../../../adapters/vendors/http/oauth";
import type { World } from "../../../adapters/world";
import { UpstreamError } from "../../../engine/sign-up/failure";
import { experian } from "../../../features/verify-identity/client/experian";
import { idology } from "../../../features/verify-identity/client/idology";
import { type FakeClock, fakeClock } from "../../engine/sign-up/fake-clock";
import { person } from "../../engine/sign-up/people";
import { contextWith, crm, lookUp } from "../vendors/http/look-up";
import { type Answer, refuses, says, startServer, type TestServer } from "../vendors/http/server";
import { fieldsOf, REFERENCE, recorded } from "../vendors/vendor-double";

const tlsFile = (name: string) => readFileSync(join(__dirname, "../../fixtures/tls", name));
const [OLD, NEW] = ["0ld", "n3w"];
/** So long that a busy machine has time for both calls. */
const WAIT = "10s";

let server: TestServer;
let clock: FakeClock;
/** What Secrets Manager holds, and how often it was read. */
let stored: string;
let reads: number;
let secret: ReturnType<typeof policySecrets>;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(() => {
  clock = fakeClock(1_000_000);
  reads = 0;
  const call = async () => {
    reads++;
    return { SecretString: stored };
  };
  const settings = { SECRETS: JSON.stringify({ key: "arn", experian: "arn", idology: "arn" }) };
  secret = policySecrets({ settings, clock, secrets: { call, warm: () => undefined }, log: {} } as unknown as World);
});
afterEach(() => vi.restoreAllMocks());

function context() {
  const plain = contextWith({}, 20_000);
  return { ...plain, services: { ...plain.services, secret } };
}

const buyer = says('{"title":"Buyer"}');
/** Knows one token. */
const knowing =
  (token: string): Answer =>
  (response, call) =>
    (call.headers.authorization === `Bearer ${token}` ? buyer : refuses(401))(response, call);
const source = () => crm(server.origin, { authentication: bearer("key"), timeout: WAIT });
const outcome = (work: Promise<unknown>) => work.catch((error: unknown) => (error instanceof UpstreamError ? error.failure.kind : error));

/** The secret was read, and has changed since. */
async function changed(seconds: number, [from, to] = [OLD, NEW]): Promise<void> {
  stored = from;
  await secret("key");
  stored = to;
  clock.advance(seconds * 1_000);
  reads = 0;
}

describe("a secret that the other side refuses", () => {
  it("is read again after five seconds, and the call is made once more", async () => {
    server.will(knowing(NEW));
    await changed(6);
    expect(await lookUp(source(), { context: context() })).toEqual({ jobTitle: "Buyer" });
    expect([reads, server.calls.length]).toEqual([1, 2]);
  });

  it("is not read again sooner", async () => {
    server.will(knowing(NEW));
    await changed(5);
    expect(await outcome(lookUp(source(), { context: context() }))).toBe("unauthorised");
    expect([reads, server.calls.length]).toEqual([0, 1]);
  });

  it("is read once for two sign-ups at once, and both succeed", async () => {
    server.will(knowing(NEW));
    await changed(6);
    const both = [1, 2].map(() => lookUp(source(), { context: context() }));
    expect(await Promise.all(both)).toEqual([{ jobTitle: "Buyer" }, { jobTitle: "Buyer" }]);
    expect([reads, server.calls.length]).toEqual([1, 4]);
  });

  it("causes no second call if it has not changed, and is not read for each call", async () => {
    server.will(knowing(NEW));
    await changed(6, [OLD, OLD]);
    for (let count = 0; count < 3; count++) expect(await outcome(lookUp(source(), { context: context() }))).toBe("unauthorised");
    expect([reads, server.calls.length]).toEqual([1, 3]);
  });

  it.each(["No required SSL certificate was sent", "The SSL certificate error"])(
    "is read again after nginx's answer 400: %s",
    async (why) => {
      const page = `<html>\r\n<head><title>400 ${why}</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n`;
      const headers = { "content-type": "text/html", "content-length": String(page.length) };
      server.will(says(page, headers, 400), buyer);
      await changed(6);
      expect(await lookUp(source(), { context: context() })).toEqual({ jobTitle: "Buyer" });
      expect([reads, server.calls.length]).toEqual([1, 2]);
    },
  );

  it.each([
    ["another page", "<title>400 Bad Request</title>", {}],
    ["a long page", `<title>400 No required SSL certificate was sent</title>${" ".repeat(1_000)}`, {}],
    ["JSON", '"<title>400 No required SSL certificate was sent</title>"', { "content-type": "application/json" }],
  ])("is not read again after an answer 400 with %s", async (_, page, type) => {
    server.will(says(page, { "content-type": "text/html", "content-length": String(page.length), ...type }, 400));
    await changed(6);
    expect(await outcome(lookUp(source(), { context: context() }))).toBe("failed");
    expect([reads, server.calls.length]).toEqual([0, 1]);
  });

  it("causes one second call at most, if the new one is refused too", async () => {
    server.will(refuses(401));
    await changed(6);
    expect(await outcome(lookUp(source(), { context: context() }))).toBe("unauthorised");
    expect([reads, server.calls.length]).toEqual([1, 2]);
  });

  it("causes no second call if too little time is left", async () => {
    server.will((response, call) => {
      // The first call has left 400 of the 10,000 milliseconds.
      const late = Date.now() + 9_600;
      vi.spyOn(Date, "now").mockReturnValue(late);
      knowing(NEW)(response, call);
    });
    await changed(6);
    expect(await outcome(lookUp(source(), { context: context() }))).toBe("unauthorised");
    expect(server.calls).toHaveLength(1);
  });

  it("keeps its refusal if Secrets Manager fails", async () => {
    server.will(refuses(403));
    stored = OLD;
    await secret("key");
    clock.advance(6_000);
    const failing = {
      ...context(),
      services: {
        ...context().services,
        secret: async (...args: Parameters<typeof secret>) => {
          if (args[2] !== undefined) throw new Error("away");
          return await secret(...args);
        },
      },
    };
    expect(await outcome(lookUp(source(), { context: failing }))).toBe("unauthorised");
    expect(server.calls).toHaveLength(1);
  });

  it("is not read again after another failure", async () => {
    server.will(refuses(500));
    await changed(6);
    expect(await outcome(lookUp(source(), { context: context() }))).toBe("failed");
    expect(reads).toBe(0);
  });

  it("is read again if it is unusable: nobody is refused until the minute is over", async () => {
    server.will(buyer);
    await changed(6, ["", '{"username":"gate","password":"pass"}']);
    const byPassword = crm(server.origin, { authentication: basic("key"), timeout: WAIT });
    expect(await lookUp(byPassword, { context: context() })).toEqual({ jobTitle: "Buyer" });
    expect([reads, server.calls.length]).toEqual([1, 1]);
  });

  it.each([400, 401])("is read again if a token endpoint refuses it with %d", async (status) => {
    const client = (clientSecret: string) => JSON.stringify({ clientId: "gate", clientSecret });
    const tokenEndpoint: Answer = (response, call) => {
      const known = call.body.toString().includes(NEW);
      const token = '{"access_token":"t","token_type":"Bearer","expires_in":3600}';
      (known ? says(token) : says('{"error":"invalid_client"}', {}, status))(response, call);
    };
    server.will((response, call) => (call.url === "/token" ? tokenEndpoint : buyer)(response, call));
    await changed(6, [client(OLD), client(NEW)]);
    const authentication = oauth("key", { tokenUrl: `${server.origin}/token`, credentialsIn: "body" });
    expect(await lookUp(crm(server.origin, { authentication, timeout: WAIT }), { context: context() })).toEqual({ jobTitle: "Buyer" });
    expect([reads, server.calls.map(({ url }) => url === "/token")]).toEqual([1, [true, true, false]]);
  });
});

describe("the credential of an application that Entra refuses", () => {
  const settings = { tenantId: "tenant", clientId: "client", credential: OLD };

  it.each([
    { given: "another one", now: { ...settings, credential: NEW }, credential: NEW },
    { given: "none, since a role signs in", now: { ...settings, credential: undefined }, credential: undefined },
    { given: "one of another application", now: { ...settings, clientId: "other", credential: NEW }, credential: OLD },
    { given: "one of another tenant", now: { ...settings, tenantId: "other", credential: NEW }, credential: OLD },
  ])("is read again, and the settings hold $given", async ({ now, credential }) => {
    const readSettings = vi.fn(async (_refused?: typeof settings) => now as typeof settings);
    const read = credentialReader(settings, readSettings);
    expect([await read(), readSettings.mock.calls]).toEqual([OLD, []]);
    expect([await read(OLD), readSettings.mock.calls]).toEqual([credential, [[settings]]]);
  });
});

const home = { givenName: "Kim", surname: "Lee", streetAddress: "1 Main Street", city: "Redmond", state: "Washington" };
const applicant = person({ attributes: { ...home, postalCode: "98052", country: "United States" } });

describe("a vendor that is paid for each call", () => {
  const xml = { "content-type": "text/xml" };
  const refused = says("<response><error>Invalid username and password.</error></response>", xml);
  const verified = says("<response><summary-result><key>id.success</key></summary-result></response>", xml);
  const login = (password: string) => JSON.stringify({ username: "gate", password });
  const verifyBy = async (verifier: ReturnType<typeof idology>) =>
    await verifier.verify(fieldsOf(verifier, applicant), REFERENCE, context());

  async function verifyIdology(): Promise<unknown> {
    process.env.GATEHOUSE_ENDPOINT_IDOLOGY = server.origin;
    const answer = await verifyBy(idology({ secret: "key", timeout: WAIT }));
    delete process.env.GATEHOUSE_ENDPOINT_IDOLOGY;
    return answer;
  }

  it("is called once more with a changed password", async () => {
    server.will((response, call) => (call.body.toString().includes(NEW) ? verified : refused)(response, call));
    await changed(6, [login(OLD), login(NEW)]);
    expect(await verifyIdology()).toMatchObject({ kind: "verified" });
    expect(server.calls).toHaveLength(2);
  });

  it("is called once if the password has not changed", async () => {
    server.will(refused);
    await changed(6, [login(OLD), login(OLD)]);
    expect(await verifyIdology()).toMatchObject({ kind: "unavailable", upstreamFailure: { kind: "unauthorised" } });
    expect(server.calls).toHaveLength(1);
  });

  describe("and asks for a client certificate", () => {
    let mutual: TestServer;
    beforeAll(async () => {
      const identity = { key: tlsFile("server.key"), cert: tlsFile("server.pem"), ca: tlsFile("ca.pem") };
      mutual = await startServer({ ...identity, requestCert: true, rejectUnauthorized: true });
    });
    afterAll(() => mutual.close());

    const account = (more: object) => {
      const codes = { tenantId: "fabrikam", requestType: "Verification", organisationCode: "ORG1", modelCode: "MODEL1" };
      return JSON.stringify({ endpoint: `${mutual.origin}/`, hmacKey: "k", ...codes, ...more });
    };
    const whole = { certificate: tlsFile("client.pem").toString(), privateKey: tlsFile("client.key").toString() };

    it("is called with the certificate as soon as the secret has one", async () => {
      const real = tls.createSecureContext;
      vi.spyOn(tls, "createSecureContext").mockImplementation((options) => real({ ...options, ca: tlsFile("ca.pem") }));
      mutual.will(says(recorded("experian-responses", "continue.json")));
      await changed(6, [account({}), account(whole)]);
      expect(await verifyBy(experian({ secret: "key", timeout: WAIT }))).toMatchObject({ kind: "verified" });
      expect([reads, mutual.calls.length]).toEqual([1, 1]);
    });

    it.each(["TLSv1.3", "TLSv1.2"] as const)("is called once more after an alert of %s", async (maxVersion) => {
      const real = tls.createSecureContext;
      vi.spyOn(tls, "createSecureContext").mockImplementation((options) => {
        // A server may demand what a client does not know of: the first certificate is not sent.
        const { cert, key, ...rest } = options ?? {};
        const isSent = !String(cert).startsWith("old");
        return real({ ...rest, ...(isSent && { cert, key }), ca: tlsFile("ca.pem"), maxVersion });
      });
      mutual.will(says(recorded("experian-responses", "continue.json")));
      await changed(6, [account({ certificate: "old", privateKey: "old" }), account(whole)]);
      expect(await verifyBy(experian({ secret: "key", timeout: WAIT }))).toMatchObject({ kind: "verified" });
      expect([reads, mutual.calls.length]).toEqual([1, 1]);
    });
  });
});
