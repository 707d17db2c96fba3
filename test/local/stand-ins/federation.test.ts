import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssumeRoleCommand, GetWebIdentityTokenCommand, STSClient, type STSClientConfig } from "@aws-sdk/client-sts";
import { graphSignIn } from "../../../adapters/graph/sign-in";
import { createCredentials } from "../../../local/aws/access-key";
import { type StsStandIn, serveSts } from "../../../local/aws/sts";
import { emptyExternalTenant } from "../../../local/stand-ins/graph/external/stored-objects";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { testKey } from "../../support/local-database";

const ROLE = "arn:aws:iam::000000000000:role/Gatehouse-ApprovalsGraphRole1A2B";
const AUDIENCE = "api://AzureADTokenExchange";
const [{ appId: clientId = "", id = "" } = {}] = emptyExternalTenant().applications;
const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const MINUTE = 60_000;

let sts: StsStandIn;
let graph: GraphStandIn;
let clockMs: number;

beforeEach(async () => {
  clockMs = 0;
  sts = await serveSts({ mayAssume: (role) => role === ROLE, now: () => Date.now() + clockMs }, { key: testKey });
  graph = await serveGraph({ issuerAddress: (issuer) => (issuer === sts.issuer ? sts.url : undefined) });
});
afterEach(() => Promise.all([sts.close(), graph.close()]));
afterAll(() => rmSync(folder, { recursive: true }));

const stsClient = (credentials: STSClientConfig["credentials"] = createCredentials(testKey)) =>
  new STSClient({ region: testKey.region, endpoint: sts.url, credentials, maxAttempts: 1 });

async function roleToken({ role = ROLE, audience = AUDIENCE }: { role?: string; audience?: string } = {}): Promise<string> {
  const assumed = await stsClient().send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "provisioning" }));
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = assumed.Credentials ?? {};
  const asRole = stsClient({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken });
  const asked = new GetWebIdentityTokenCommand({ Audience: [audience], SigningAlgorithm: "RS256", DurationSeconds: 300 });
  return (await asRole.send(asked)).WebIdentityToken ?? "";
}

interface Credential {
  readonly issuer?: string;
  readonly subject?: string;
  readonly audiences?: readonly string[];
}

/** What Graph answers to a new credential of the application. */
async function addCredential(given: Credential & { readonly name?: string } = {}): Promise<{ status: number; code?: string }> {
  const { name = "gatehouse-approvals", issuer = sts.issuer, subject = ROLE, audiences = [AUDIENCE] } = given;
  const token = await graphSignIn({ ...request(), clientId: "theirs", credential: { clientSecret: "s" } });
  if (token instanceof Response) throw new Error("no token");
  const answer = await fetch(`${graph.url}/v1.0/applications(appId='${clientId}')/federatedIdentityCredentials`, {
    method: "POST",
    headers: { authorization: `Bearer ${token.value}`, "content-type": "application/json" },
    body: JSON.stringify({ name, issuer, subject, audiences }),
  });
  const body = (await answer.json()) as { readonly error?: { readonly code: string } };
  return { status: answer.status, ...(body.error && { code: body.error.code }) };
}

const request = () => ({
  tenantId: "tenant",
  clientId,
  login: graph.url,
  scope: "https://graph.microsoft.com/.default",
  signal: AbortSignal.timeout(10_000),
});

/** "signed in", or Entra's number. */
async function signIn(assertion: string, application = clientId): Promise<string | number> {
  const result = await graphSignIn({ ...request(), clientId: application, credential: { assertion } });
  if (!(result instanceof Response)) return "signed in";
  return ((await result.json()) as { readonly error_codes: readonly number[] }).error_codes[0] ?? 0;
}

it("the stand-in signs a role in as the application that trusts it", async () => {
  expect(await addCredential()).toEqual({ status: 201 });
  expect(await signIn(await roleToken())).toBe("signed in");
});

