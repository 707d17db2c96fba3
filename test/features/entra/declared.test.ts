import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import { gatehouse, jsonLines } from "../../cli/support";
import { startTenant, type TestTenant } from "./tenant";

const folder = mkdtempSync(join(packageRoot, ".local-test-entra-"));
const userFlows = ["B2X_1_Partner", "B2X_1_Guest", "B2X_1_Suppliers", "B2C_1_Customers"];
let tenant: TestTenant;
let asked: string[] = [];
beforeAll(async () => {
  const onRequest = ({ url }: { url: URL }) => {
    if (url.pathname.endsWith("/devicecode")) asked.push(url.pathname.split("/")[1] as string);
  };
  tenant = await startTenant({ userFlows, watch: { onRequest } }, { gates: ["suppliers"] });
});
afterAll(async () => {
  await tenant.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  asked = [];
});

let files = 0;
/** The option that names a file which declares this. A new one each time: what was loaded from a path once stays loaded. */
function declared(setup: object): readonly string[] {
  const file = join(folder, `entra-${++files}.ts`);
  writeFileSync(file, `export default ${JSON.stringify(setup)};`);
  return ["--setup", file];
}

const policies = "test/cli/policies/assigning";
const three = () =>
  declared({ flows: [{ userFlow: "B2X_1_Partner" }, { userFlow: "B2X_1_Guest" }, { userFlow: "B2X_1_Suppliers", gate: "suppliers" }] });
const linksOf = (flow: string) => {
  const names = Object.fromEntries(tenant.graph.connectors().map(({ id, displayName }) => [id, displayName]));
  return Object.values(tenant.graph.flows()[flow]?.links ?? {}).map((id) => names[id]);
};

it("apply sets up all declared flows, two of them at one gate, and remove takes them away again", async () => {
  const setup = three();
  const gateless = [...setup, "--gate", "default"];
  expect(await tenant.run(["plan", ...gateless])).toMatchObject({
    exitCode: 2,
    stdout: expect.stringContaining("entra apply would make 10 changes"),
  });
  expect(await tenant.run(["apply", ...gateless])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("10 changes made.") });
  const suppliers = [...setup, "--gate", "suppliers", "--policy", policies];
  expect(await tenant.run(["apply", ...suppliers])).toMatchObject({ exitCode: 0, stderr: "" });
  const both = ["Gatehouse after sign-in", "Gatehouse before creating the user"];
  const third = "Gatehouse suppliers before creating the user";
  expect(["B2X_1_Partner", "B2X_1_Guest", "B2X_1_Suppliers"].map(linksOf)).toEqual([both, both, [third]]);
  expect(tenant.graph.connectors().map(({ displayName }) => displayName)).toEqual([...both, third]);
  for (const flows of [gateless, suppliers]) {
    expect(await tenant.run(["apply", ...flows])).toMatchObject({ stdout: expect.stringContaining("Nothing to apply.") });
    expect(tenant.writes()).toEqual([]);
    expect(await tenant.run(["remove", "--yes", ...flows])).toMatchObject({ exitCode: 0, stderr: "" });
  }
  expect(tenant.graph.connectors()).toEqual([]);
});

it("rotates the password of each gate with declared flows, and sends it to each connector once", async () => {
  const flows = [
    { userFlow: "B2X_1_Partner", gate: "suppliers" },
    { userFlow: "B2X_1_Suppliers", gate: "suppliers" },
    { userFlow: "B2C_1_Customers", gate: "suppliers", tenant: "customers.onmicrosoft.com" },
    { externalFlow: "Sign up", gate: "suppliers" },
  ];
  const setup = declared({ flows: flows.slice(0, 2) });
  await tenant.run(["apply", ...setup, "--policy", policies]);
  const ran = await tenant.run(["rotate", ...declared({ flows })]);
  expect(ran).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("sent to Gatehouse suppliers before creating the user") });
  expect(tenant.writes().map(({ method, path }) => [method, path])).toEqual([
    ["PATCH", `/v1.0/identity/apiConnectors/${tenant.graph.connectors()[0]?.id}`],
  ]);
  const external = await tenant.run(["rotate", ...declared({ flows: flows.slice(3) })]);
  expect(external).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Only external tenants are declared") });
  await tenant.run(["remove", "--yes", ...setup, "--policy", policies]);
});

