import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emptyExternalTenant, type KeptFederatedCredential } from "../../../local/stand-ins/graph/external/stored-objects";
import { jsonLines, roleArn, type TestRoles } from "../../cli/support";
import { type Meddle, startTenant, type TestTenant } from "./tenant";

const ISSUER = "https://1b2c.tokens.sts.global.api.aws";
const AUDIENCE = "api://AzureADTokenExchange";
const TENANT = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";
/** Applications of the tenant, which play those of the functions. */
const [makes = "", rotates = ""] = emptyExternalTenant().applications.map(({ appId }) => appId);
const both: TestRoles = {
  issuer: ISSUER,
  secrets: { approvals: { tenantId: TENANT, clientId: makes }, rotation: { tenantId: TENANT, clientId: rotates } },
};
const one: TestRoles = { issuer: ISSUER, secrets: { approvals: { tenantId: TENANT, clientId: makes } } };
const NAME = "gatehouse-npm-start-eu-west-1-approvals";
const wanted = { name: NAME, issuer: ISSUER, subject: roleArn("approvals"), audiences: [AUDIENCE] };

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

let tenant: TestTenant;
afterEach(() => tenant.close());

async function start(roles: TestRoles = one, options: Parameters<typeof startTenant>[0] = {}): Promise<void> {
  tenant = await startTenant(options, { roles });
}

const path = (appId = makes) => `/applications(appId='${appId}')/federatedIdentityCredentials`;
/** What the application holds, without ids. */
const held = (appId = makes) =>
  (tenant.graph.external().applications.find((each) => each.appId === appId)?.federatedIdentityCredentials ?? []).map(
    ({ name, issuer, subject, audiences }) => ({ name, issuer, subject, audiences }),
  );
const add = (credential: Partial<Omit<KeptFederatedCredential, "id">>, status = 201) =>
  tenant.change(path(), "POST", { ...wanted, ...credential }, status);
/** Writes about federated credentials. */
const writes = () => tenant.writes().filter((call) => call.path.includes("federatedIdentityCredentials"));

it("makes each application trust its role in sequential writes, and then has nothing to do", async () => {
  await start(both);
  const planned = await tenant.run(["plan", "--json"]);
  const lines = jsonLines(planned) as readonly { readonly action?: string }[];
  expect(lines.filter(({ action = "" }) => action.includes("federated"))).toMatchObject([
    { action: "create federated credential", name: NAME, appId: makes, issuer: ISSUER, subject: roleArn("approvals"), audience: AUDIENCE },
    { action: "create federated credential", appId: rotates, subject: roleArn("rotation") },
  ]);
  const applied = await tenant.run(["apply"]);
  expect(applied).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("The functions' sign-in to Microsoft Graph") });
  expect(applied.stdout).toContain("A new federated credential counts only after some minutes");
  expect(writes().map(({ method, path: at, body }) => ({ method, at, body }))).toEqual([
    { method: "POST", at: `/v1.0${path()}`, body: wanted },
    { method: "POST", at: `/v1.0${path(rotates)}`, body: expect.objectContaining({ subject: roleArn("rotation") }) },
  ]);
  expect([held(), held(rotates)]).toEqual([[wanted], [expect.objectContaining({ name: NAME.replace("approvals", "rotation") })]]);
  expect((await tenant.run(["apply"])).stdout).toContain("Nothing to apply.");
  expect(writes()).toEqual([]);
  expect(await tenant.run(["check"])).toMatchObject({ exitCode: 0 });
});

it("waits until Graph shows a change before it writes again", async () => {
  await start(both, { searchLagMs: 5_000 });
  expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 0 });
  const order = tenant.calls().filter((call) => call.path.includes("federatedIdentityCredentials"));
  const [first = 0, second = 0] = order.flatMap(({ method }, index) => (method === "POST" ? [index] : []));
  expect(order.slice(first, second).filter((call) => call.path === `/v1.0${path()}` && call.method === "GET").length).toBeGreaterThan(1);
});

it.each(["before it is made", "after it was made"])(
  "a second apply completes the work if the first was killed at a credential: %s",
  async (when) => {
    await start(both);
    const killing: Meddle = async (_, { method, path: at }, send) => {
      if (method !== "POST" || at !== `/v1.0${path(rotates)}`) return await send();
      if (when === "after it was made") await send();
      throw new Error("killed");
    };
    await tenant.run(["apply"], killing).catch(() => undefined);
    expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 0 });
    expect([held(), held(rotates)]).toMatchObject([[wanted], [{ subject: roleArn("rotation") }]]);
  },
);