it.each<{ readonly given: string; readonly credential?: Credential; readonly code: number }>([
  { given: "no credential", code: 700_211 },
  { given: "a credential of another account", credential: { issuer: "https://another.tokens.sts.global.api.aws" }, code: 700_211 },
  { given: "a credential of another role", credential: { subject: `${ROLE}9` }, code: 700_213 },
  { given: "other capital letters", credential: { subject: ROLE.toLowerCase() }, code: 7_002_138 },
  { given: "a credential for another audience", credential: { audiences: ["api://AzureADTokenExchangeUSGov"] }, code: 700_212 },
])("the stand-in refuses a role by Entra's error number: $given", async ({ credential, code }) => {
  if (credential !== undefined) expect(await addCredential(credential)).toEqual({ status: 201 });
  expect(await signIn(await roleToken())).toBe(code);
});

it("the stand-in refuses a token for another audience, and an unknown application", async () => {
  await addCredential();
  expect(await signIn(await roleToken({ audience: "api://another" }))).toBe(700_212);
  expect(await signIn(await roleToken(), "00000000-aaaa-bbbb-cccc-000000000000")).toBe(700_016);
});

it("the stand-in refuses a token that AWS did not sign", async () => {
  await addCredential();
  const [header, claims, signature = ""] = (await roleToken()).split(".");
  expect(await signIn([header, claims, `${signature.slice(0, -8)}AAAAAAAA`].join("."))).toBe(50_013);
});

it.each([
  { minutes: 2, result: "signed in" },
  { minutes: -2, result: "signed in" },
  { minutes: 11, result: 700_024 },
  { minutes: -11, result: 700_024 },
])("the stand-in tolerates small errors of AWS's clock, but not large ones: $minutes minutes", async ({ minutes, result }) => {
  await addCredential();
  clockMs = minutes * MINUTE;
  expect(await signIn(await roleToken())).toBe(result);
});

it("the stand-in accepts AWS's new signing key and tokens of the previous one", async () => {
  await addCredential();
  const before = await roleToken();
  sts.rollKey();
  expect(await signIn(await roleToken())).toBe("signed in");
  expect(await signIn(before)).toBe("signed in");
});

it("the stand-in keeps its issuer and keys in a file", async () => {
  const file = join(folder, "sts.json");
  const first = await serveSts({ file }, { key: testKey });
  await first.close();
  const second = await serveSts({ file }, { key: testKey });
  await second.close();
  expect(second.issuer).toBe(first.issuer);
});

it("the stand-in refuses an unknown role, a caller without a role, and a disabled account", async () => {
  await expect(roleToken({ role: `${ROLE}9` })).rejects.toMatchObject({ name: "AccessDenied" });
  const asked = new GetWebIdentityTokenCommand({ Audience: [AUDIENCE], SigningAlgorithm: "RS256" });
  await expect(stsClient().send(asked)).rejects.toMatchObject({ name: "AccessDenied" });
  sts.switchFederation(false);
  await expect(roleToken()).rejects.toMatchObject({ name: "OutboundWebIdentityFederationDisabledException" });
});

describe("an application's credentials", () => {
  it("have unique names, and unique pairs of issuer and subject", async () => {
    await addCredential();
    expect(await addCredential({ subject: `${ROLE}9` })).toEqual({ status: 409, code: "Request_MultipleObjectsWithSameKeyValue" });
    expect(await addCredential({ name: "another" })).toEqual({ status: 400, code: "InvalidFederatedIdentityCredentialValue" });
  });

  it("are at most twenty", async () => {
    const added = [];
    for (let count = 0; count <= 20; count++) added.push(await addCredential({ name: `role-${count}`, subject: `${ROLE}${count}` }));
    expect(added.map(({ status }) => status)).toEqual([...Array(20).fill(201), 400]);
    expect(graph.external().applications.find((each) => each.id === id)?.federatedIdentityCredentials).toHaveLength(20);
  });

  it("are neither visible nor valid for a while after their creation", async () => {
    await graph.close();
    graph = await serveGraph({ searchLagMs: MINUTE, issuerAddress: () => sts.url });
    await addCredential();
    expect(await signIn(await roleToken())).toBe(700_211);
    graph.elapse(MINUTE);
    expect(await signIn(await roleToken())).toBe("signed in");
  });
});
