import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Instance, writeInstance } from "../../../local/data/instance";
import { gatehouse, jsonLines } from "../../cli/support";
import { serveEndpoint } from "../../simulator/endpoint";
import { AUDIENCE, acting, entraToken, signingKey, TENANT_ID, wellKeptExtension } from "../../simulator/extension-endpoint";

const START = "/attribute-collection-start";
const folder = mkdtempSync(join(tmpdir(), "gatehouse-extension-"));
const file = join(folder, "person.json");
const tenant = ["--as", "external-tenant", "--tenant", TENANT_ID];
let endpoint: Awaited<ReturnType<typeof serveEndpoint>>;
let tokens: Awaited<ReturnType<typeof serveEndpoint>>;

beforeAll(async () => {
  const start = wellKeptExtension("after-sign-in");
  const submit = wellKeptExtension("before-create-user");
  const token = wellKeptExtension("before-sending-token");
  const stepOf = (path = "") => (path.endsWith(START) ? start : path.endsWith("submit") ? submit : token);
  endpoint = await serveEndpoint((request) => stepOf(request.path)(request));
  tokens = await serveEndpoint(async () => ({ body: { access_token: await entraToken(), expires_in: 3_599 } }));
  writeFileSync(file, JSON.stringify({ issuer: "mail", email: "kim@contoso.com" }));
  writeFileSync(join(folder, "token-key.json"), JSON.stringify(signingKey));
  const extension = { url: endpoint.url, tokenUrl: tokens.url, tenantId: TENANT_ID, audience: AUDIENCE };
  const steps = ["after-sign-in", "before-create-user", "before-sending-token"];
  const gates = { suppliers: { steps: ["before-create-user"] } };
  writeInstance({ pid: process.pid, extension, steps, gates, data: folder } as unknown as Instance, folder);
});
afterAll(async () => {
  await Promise.all([endpoint.close(), tokens.close()]);
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  delete process.env.GATEHOUSE_TOKEN;
  delete process.env.GATEHOUSE_CLIENT_SECRET;
  endpoint.received.length = 0;
  tokens.received.length = 0;
});

const byClient = () => [...tenant, "--token-url", tokens.url, "--audience", AUDIENCE, "--client-id", "tester"];

it("simulate signs a person up at a running npm start, as its external tenant", async () => {
  const { exitCode, stdout } = await gatehouse("simulate", file, "--as", "external-tenant", "--local", "--data", folder, "--verbose");
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: expect.stringContaining('Added to the token: {"tier":"gold","roles":["buyer","reader"]}\n'),
  });
  expect(stdout).toMatch(/^ {2}request {3}\{\n {14}"type": "microsoft\.graph\.[^\n]*",\n(?: {14,}[^\n]*\n)+ {12}\}\n {2}answer /m);
  expect(endpoint.received.map(({ path }) => path)).toEqual([START, "/attribute-collection-submit", "/token-issuance-start"]);
});

it("simulate writes entries like Entra's log to the stand-in for Graph, and calls no other Graph", async () => {
  const log = await serveEndpoint(async () => ({ body: {} }));
  const instance = JSON.parse(readFileSync(join(folder, "instance.json"), "utf8")) as Instance;
  const run = async (graph: string) => {
    writeInstance({ ...instance, endpoints: { graph } }, folder);
    expect(await gatehouse("simulate", file, "--as", "external-tenant", "--local", "--data", folder)).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
  };
  await run(log.url.replace("127.0.0.1", "localhost"));
  expect(log.received).toEqual([]);
  await run(log.url);
  await log.close();
  expect(log.received.map(({ path }) => path)).toEqual(["/simulator/signUps"]);
  expect(JSON.stringify(log.received[0])).toContain("userCreation");
});

it("simulate calls the gate that the option names", async () => {
  const { exitCode } = await gatehouse("simulate", file, "--as", "external-tenant", "--local", "--data", folder, "--gate", "suppliers");
  expect({ exitCode, paths: endpoint.received.map(({ path }) => path) }).toEqual({
    exitCode: 0,
    paths: ["/suppliers/attribute-collection-submit"],
  });
});

