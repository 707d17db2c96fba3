import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import timers from "node:timers/promises";
import { packageRoot } from "../../../lib/app-root";
import { gatehouse } from "../../cli/support";
import { listen } from "../../support/dynamodb";
import { type Meddle, startTenant, type TestTenant } from "./tenant";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const forms: (readonly [string, URLSearchParams])[] = [];
let tenant: TestTenant;
let endpoints: readonly string[];
/** What GitHub and AWS, which sign tokens, are asked and answer. */
const signers = { asked: [] as { readonly url: string; readonly authorization: string; readonly body: string }[], status: 200, body: "" };
const signer = createServer(async (request, response) => {
  const { url = "", headers } = request;
  signers.asked.push({ url, authorization: headers.authorization ?? "", body: await text(request) });
  response.writeHead(signers.status).end(signers.body);
});
let signerUrl: string;
/** Who a proxy was asked for. */
const tunnels: (string | undefined)[] = [];
const proxy = createServer().on("connect", ({ url }, socket) => {
  tunnels.push(url);
  socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
});
let proxyUrl: string;
beforeAll(async () => {
  signerUrl = await listen(signer);
  proxyUrl = await listen(proxy);
  tenant = await startTenant({
    watch: {
      onRequest: ({ url, body }) => {
        if (url.pathname.includes("/oauth2/")) forms.push([url.pathname, new URLSearchParams(body.toString("utf8"))]);
      },
    },
  });
  endpoints = ["--endpoint", `graph=${tenant.graph.url}`, "--endpoint", `login=${tenant.graph.url}`];
});
afterAll(async () => {
  await tenant.close();
  for (const server of [signer, proxy]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

const before = { ...process.env };
beforeEach(() => {
  forms.length = 0;
  tunnels.length = 0;
  Object.assign(signers, { asked: [], status: 200, body: "" });
  for (const name of Object.keys(process.env)) if (/^(AZURE|AWS|ACTIONS|GITHUB)_/.test(name)) delete process.env[name];
});
afterEach(() => {
  process.env = { ...before };
});

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const pem = (name: string) => readFileSync(join(packageRoot, "test/fixtures/graph", name), "utf8");
const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString("base64url");
const federated = `${part({ alg: "RS256" })}.${part({ aud: "api://AzureADTokenExchange", iss: "https://ci.example", sub: "repo" })}.c2ln`;
const ids = { AZURE_TENANT_ID: "contoso", AZURE_CLIENT_ID: "app" };

it.each([
  { by: "a secret", variables: () => ({ AZURE_CLIENT_SECRET: "s3cret" }), form: { client_secret: "s3cret" } },
  {
    by: "a workload's token",
    variables: () => ({ AZURE_FEDERATED_TOKEN_FILE: fileOf("token", `${federated}\n`) }),
    form: { client_assertion: federated, client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" },
  },
  {
    by: "a certificate",
    variables: () => ({ AZURE_CLIENT_CERTIFICATE_PATH: fileOf("app.pem", pem("certificate.pem") + pem("private-key.pem")) }),
    form: { client_assertion: expect.any(String) },
  },
])("signs in an application by $by", async ({ variables, form }) => {
  Object.assign(process.env, ids, variables());
  expect(await tenant.run(["plan", ...endpoints])).toMatchObject({ exitCode: 2, stderr: "" });
  expect(forms.map(([path, fields]) => [path, Object.fromEntries(fields)])).toMatchObject([
    [
      "/contoso/oauth2/v2.0/token",
      { grant_type: "client_credentials", client_id: "app", scope: "https://graph.microsoft.com/.default", ...form },
    ],
  ]);
});

const github = () => ({
  GITHUB_ACTIONS: "true",
  ACTIONS_ID_TOKEN_REQUEST_URL: `${signerUrl}/token?api-version=2.0`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-job",
});
const aws = () => ({
  AZURE_FEDERATED_TOKEN_SOURCE: "aws",
  AWS_ENDPOINT_URL: signerUrl,
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "AKIATEST",
  AWS_SECRET_ACCESS_KEY: "test",
});
const signedByAws = `<GetWebIdentityTokenResponse><GetWebIdentityTokenResult><WebIdentityToken>${federated}</WebIdentityToken></GetWebIdentityTokenResult></GetWebIdentityTokenResponse>`;
const awsRefusal = (code: string) => `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;

it.each([
  {
    who: "GitHub",
    variables: github,
    body: JSON.stringify({ value: federated }),
    asked: { url: "/token?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange", authorization: "Bearer of-the-job", body: "" },
  },
  {
    who: "AWS",
    variables: aws,
    body: signedByAws,
    asked: {
      url: "/",
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKIATEST\/\d{8}\/eu-west-1\/sts\//),
      body: "Action=GetWebIdentityToken&Version=2011-06-15&Audience.member.1=api%3A%2F%2FAzureADTokenExchange&SigningAlgorithm=RS256",
    },
  },
])("signs in a workload that $who vouches for, with no secret", async ({ variables, body, asked }) => {
  Object.assign(process.env, ids, variables());
  signers.body = body;
  expect(await tenant.run(["plan", ...endpoints])).toMatchObject({ exitCode: 2, stderr: "" });
  expect(signers.asked).toEqual([asked]);
  expect(forms.map(([, form]) => form.get("client_assertion"))).toEqual([federated]);
});

it("does not call GitHub if there is a secret", async () => {
  Object.assign(process.env, ids, github(), { AZURE_CLIENT_SECRET: "s3cret" });
  expect(await tenant.run(["plan", ...endpoints])).toMatchObject({ exitCode: 2 });
  expect(signers.asked).toEqual([]);
});

it.each([
  {
    who: "an application",
    variables: { ...ids, AZURE_CLIENT_SECRET: "s3cret" },
    says: "Entra gave no token (connection): check the network and HTTPS_PROXY, and repeat the command.",
  },
  { who: "a person", variables: { AZURE_TENANT_ID: "contoso" }, says: "Nobody signed in to the tenant contoso (The proxy 127.0.0.1:" },
])("signs $who in through the proxy, and explains if that cannot work", async ({ variables, says }) => {
  const pauses = vi.spyOn(timers, "setTimeout").mockResolvedValue(undefined);
  syncBuiltinESMExports();
  Object.assign(process.env, variables, { HTTPS_PROXY: proxyUrl });
  const contoso = ["--endpoint", "graph=https://graph.contoso.example", "--endpoint", "login=https://login.contoso.example"];
  const ran = await tenant.run(["plan", ...contoso]);
  pauses.mockRestore();
  syncBuiltinESMExports();
  expect(new Set(tunnels)).toEqual(new Set(["login.contoso.example:443"]));
  expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
});

it("signs in a person by a device code, and shows the permissions first", async () => {
  const { exitCode, stderr } = await tenant.run(["plan", "--tenant", "contoso", ...endpoints]);
  expect({ exitCode, lines: stderr.trim().split("\n") }).toEqual({
    exitCode: 2,
    lines: [
      "This asks for the permissions APIConnectors.Read.All and IdentityUserFlow.Read.All. You need the role External ID User Flow Administrator.",
      `Open ${tenant.graph.url}/device and type the code LOCALCODE. Waiting for you to sign in…`,
    ],
  });
  const scope = "https://graph.microsoft.com/APIConnectors.Read.All https://graph.microsoft.com/IdentityUserFlow.Read.All";
  expect(forms.map(([path]) => path)).toEqual([
    "/contoso/oauth2/v2.0/devicecode",
    "/contoso/oauth2/v2.0/token",
    "/contoso/oauth2/v2.0/token",
  ]);
  expect(forms[0]?.[1].get("scope")).toBe(scope);
});

it("asks a person for write permissions once, and only if Graph refuses the read permissions", async () => {
  const refusing: Meddle = async (_, { path }, send) => {
    const isNarrow = forms.filter(([form]) => form.endsWith("/devicecode")).length < 2;
    if (isNarrow && path.startsWith("/v1.0/identity/")) return new Response('{"error":{"code":"AccessDenied"}}', { status: 403 });
    return await send();
  };
  const { exitCode, stderr } = await tenant.run(["plan", "--tenant", "contoso", ...endpoints], refusing);
  expect({ exitCode, asked: stderr.split("\n").filter((line) => line.startsWith("This asks")) }).toEqual({
    exitCode: 2,
    asked: [
      expect.stringContaining("the permissions APIConnectors.Read.All and IdentityUserFlow.Read.All."),
      expect.stringContaining("the permissions APIConnectors.ReadWrite.All and IdentityUserFlow.ReadWrite.All."),
    ],
  });
});

it("asks a person for one device code, for any number of flows", async () => {
  const setup = fileOf(
    "two.mjs",
    'export default { tenant: "contoso", flows: [{ userFlow: "B2X_1_Partner" }, { userFlow: "B2X_1_Other" }] };',
  );
  const { stdout } = await gatehouse("entra", "plan", ...tenant.instance.local, "--setup", setup, ...endpoints);
  expect(stdout).toContain("B2X_1_Other");
  expect(forms.filter(([path]) => path.endsWith("/devicecode"))).toHaveLength(1);
});

it.each([
  { given: "no tenant", variables: { AZURE_CLIENT_ID: "app", AZURE_CLIENT_SECRET: "x" }, says: "Name the tenant: --tenant" },
  { given: "no application", variables: { AZURE_TENANT_ID: "t", AZURE_CLIENT_SECRET: "x" }, says: "set AZURE_CLIENT_ID" },
  { given: "no such file", variables: { ...ids, AZURE_FEDERATED_TOKEN_FILE: "/nowhere" }, says: "cannot be read (ENOENT)" },
  {
    given: "a token that nobody trusts",
    variables: { ...ids, AZURE_FEDERATED_TOKEN_FILE: join(packageRoot, "LICENSE") },
    says: "Entra gives no token (invalid_client): check AZURE_TENANT_ID",
  },
  {
    given: "a certificate without its key",
    variables: { ...ids, AZURE_CLIENT_CERTIFICATE_PATH: join(packageRoot, "test/fixtures/graph/certificate.pem") },
    says: "certificate.pem, which holds no PRIVATE KEY: it must hold both in PEM",
  },
  {
    given: "an empty certificate",
    variables: () => ({ AZURE_CLIENT_CERTIFICATE_PATH: fileOf("empty.pem", "\n") }),
    says: "AZURE_CLIENT_CERTIFICATE_PATH names",
    and: "empty.pem, which is empty.",
  },
  {
    given: "an empty token",
    variables: () => ({ AZURE_FEDERATED_TOKEN_FILE: fileOf("empty.jwt", "") }),
    says: "AZURE_FEDERATED_TOKEN_FILE names",
    and: "empty.jwt, which is empty.",
  },
  {
    given: "a page in place of GitHub's token",
    variables: github,
    status: 200,
    body: "<html>Sign in to the network</html>",
    says: "was answered by HTML (200), which is not Microsoft's: sign in to the network",
    and: "GET 127.0.0.1:",
  },
  {
    given: "a job that may ask GitHub for no token",
    variables: { ...ids, GITHUB_ACTIONS: "true" },
    says: "give it the permission id-token: write",
  },
  {
    given: "a job that GitHub refuses",
    variables: github,
    status: 403,
    says: "it answers 403. Give the job the permission id-token: write",
  },
  {
    given: "a token of GitHub's without an application",
    variables: () => ({ ...github(), AZURE_CLIENT_ID: "" }),
    says: "set AZURE_CLIENT_ID",
  },
  { given: "a source nobody knows", variables: { ...ids, AZURE_FEDERATED_TOKEN_SOURCE: "gcp" }, says: "it can only be aws" },
  {
    given: "an account that signs no tokens",
    variables: aws,
    status: 403,
    body: awsRefusal("OutboundWebIdentityFederationDisabledException"),
    says: "run aws iam enable-outbound-web-identity-federation once",
  },
  {
    given: "AWS credentials that may not",
    variables: aws,
    status: 403,
    body: awsRefusal("AccessDenied"),
    says: "allow them sts:GetWebIdentityToken",
  },
  {
    given: "an AWS session at its end",
    variables: aws,
    status: 403,
    body: awsRefusal("SessionDurationEscalation"),
    says: "sign in to AWS again",
  },
  {
    given: "AWS keys of nobody",
    variables: aws,
    status: 403,
    body: awsRefusal("InvalidClientTokenId"),
    says: "AWS does not accept these credentials",
  },
])("explains the problem: $given", async ({ variables, says, and = "", status, body }) => {
  Object.assign(process.env, typeof variables === "function" ? { ...ids, ...variables() } : variables);
  Object.assign(signers, { ...(status && { status }), ...(body && { body }) });
  const ran = await tenant.run(["plan", ...endpoints]);
  expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
  expect(ran.stderr).toContain(and);
});

const matching = (part: string, value: string, more = "") =>
  `AADSTS: No matching federated identity record found for presented assertion ${part} '${value}'.${more} Check your federated identity credential Subject, Audience and Issuer against the presented assertion. Trace ID: 1`;

it.each([
  { given: "a secret whose time is over", number: 7_000_222, says: "(AADSTS7000222): the client secret has expired: create one" },
  { given: "a wrong secret", number: 7_000_215, says: "(AADSTS7000215): the client secret is wrong: use its value, not its id" },
  { given: "a tenant that does not know the application", number: 7_000_229, says: "grant it admin consent there" },
  { given: "no tenant's id", number: 900_023, says: "neither a GUID nor a domain" },
  { given: "a token at another time", number: 700_024, says: "set the clock of the machine that signed it" },
  { given: "Conditional Access", number: 53_003, says: "a Conditional Access policy refuses this sign-in" },
  { given: "no consent", number: 65_001, says: "grant it admin consent (API permissions)" },
  {
    given: "another subject of a pipeline",
    number: 700_213,
    described: matching("subject", "repo:contoso/gate:ref:refs/heads/main"),
    says: "(AADSTS700213): no federated credential of the application has the subject repo:contoso/gate:ref:refs/heads/main: compare",
  },
  {
    given: "another issuer, and a credential just made",
    number: 700_211,
    described: matching("issuer", "https://token.actions.githubusercontent.com/"),
    says: "the issuer https://token.actions.githubusercontent.com/: compare it letter by letter",
  },
  { given: "an issuer that Entra does not quote", number: 700_211, says: "has this issuer: compare" },
  {
    given: "another audience",
    number: 700_212,
    described: matching("audience", "api://AzureADMyOrg"),
    says: "the audience api://AzureADMyOrg: compare it letter by letter (App registrations, Certificates & secrets, Federated credentials); one that was just made counts after some minutes",
  },
  {
    given: "a subject in other capitals",
    number: 7_002_138,
    described: matching(
      "subject",
      "repo:Contoso/gate:environment:prod",
      " The subject matches with case-insensitive comparison, but not with case-sensitive comparison.",
    ),
    says: "has the subject repo:Contoso/gate:environment:prod with other capital letters: write it as the token has it",
  },
  { given: "a number that nobody here knows", number: 7_000_999, says: "(AADSTS7000999): check AZURE_TENANT_ID" },
])("explains Entra's error by its number: $given", async ({ number, says, described = "AADSTS: not for people" }) => {
  Object.assign(process.env, ids, { AZURE_CLIENT_SECRET: "s3cret" });
  const body = JSON.stringify({ error: "invalid_client", error_codes: [number], error_description: described });
  Object.assign(signers, { status: 401, body });
  const ran = await tenant.run(["plan", "--endpoint", `graph=${tenant.graph.url}`, "--endpoint", `login=${signerUrl}`]);
  expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
  expect(ran.stderr).not.toContain("Trace ID");
});

it.each([
  { given: "a page of the network's", body: "<html>Sign in to the network</html>" },
  { given: "nothing", body: "" },
])("starts no sign-in if Entra's host returns $given", async ({ body }) => {
  Object.assign(process.env, { AZURE_TENANT_ID: "contoso" });
  Object.assign(signers, { status: 200, body });
  const { exitCode, stderr } = await tenant.run(["plan", "--endpoint", `graph=${tenant.graph.url}`, "--endpoint", `login=${signerUrl}`]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/POST 127\.0\.0\.1:\d+ was answered by/) });
  expect(stderr).toContain("check HTTPS_PROXY");
});

it("never sends the secret of a real tenant to a stand-in", async () => {
  Object.assign(process.env, ids, { AZURE_CLIENT_SECRET: "s3cret" });
  expect(await tenant.run(["plan"])).toMatchObject({ exitCode: 2 });
  expect(forms.map(([, form]) => form.get("client_secret"))).toEqual(["local"]);
});

describe("a tenant in another cloud", () => {
  const inChina = () => tenant.run(["plan", "--cloud", "china", ...endpoints]);

  it("issues a token for its own Graph", async () => {
    Object.assign(process.env, ids, { AZURE_CLIENT_SECRET: "s3cret" });
    expect(await inChina()).toMatchObject({ exitCode: 2, stderr: "" });
    expect(forms.at(-1)?.[1].get("scope")).toBe("https://microsoftgraph.chinacloudapi.cn/.default");
  });

  it("accepts other issuers' tokens for its own audience", async () => {
    const [header, , signature] = federated.split(".");
    const claims = part({ aud: "api://AzureADTokenExchangeChina", iss: "https://ci.example", sub: "repo" });
    Object.assign(signers, { body: JSON.stringify({ value: [header, claims, signature].join(".") }) });
    Object.assign(process.env, ids, {
      GITHUB_ACTIONS: "true",
      ACTIONS_ID_TOKEN_REQUEST_URL: `${signerUrl}/token?run=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "job",
    });
    expect(await inChina()).toMatchObject({ exitCode: 2 });
    expect(signers.asked.map(({ url }) => new URL(url, signerUrl).searchParams.get("audience"))).toEqual([
      "api://AzureADTokenExchangeChina",
    ]);
  });

  it("asks a person for permissions of its own Graph", async () => {
    Object.assign(process.env, { AZURE_TENANT_ID: "contoso" });
    await inChina();
    const scope = forms.find(([path]) => path.endsWith("/devicecode"))?.[1].get("scope") ?? "";
    expect(scope.split(" ").filter((each) => !each.startsWith("https://microsoftgraph.chinacloudapi.cn/"))).toEqual([]);
  });
});