it("keeps connectors that another flow of the gate still uses", async () => {
  const flows = [...three(), "--gate", "default"];
  await tenant.run(["apply", ...flows]);
  const ran = await tenant.run(["remove", "--yes", ...flows, "--user-flow", "B2X_1_Partner"]);
  expect(ran).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("Gatehouse after sign-in stays: B2X_1_Guest calls it, too."),
  });
  expect(tenant.writes().map(({ method }) => method)).toEqual(["PUT", "PUT"]);
  expect([linksOf("B2X_1_Partner"), linksOf("B2X_1_Guest").length, tenant.graph.connectors().length]).toEqual([[], 2, 2]);
  expect(await tenant.run(["remove", "--yes", ...flows])).toMatchObject({ exitCode: 0, stderr: "" });
  expect(tenant.graph.connectors()).toEqual([]);
});

it.each([
  ["--user-flow", "B2X_1_Suppliers"],
  ["--tenant", "contoso.com"],
  ["--user-flow", "Odd", "--kind", "workforce", "--gate", "suppliers", "--tenant", "contoso.com"],
])("rotates the password in all tenants of a gate, even if %s %s is given", async (...chosen) => {
  const customers = { userFlow: "B2C_1_Customers", gate: "suppliers", tenant: "customers.com" };
  const flows = [
    { userFlow: "B2X_1_Suppliers", gate: "suppliers", tenant: "contoso.com" },
    customers,
    { userFlow: "B2X_1_Partner", tenant: "other.com" },
  ];
  const apply = ["--setup", declared({ flows: flows.slice(0, 1) })[1] as string, "--policy", policies];
  await tenant.run(["apply", ...apply]);
  expect(await tenant.run(["rotate", ...declared({ flows }), ...chosen])).toMatchObject({ exitCode: 2 });
  // B2C's connectors are read by the beta version.
  expect(tenant.calls().flatMap(({ method, path }) => (method === "GET" ? [path] : []))).toEqual([
    "/v1.0/identity/apiConnectors",
    "/beta/identity/apiConnectors",
  ]);
  await tenant.run(["remove", "--yes", ...apply]);
});

it("sends the credentials only once to a connector of several flows", async () => {
  const flows = [...three(), "--gate", "default"];
  await tenant.run(["apply", ...flows]);
  await tenant.run(["apply", "--credentials", ...flows]);
  expect(tenant.writes().map(({ method }) => method)).toEqual(["PATCH", "PATCH"]);
  await tenant.run(["remove", "--yes", "--attributes", ...flows]);
});

it("labels each line with its flow and gate", async () => {
  const lines = jsonLines(await tenant.run(["plan", "--json", ...three(), "--policy", policies, "--gate", "suppliers"]));
  expect(lines).toContainEqual(expect.objectContaining({ flow: "B2X_1_Suppliers", gate: "suppliers", action: "create connector" }));
  const { stdout } = await tenant.run(["plan", ...declared({ flows: [{ userFlow: "B2X_1_Partner" }, { userFlow: "B2X_1_Guest" }] })]);
  expect(stdout.split("\n").filter((line) => line.startsWith("B2X"))).toEqual(["B2X_1_Partner", "B2X_1_Guest"]);
});

it("asks a person to sign in once per tenant", async () => {
  const setup = declared({
    tenant: "contoso.com",
    flows: [{ userFlow: "B2X_1_Partner" }, { userFlow: "B2X_1_Guest" }, { userFlow: "B2C_1_Customers", tenant: "customers.com" }],
  });
  const endpoints = ["--endpoint", `graph=${tenant.graph.url}`, "--endpoint", `login=${tenant.graph.url}`];
  const ran = await tenant.run(["plan", "--json", ...setup, ...endpoints]);
  expect({ exitCode: ran.exitCode, asked }).toEqual({ exitCode: 2, asked: ["contoso.com", "customers.com"] });
  expect(
    new Set(jsonLines(ran).map((line) => JSON.stringify([(line as { flow: string }).flow, (line as { tenant: string }).tenant]))),
  ).toEqual(new Set(['["B2X_1_Partner","contoso.com"]', '["B2X_1_Guest","contoso.com"]', '["B2C_1_Customers","customers.com"]']));
  await tenant.run(["plan", ...setup, "--tenant", "Customers.com", ...endpoints]);
  expect(asked).toEqual(["contoso.com", "customers.com", "customers.com"]);
});