it("simulate gets a token for any other endpoint, with the application's secret", async () => {
  process.env.GATEHOUSE_CLIENT_SECRET = "s3cret";
  const { exitCode, stdout } = await gatehouse("simulate", file, `${endpoint.url}/{step}`, ...byClient());
  expect(exitCode).toBe(0);
  expect(endpoint.received.map(({ path }) => path)).toEqual([START, "/attribute-collection-submit"]);
  expect(tokens.received.map(({ body }) => body)).toEqual([
    `grant_type=client_credentials&client_id=tester&client_secret=s3cret&scope=${AUDIENCE}%2F.default`,
  ]);
  expect(stdout).not.toContain("s3cret");
});

it("simulate uses a given token", async () => {
  process.env.GATEHOUSE_TOKEN = await entraToken();
  const { exitCode } = await gatehouse("simulate", file, `${endpoint.url}/{step}`, ...tenant);
  expect({ exitCode, tokens: tokens.received }).toEqual({ exitCode: 0, tokens: [] });
});

it("conform rejects a given token that is no token", async () => {
  process.env.GATEHOUSE_TOKEN = "garbage";
  const { exitCode, stderr } = await gatehouse("entra", "conform", endpoint.url, ...tenant, "--step", "both");
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("GATEHOUSE_TOKEN holds no JSON web token") });
  expect(stderr).not.toContain("garbage");
});

it("conform tests a running npm start with every kind of token", async () => {
  const ran = await gatehouse(
    "entra",
    "conform",
    "--as",
    "external-tenant",
    "--local",
    "--data",
    folder,
    "--step",
    "before-create-user",
    "--json",
  );
  expect(ran.exitCode).toBe(0);
  const refused = jsonLines(ran).find((line) => (line as { rule: string }).rule === "token.refused");
  expect(refused).toEqual(expect.objectContaining({ verdict: "pass", failures: [] }));
  expect(refused).not.toHaveProperty("skipped");
});

it("conform tests any other endpoint, and reports the tests that it skipped", async () => {
  const { exitCode, stdout } = await gatehouse("entra", "conform", `${endpoint.url}/{step}`, ...byClient(), "--step", "before-create-user");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/\n {2}pass +token\.refused .*\n {8}skipped hs256-public-key: .*\n {8}skipped expired: needs the issuer's key/);
  expect(stdout).toMatch(/gave no result\. 10 requests were skipped\.\n$/);
});

it("conform exits with 2 if a rule of the contract does not hold", async () => {
  const odd = await serveEndpoint(
    wellKeptExtension("before-create-user", () => ({ status: 400, body: acting("before-create-user", "showBlockPage") })),
  );
  const { exitCode, stdout } = await gatehouse("entra", "conform", odd.url, ...byClient(), "--step", "before-create-user");
  await odd.close();
  expect(exitCode).toBe(2);
  expect(stdout).toContain("good-request: status 400\n");
});

it.each([
  { args: ["--as", "external-tenant"], says: "Name the tenant that calls: --tenant" },
  { args: tenant, says: "There is no token: use --token-url, --audience and --client-id" },
  { args: [...tenant, "--token-url", "http://login.example", "--audience", "a", "--client-id", "c"], says: "must begin with https://" },
  { args: ["--as", "customers"], says: "Allowed choices are workforce, b2c, external-tenant" },
  { args: ["--gate", "suppliers", "--username", "u"], says: "--gate goes with --local" },
  { args: ["--step", "before-sending-token", "--username", "u"], says: "A workforce tenant does not call before-sending-token" },
])("conform exits with 1 for $args", async ({ args, says }) => {
  const { exitCode, stderr } = await gatehouse("entra", "conform", "https://gate.example.com/{step}", ...args);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(says) });
});

it("conform exits with 1 without a token, and simulate exits with 1 for an issuer that the tenant does not accept", async () => {
  const noTokens = await serveEndpoint(() => ({ status: 401, body: { error: "invalid_client", error_description: "AADSTS7000215: kim" } }));
  const args = [...tenant, "--token-url", noTokens.url, "--audience", AUDIENCE, "--client-id", "tester"];
  const examined = await gatehouse("entra", "conform", endpoint.url, ...args, "--step", "both");
  await noTokens.close();
  expect({ exitCode: examined.exitCode, stderr: examined.stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringContaining("The token endpoint gives no token: it answers with status 401 (invalid_client, AADSTS7000215)."),
  });
  writeFileSync(file, JSON.stringify({ issuer: "entra", email: "kim@contoso.com" }));
  const simulated = await gatehouse("simulate", file, "--as", "b2c", "--local", "--data", folder);
  expect({ exitCode: simulated.exitCode, stderr: simulated.stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringContaining("issuer entra is for workforce tenants"),
  });
});
