import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cloudNames, entraClouds, findCloud } from "../../../adapters/graph/clouds";
import { packageRoot } from "../../../lib/app-root";
import { startTenant, type TestTenant } from "./tenant";

const folder = mkdtempSync(join(packageRoot, ".local-test-clouds-"));
let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(async () => {
  await tenant.close();
  rmSync(folder, { recursive: true });
});

let files = 0;
const setupOf = (setup: object) => {
  // A file is loaded once.
  const file = join(folder, `entra-${files++}.ts`);
  writeFileSync(file, `export default ${JSON.stringify(setup)};`);
  return ["--setup", file];
};
const workforce = { userFlow: "B2X_1_Partner" };
const external = { externalFlow: "Sign up" };
const NO_CONNECTORS = "Graph has no apiConnector and no b2xIdentityUserFlow in the cloud";
const NO_EXTENSIONS = "Graph has no customAuthenticationExtension and no onAttributeCollection… in the cloud";

const refused = [
  ...cloudNames.filter((name) => name !== "global").map((cloud) => ({ cloud, kind: "external", flow: external, says: NO_EXTENSIONS })),
  ...cloudNames
    .filter((name) => name !== "global" && name !== "china")
    .map((cloud) => ({ cloud, kind: "workforce", flow: workforce, says: NO_CONNECTORS })),
];

it.each(refused)("apply refuses a $kind flow in $cloud by name, and makes no call to the tenant", async ({ cloud, flow, says }) => {
  for (const setup of [{ cloud, flows: [flow] }, { flows: [{ ...flow, cloud }] }]) {
    const ran = await tenant.run(["apply", ...setupOf(setup)]);
    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`${says} ${cloud}: the flow`) });
    expect(tenant.calls()).toEqual([]);
  }
});

it.each(["global", "china"] as const)("apply sets up a workforce flow in %s", async (cloud) => {
  expect(await tenant.run(["apply", "--policy", "test/cli/policies/assigning", ...setupOf({ cloud, flows: [workforce] })])).toMatchObject({
    exitCode: 0,
    stderr: "",
  });
});

it("uses the cloud of the flow rather than that of the setup", async () => {
  const setup = setupOf({ cloud: "global", flows: [{ ...workforce, cloud: "us-government" }] });
  expect(await tenant.run(["plan", ...setup])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("the cloud us-government") });
});

it("each cloud with published addresses has its own addresses and audience", () => {
  for (const cloud of Object.values(entraClouds)) {
    expect(new URL(cloud.graph).protocol + new URL(cloud.login).protocol).toBe("https:https:");
    expect(cloud.audience).toMatch(/^api:\/\/AzureADTokenExchange/);
  }
  expect(findCloud("bleu")).toBeUndefined();
});