describe("command flags beside a declaration", () => {
  it.each([
    { flags: ["--user-flow", "b2x_1_guest"], paths: ["B2X_1_Guest"] },
    { flags: ["--user-flow", "B2X_1_Suppliers", "--policy", policies], paths: ["B2X_1_Suppliers"] },
    { flags: ["--user-flow", "B2C_1_Customers"], paths: ["B2C_1_Customers"] },
    { flags: ["--gate", "default"], paths: ["B2X_1_Partner", "B2X_1_Guest"] },
  ])("select flows: $flags", async ({ flags, paths }) => {
    expect(await tenant.run(["plan", ...three(), ...flags])).toMatchObject({ exitCode: 2, stderr: "" });
    const flows = tenant.calls().flatMap(({ path }) => /UserFlows\/(\w+)\/api/.exec(path)?.[1] ?? []);
    expect(flows).toEqual(paths);
  });

  it.each([
    {
      flags: ["--gate", "nowhere"],
      says: "declares no flow at the gate nowhere: it has B2X_1_Partner; B2X_1_Guest; B2X_1_Suppliers at the gate suppliers.",
    },
    {
      flags: ["--user-flow", "B2X_1_Suppliers", "--gate", "default"],
      says: "declares no flow at the gate default: it has B2X_1_Suppliers at the gate suppliers.",
    },
    { flags: ["--kind", "b2c"], says: "--kind is for a flow that " },
    { flags: ["--policy", "policy"], says: "--policy is the policy of one gate" },
  ])("are refused if they do not fit the declaration: $flags", async ({ flags, says }) => {
    expect(await tenant.run(["plan", ...three(), ...flags])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
    expect(tenant.calls()).toEqual([]);
  });
});

it.each([
  {
    given: "a gate that the deployment does not have",
    setup: { flows: [{ userFlow: "B2X_1_Partner" }, { userFlow: "B2X_1_Guest", gate: "nowhere" }] },
    says: ".ts: There is no gate nowhere: there are default, suppliers.",
  },
  { given: "what is no declaration", setup: { flows: [] }, says: "flows is []; it must be a list of one or more flows" },
])("asks nobody to sign in and makes no call with $given", async ({ setup, says }) => {
  expect(await tenant.run(["apply", ...declared(setup)])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
  expect(tenant.calls()).toEqual([]);
});

it("explains how to name a flow if neither a file nor a flag names one", async () => {
  const { stderr } = await gatehouse("entra", "plan", ...tenant.instance.local);
  expect(stderr).toContain("--user-flow B2X_1_Partner");
  expect(stderr).toContain('export default entraSetup({ flows: [{ userFlow: "B2X_1_Partner" }] });');
  expect(await tenant.run(["plan", "--setup", "nowhere.ts"])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("There is no file nowhere.ts"),
  });
});

describe("self-service sign-up that is off in the tenant", () => {
  const POLICY = "/policies/authenticationFlowsPolicy";
  const two = () => [...declared({ flows: [{ userFlow: "B2X_1_Partner" }, { userFlow: "B2X_1_Guest" }] }), "--policy", policies];
  const turnedOn = () => tenant.writes().filter(({ path }) => path.endsWith(POLICY)).length;
  beforeEach(() => tenant.change(POLICY, "PATCH", { selfServiceSignUp: { isEnabled: false } }));
  afterEach(async () => {
    await tenant.run(["remove", "--yes", ...two()]);
    await tenant.run(["remove", "--yes", "--user-flow", "B2X_1_Suppliers", "--gate", "suppliers", "--policy", policies]);
  });

  it("stays off if turning it on would open a flow that calls no gate", async () => {
    const ran = await tenant.run(["apply", ...two()]);
    expect(ran).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /^By hand: Self-service sign-up is off in the tenant. Turned on, it also opens B2X_1_Suppliers, which calls no gate: connect each/m,
      ),
    });
    expect(ran.stdout).toContain("The lines above say what is left.");
    expect(turnedOn()).toBe(0);
    expect((await tenant.run(["check", ...two()])).stdout).toContain("it also opens B2X_1_Suppliers");
  });

  it("is turned on once the last flow of the run calls its gate", async () => {
    await tenant.run(["apply", "--user-flow", "B2X_1_Suppliers", "--gate", "suppliers", "--policy", policies]);
    expect((await tenant.run(["plan", ...two()])).stdout.match(/^allow sign-up/gm)).toHaveLength(1);
    await tenant.run(["apply", ...two()]);
    expect(turnedOn()).toBe(1);
    expect(tenant.writes().at(-1)?.path).toContain(POLICY);
    expect((await tenant.run(["check", ...two()])).stdout).toMatch(/\nThe tenant is set up as the gate needs it\.\n$/);
  });
});
