import { createHash, createPrivateKey, generateKeyPairSync, verify, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { graph } from "../../../adapters/graph/graph";
import { deviceCodeSignIn } from "../../../adapters/graph/login-requests";
import { readCredential } from "../../../adapters/graph/sign-in";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { memoryWorld } from "../../memory/world";

const { log } = memoryWorld().world;

const tokenForms: URLSearchParams[] = [];
let standIn: GraphStandIn;
const pemFile = (name: string) => readFileSync(join(__dirname, "../../fixtures/graph", name), "utf8");
const certificate = pemFile("certificate.pem");
const privateKey = pemFile("private-key.pem");
beforeAll(async () => {
  standIn = await serveGraph({
    watch: {
      onRequest: ({ url, body }) => {
        if (url.pathname.endsWith("/token")) tokenForms.push(new URLSearchParams(body.toString("utf8")));
      },
    },
  });
  Object.assign(process.env, { GATEHOUSE_ENDPOINT_GRAPH: standIn.url, GATEHOUSE_ENDPOINT_LOGIN: standIn.url });
});
afterAll(() => standIn.close());

const client = (secret: string) => graph({ tenantId: "tenant", clientId: "client", clientSecret: async () => secret, log });
const anyone = "/users?$filter=mail%20eq%20'a@example.com'";
const partOf = (part = "") => JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Record<string, unknown>;

describe("a secret for sign-in", () => {
  it.each([
    { given: "a client secret alone", text: " a~b.c \n", credential: { clientSecret: "a~b.c" } },
    { given: "a client secret in JSON", text: '{"clientSecret":"a~b.c"}', credential: { clientSecret: "a~b.c" } },
    {
      given: "a client secret among other things",
      text: '{"tenantId":"t","clientSecret":"a~b.c","certificate":"","privateKey":""}',
      credential: { clientSecret: "a~b.c" },
    },
    { given: "a certificate", text: '{"certificate":"C","privateKey":"K"}', credential: { certificate: "C", privateKey: "K" } },
  ])("may be $given", ({ text, credential }) => expect(readCredential(text)).toEqual(credential));

  it.each([
    { given: "empty", text: " \n", problem: "is empty" },
    { given: "JSON cut off", text: '{"clientSecret":"hidden', problem: "begins like JSON and is none" },
    { given: "of another form", text: '{"secret":"hidden"}', problem: "JSON of another form" },
    { given: "a certificate without its key", text: '{"certificate":"hidden"}', problem: "JSON of another form" },
    { given: "both", text: '{"clientSecret":"hidden","certificate":"C","privateKey":"K"}', problem: "JSON of another form" },
  ])("is refused, and not quoted in the error, if it is $given", ({ text, problem }) => {
    expect(() => readCredential(text)).toThrow(problem);
    expect(() => readCredential(text)).not.toThrow("hidden");
  });
});

describe("a certificate for sign-in", () => {
  it("signs the application in", async () => {
    expect(await client(JSON.stringify({ certificate, privateKey })).get(anyone)).toMatchObject({ value: [] });
    const form = tokenForms.at(-1);
    expect(form?.get("client_secret")).toBeNull();
    const [header, claims, signature] = form?.get("client_assertion")?.split(".") ?? [];
    const x509 = new X509Certificate(certificate);
    const thumbprint = createHash("sha256").update(x509.raw).digest("base64url");
    expect(partOf(header)).toEqual({ alg: "PS256", typ: "JWT", "x5t#S256": thumbprint });
    expect(partOf(claims)).toMatchObject({ aud: `${standIn.url}/tenant/oauth2/v2.0/token`, iss: "client", sub: "client" });
    const key = { key: x509.publicKey, padding: 6, saltLength: 32 };
    expect(verify("sha256", Buffer.from(`${header}.${claims}`), key, Buffer.from(signature ?? "", "base64url"))).toBe(true);
  });

  it("may come with a private key in the older PEM form", async () => {
    const pkcs1 = createPrivateKey(privateKey).export({ type: "pkcs1", format: "pem" });
    expect(await client(JSON.stringify({ certificate, privateKey: pkcs1 })).get(anyone)).toMatchObject({ value: [] });
  });

  const pem = (key: { export(options: { type: "pkcs8"; format: "pem" }): string | Buffer }) => key.export({ type: "pkcs8", format: "pem" });
  it.each([
    { given: "no certificate", change: () => ({ certificate: "hidden" }), problem: '"certificate" is no certificate' },
    { given: "no key", change: () => ({ privateKey: "hidden" }), problem: '"privateKey" is no unencrypted private key' },
    {
      given: "a key of another kind",
      change: () => ({ privateKey: pem(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey) }),
      problem: "no RSA key",
    },
    {
      given: "another's key",
      change: () => ({ privateKey: pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey) }),
      problem: "is not the certificate's",
    },
  ])("is refused before anything is sent if it is $given", async ({ change, problem }) => {
    const sent = tokenForms.length;
    const refusal = client(JSON.stringify({ certificate, privateKey, ...change() })).get(anyone);
    await expect(refusal).rejects.toMatchObject({ name: "CredentialError", message: expect.stringContaining(problem) });
    expect(tokenForms).toHaveLength(sent);
  });
});

it.each([undefined, 'Basic realm="login"'])("a refused device code names Entra's codes, also with the challenge %s", async (challenge) => {
  const body = { error: "invalid_client", error_description: "AADSTS7000218: no public client" };
  const request = { tenantId: "contoso", login: "https://login.example", graph: "https://graph.example", permissions: ["User.Read"] };
  const headers = new Headers(challenge === undefined ? [] : [["WWW-Authenticate", challenge]]);
  const refused = deviceCodeSignIn({ ...request, ask: () => undefined, fetch: async () => Response.json(body, { status: 401, headers }) });
  await expect(refused).rejects.toMatchObject(body);
});

it.each([
  { given: "a new one", status: 401, now: "n3w", tokens: ["0ld", "n3w"], found: true },
  { given: "a new one after an answer 400", status: 400, now: "n3w", tokens: ["0ld", "n3w"], found: true },
  { given: "no other", status: 401, now: "0ld", tokens: ["0ld"], found: false },
])("a client secret that Entra refuses is read again, and there is $given", async ({ status, now, tokens, found }) => {
  const sent: (string | null)[] = [];
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    if (!String(input).endsWith("/token")) return Response.json({ value: [] });
    const secret = new URLSearchParams(String(init?.body)).get("client_secret");
    sent.push(secret);
    return secret === "n3w"
      ? Response.json({ access_token: "t", token_type: "Bearer", expires_in: 3_600 })
      : Response.json({ error: "invalid_client", error_codes: [7_000_215] }, { status });
  });
  const clientSecret = async (refused?: string) => (refused === undefined ? "0ld" : now);
  const asked = graph({ tenantId: "tenant", clientId: "client", clientSecret, log }).get(anyone);
  await asked.then(
    () => expect(found).toBe(true),
    (error: unknown) => expect([found, error]).toEqual([false, expect.objectContaining({ status: 401 })]),
  );
  spy.mockRestore();
  expect(sent).toEqual(tokens);
});
