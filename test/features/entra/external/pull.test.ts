import { existsSync } from "node:fs";
import { join } from "node:path";
import { setupText } from "../../../../features/entra/verbs/pull/pull";
import { packageRoot } from "../../../../lib/app-root";
import { jsonLines } from "../../../cli/support";
import { startTenant, type TestTenant } from "../tenant";

const OTHER = "1e2d3c4b-5a69-4788-9a0b-1c2d3e4f5a6b";
const steps = ["after-sign-in", "before-create-user", "before-sending-token"] as const;
const nowhere = join(packageRoot, ".no-such-entra.ts");

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant({}, { steps }, { flow: ["--external-flow", "Sign up"], policy: "test/cli/policies/claiming" });
});
afterAll(() => tenant.close());

const pull = () => tenant.run(["pull", "--kind", "external-tenant", "--stdout", "--setup", nowhere]);

it("finds no flow that asks the gate in a new tenant", async () => {
  expect(await pull()).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("No user flow calls this deployment") });
});

it("writes the flow that calls the gate, and the applications that are not the gate's own", async () => {
  await tenant.run(["apply", "--grant-consent"]);
  expect(await pull()).toEqual({ exitCode: 0, stderr: "", stdout: setupText({ flows: [{ externalFlow: "Sign up" }] }) });
  expect(tenant.writes()).toEqual([]);
  await tenant.run(["remove", "--yes"]);
  await tenant.run(["apply", "--grant-consent", "--application", OTHER]);
  expect((await pull()).stdout).toBe(setupText({ flows: [{ externalFlow: "Sign up", applications: [OTHER] }] }));
});

it("reads the attributes that the flow's form collects", async () => {
  const { exitCode, stdout, stderr } = await tenant.run(["types", "--stdout"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/flow: "Sign up",\n {6}collects: \["city", "displayName"\]/);
  expect(jsonLines(await tenant.run(["types", "--json"]))).toContainEqual(expect.objectContaining({ name: "city", type: "string" }));
  const unknown = await tenant.run(["types", "--external-flow", "Nowhere"]);
  expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("The tenant has no user flow Nowhere") });
  expect(existsSync(nowhere)).toBe(false);
});