describe("a credential", () => {
  it.each([
    { given: "of a role of before", differs: { subject: roleArn("older") }, why: `its subject is ${roleArn("older")}` },
    {
      given: "in other capital letters",
      differs: { subject: roleArn("approvals").toUpperCase() },
      why: "differs in capital letters, which count",
    },
    { given: "for another audience", differs: { audiences: ["api://another"] }, why: "its audience is api://another" },
  ])("is reported by check, and corrected by apply: $given", async ({ differs, why }) => {
    await start();
    await add(differs);
    const checked = await tenant.run(["check"]);
    expect(checked).toMatchObject({ exitCode: 2, stdout: expect.stringContaining(why) });
    await tenant.run(["apply"]);
    expect(writes()).toMatchObject([{ method: "PATCH", body: { issuer: ISSUER, subject: roleArn("approvals"), audiences: [AUDIENCE] } }]);
    expect(held()).toEqual([wanted]);
  });

  it("is reported if it is of another AWS account, and taken over only with --take-over", async () => {
    await start();
    const issuer = "https://another.tokens.sts.global.api.aws";
    await add({ issuer });
    for (const verb of ["check", "plan", "apply"]) {
      const ran = await tenant.run([verb]);
      expect(`${ran.stdout}${ran.stderr}`).toContain(`is of another AWS account (${issuer}, `);
      expect(writes()).toEqual([]);
    }
    await tenant.run(["apply", "--take-over"]);
    expect(held()).toEqual([wanted]);
  });

  it("is left alone if somebody made it by hand under another name", async () => {
    await start();
    await add({ name: "by-hand" });
    expect((await tenant.run(["plan"])).stdout).not.toContain("federated");
  });

  it("blocks the change if it has another name and audience but the role's issuer and subject", async () => {
    await start();
    await add({ name: "by-hand", audiences: ["api://another"] });
    const { exitCode, stderr } = await tenant.run(["apply"]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Nothing was changed.") });
    expect(stderr).toContain("delete it, because Entra takes no second one");
  });

  it("is reported by check if no role needs it", async () => {
    await start();
    await add({ name: NAME.replace("approvals", "arrivals"), subject: roleArn("arrivals") });
    await add({ name: "theirs", subject: "repo:contoso/shop" });
    await tenant.run(["apply"]);
    const { stdout } = await tenant.run(["check"]);
    expect(stdout).toContain(`gatehouse-npm-start-eu-west-1-arrivals of the application ${makes} is unused`);
    expect(stdout).not.toContain("theirs");
  });

  it("is not written if the application already has twenty credentials", async () => {
    await start();
    for (let count = 0; count < 20; count++) await add({ name: `theirs-${count}`, subject: `repo:${count}` });
    const { exitCode, stderr } = await tenant.run(["apply"]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Nothing was changed.") });
    expect(stderr).toContain("has 20 federated credentials, and 1 more would pass Entra's limit of 20");
    expect(tenant.writes()).toEqual([]);
  });
});

it("reports secrets and certificates that the role makes unnecessary", async () => {
  await start();
  await tenant.run(["apply"]);
  const withSecrets: Meddle = async (_, { path: at }, send) => {
    if (!at.includes("$select=id,displayName,passwordCredentials")) return await send();
    const application = (await (await send()).json()) as object;
    const passwordCredentials = [{ displayName: "gate", endDateTime: "2027-05-01T00:00:00Z" }];
    return Response.json({ ...application, passwordCredentials, keyCredentials: [{}] });
  };
  const { exitCode, stdout } = await tenant.run(["check"], withSecrets);
  expect(exitCode).toBe(2);
  expect(stdout).toContain(`The application ${makes} still has the client secret gate, which ends on 2027-05-01`);
  expect(stdout).toContain(`The application ${makes} still has the certificate: its functions sign in by a role`);
});

describe("entra gives instructions", () => {
  it("if AWS signs no tokens for the account yet", async () => {
    await start({ ...one, issuer: undefined });
    const { stdout } = await tenant.run(["plan"]);
    expect(stdout).toContain("By hand: AWS signs no token for this account yet");
    expect(stdout).toContain("aws iam enable-outbound-web-identity-federation");
  });

  it("if neither the secret nor entra.ts names an application", async () => {
    await start({ issuer: ISSUER, secrets: { approvals: {} } });
    expect((await tenant.run(["plan"])).stdout).toContain(
      "the secret approvals holds no clientId yet. Fill the secret in (secrets set approvals)",
    );
    const setup = join(folder, "entra.mjs");
    const flows = [{ userFlow: "B2X_1_Partner" }];
    writeFileSync(setup, `export default ${JSON.stringify({ tenant: TENANT, flows, graphApplications: { approvals: makes } })};`);
    expect((await tenant.run(["plan", "--setup", setup])).stdout).toContain(`${NAME} of ${makes}, ${roleArn("approvals")}`);
  });

  it("if the tenant has no such application", async () => {
    const clientId = "00000000-0000-4000-8000-000000000000";
    await start({ issuer: ISSUER, secrets: { approvals: { tenantId: TENANT, clientId } } });
    expect((await tenant.run(["plan"])).stdout).toContain(`signs in as the application ${clientId}, which the tenant does not have`);
  });

  it("if Graph refuses the read, and still sets up the flows", async () => {
    await start();
    const refusing: Meddle = async (_, { path: at }, send) =>
      at.includes("/applications(") ? new Response('{"error":{"code":"Authorization_RequestDenied"}}', { status: 403 }) : await send();
    const { exitCode, stdout } = await tenant.run(["apply"], refusing);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("By hand: The roles' federated credentials could not be looked at (Authorization_RequestDenied)");
    expect(stdout).toContain("grant the application Application.ReadWrite.All");
    expect((await tenant.run(["check"], refusing)).stdout).toContain("grant the application Application.Read.All");
  });
});

it("leaves the credentials alone if the flows are removed", async () => {
  await start();
  await tenant.run(["apply"]);
  await tenant.run(["remove", "--yes"]);
  expect(held()).toEqual([wanted]);
});
