import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../../lib/app-root";
import { registered, startTenant, type TestTenant } from "../tenant";

const folder = mkdtempSync(join(packageRoot, ".local-test-entra-"));
const setup = join(folder, "entra.ts");
writeFileSync(
  setup,
  `export default ${JSON.stringify({
    flows: [{ externalFlow: "Sign up" }, { externalFlow: "Partners" }, { externalFlow: "Suppliers", gate: "suppliers" }],
  })};`,
);
const steps = ["after-sign-in", "before-create-user"] as const;
let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant({}, { steps: [...steps], gates: ["suppliers"] });
  const create = async (displayName: string) =>
    await tenant.change(
      "/identity/authenticationEventsFlows",
      "POST",
      { "@odata.type": "#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow", displayName },
      201,
    );
  await create("Partners");
  await create("Suppliers");
});
afterAll(async () => {
  await tenant.close();
  rmSync(folder, { recursive: true });
});

const called = () => {
  const { extensions, eventsFlows } = tenant.graph.external();
  const nameOf = (id: string | undefined) => extensions.find((each) => each.id === id)?.displayName;
  return eventsFlows.map(({ displayName, onAttributeCollectionSubmit: handler }) => [displayName, nameOf(handler?.customExtension.id)]);
};

it("sets up and removes two flows of one gate and one flow of another with one app registration", async () => {
  const gateless = ["--setup", setup, "--gate", "default"];
  const suppliers = ["--setup", setup, "--gate", "suppliers", "--policy", "test/cli/policies/assigning"];
  expect(await tenant.run(["apply", "--grant-consent", ...gateless])).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await tenant.run(["apply", ...suppliers])).toMatchObject({ exitCode: 0, stderr: "" });
  expect(registered(tenant)).toHaveLength(1);
  const both = "Gatehouse attribute collection submit";
  expect(called()).toEqual([
    ["Sign up", both],
    ["Partners", both],
    ["Suppliers", "Gatehouse suppliers attribute collection submit"],
  ]);
  expect(tenant.graph.external().extensions.map(({ endpointConfiguration }) => endpointConfiguration.targetUrl)).toEqual([
    "http://127.0.0.1:1/attribute-collection-start",
    "http://127.0.0.1:1/attribute-collection-submit",
    "http://127.0.0.1:1/suppliers/attribute-collection-submit",
  ]);
  for (const flows of [gateless, suppliers]) {
    expect(await tenant.run(["apply", ...flows])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Nothing to apply.") });
    expect(tenant.writes()).toEqual([]);
  }
  expect(await tenant.run(["remove", "--yes", ...gateless])).toMatchObject({ exitCode: 0, stderr: "" });
  expect(registered(tenant)).toHaveLength(1);
  expect(tenant.graph.external()).toMatchObject({
    extensions: [{ displayName: expect.stringContaining("suppliers") }],
  });
  expect(await tenant.run(["remove", "--yes", ...suppliers])).toMatchObject({ exitCode: 0, stderr: "" });
  expect(tenant.graph.external()).toMatchObject({ extensions: [] });
  expect(registered(tenant)).toEqual([]);
});
