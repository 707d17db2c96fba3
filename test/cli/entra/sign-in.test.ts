import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../../lib/package-root";
import { startTenant, type TestTenant } from "./tenant";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const forms: (readonly [string, URLSearchParams])[] = [];
let tenant: TestTenant;
let endpoints: readonly string[];
beforeAll(async () => {
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
  rmSync(folder, { recursive: true });
});

const before = { ...process.env };
beforeEach(() => {
  forms.length = 0;
  for (const name of Object.keys(process.env)) if (name.startsWith("AZURE_")) delete process.env[name];
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
])("signs an application in by $by", async ({ variables, form }) => {
  Object.assign(process.env, ids, variables());
  expect(await tenant.run(["plan", ...endpoints])).toMatchObject({ exitCode: 2, stderr: "" });
  expect(forms.map(([path, fields]) => [path, Object.fromEntries(fields)])).toMatchObject([
    [
      "/contoso/oauth2/v2.0/token",
      { grant_type: "client_credentials", client_id: "app", scope: "https://graph.microsoft.com/.default", ...form },
    ],
  ]);
});

it("signs a person in by a code, and names the permissions first", async () => {
  const { exitCode, stderr } = await tenant.run(["plan", "--tenant", "contoso", ...endpoints]);
  expect({ exitCode, lines: stderr.trim().split("\n") }).toEqual({
    exitCode: 2,
    lines: [
      "This asks for the permissions APIConnectors.ReadWrite.All and IdentityUserFlow.ReadWrite.All. You need the role External ID User Flow Administrator.",
      `Open ${tenant.graph.url}/device and type the code LOCALCODE. Waiting for you to sign in…`,
    ],
  });
  const scope = "https://graph.microsoft.com/APIConnectors.ReadWrite.All https://graph.microsoft.com/IdentityUserFlow.ReadWrite.All";
  expect(forms.map(([path]) => path)).toEqual([
    "/contoso/oauth2/v2.0/devicecode",
    "/contoso/oauth2/v2.0/token",
    "/contoso/oauth2/v2.0/token",
  ]);
  expect(forms[0]?.[1].get("scope")).toBe(scope);
}, 20_000);

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
    says: '"privateKey" is no unencrypted private key',
  },
])("says what is wrong: $given", async ({ variables, says }) => {
  Object.assign(process.env, variables);
  expect(await tenant.run(["plan", ...endpoints])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
});

it("shows a stand-in nothing that opens a real tenant", async () => {
  Object.assign(process.env, ids, { AZURE_CLIENT_SECRET: "s3cret" });
  expect(await tenant.run(["plan"])).toMatchObject({ exitCode: 2 });
  expect(forms.map(([, form]) => form.get("client_secret"))).toEqual(["local"]);
});
