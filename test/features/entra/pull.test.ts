import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setupText } from "../../../features/entra/verbs/pull/pull";
import type { EntraSetup } from "../../../index";
import { packageRoot } from "../../../lib/app-root";
import { jsonLines } from "../../cli/support";
import { startTenant, type TestTenant } from "./tenant";

const folder = mkdtempSync(join(packageRoot, ".local-test-entra-"));
let tenant: TestTenant;
beforeAll(async () => {
  const userFlows = ["B2X_1_Partner", "B2X_1_Guest", "B2X_1_Suppliers", "B2X_1_Other", "B2C_1_Customers"];
  tenant = await startTenant({ userFlows }, { gates: ["suppliers", "agents"] });
});
afterAll(async () => {
  await tenant.close();
  rmSync(folder, { recursive: true });
});

let files = 0;
/** A new one each time: what was loaded from a path once stays loaded. */
function newFile(text?: string): string {
  const file = join(folder, `entra-${++files}.ts`);
  if (text !== undefined) writeFileSync(file, text);
  return file;
}

const declared: EntraSetup = {
  tenant: "contoso.com",
  flows: [
    { userFlow: "B2X_1_Guest" },
    { userFlow: "B2X_1_Partner" },
    { userFlow: "B2X_1_Suppliers", gate: "suppliers" },
    { userFlow: "B2C_1_Customers", gate: "agents", tenant: "customers.com" },
  ],
};

async function apply(setup: EntraSetup): Promise<void> {
  for (const gate of new Set(setup.flows.map((flow) => flow.gate ?? "default"))) {
    const options = ["--setup", newFile(setupText(setup)), "--gate", gate, "--policy", "test/cli/policies/assigning"];
    expect(await tenant.run(["apply", ...options])).toMatchObject({ exitCode: 0, stderr: "" });
  }
}

describe("pull from a tenant that was set up as declared", () => {
  beforeAll(() => apply(declared));

  it("writes the same declaration, in whatever order the file listed the flows", async () => {
    const turned = { ...declared, flows: [...declared.flows.slice(0, 3).reverse(), ...declared.flows.slice(3)] };
    const file = newFile(setupText(turned));
    expect(await tenant.run(["pull", "--setup", file, "--force"])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(tenant.writes()).toEqual([]);
    expect(readFileSync(file, "utf8")).toBe(setupText(declared));
    const again = await tenant.run(["pull", "--setup", newFile(setupText(declared))]);
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("nothing to write") });
  });

  it("writes a new file for the tenant and kind that the options name", async () => {
    const file = newFile();
    const ran = await tenant.run(["pull", "--setup", file, "--tenant", "customers.com", "--kind", "b2c"]);
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("declares 1 flow.") });
    expect(readFileSync(file, "utf8")).toBe(
      setupText({ tenant: "customers.com", flows: [{ userFlow: "B2C_1_Customers", gate: "agents" }] }),
    );
  });

  it("leaves a file with other content alone without --force", async () => {
    const text = setupText({ flows: [{ userFlow: "B2X_1_Guest" }] });
    const file = newFile(text);
    const ran = await tenant.run(["pull", "--setup", file]);
    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--force overwrites the file") });
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("prints the declaration as a file or as lines of JSON, and writes nothing", async () => {
    const file = newFile();
    const printed = await tenant.run(["pull", "--stdout", "--setup", file]);
    expect(printed.stdout).toBe(
      setupText({
        flows: [{ userFlow: "B2X_1_Guest" }, { userFlow: "B2X_1_Partner" }, { userFlow: "B2X_1_Suppliers", gate: "suppliers" }],
      }),
    );
    const lines = jsonLines(await tenant.run(["pull", "--json", "--setup", file]));
    expect(lines).toEqual([{ userFlow: "B2X_1_Guest" }, { userFlow: "B2X_1_Partner" }, { userFlow: "B2X_1_Suppliers", gate: "suppliers" }]);
    expect(existsSync(file)).toBe(false);
  });

  it("reports settings that the file cannot declare", async () => {
    const [first] = tenant.graph.connectors();
    await tenant.change(`/identity/apiConnectors/${first?.id}`, "PATCH", { targetUrl: "http://127.0.0.1:1/gone/after-sign-in" });
    const suppliers = tenant.graph.connectors().find(({ displayName }) => displayName.includes("suppliers"));
    const address = { "@odata.id": `${tenant.graph.url}/v1.0/identity/apiConnectors/${suppliers?.id}` };
    const { stderr, stdout } = await tenant.run(["pull", "--stdout", "--setup", newFile()]);
    expect(stderr.trim().split("\n")).toEqual([
      "B2X_1_Partner calls http://127.0.0.1:1/gone/after-sign-in at postFederationSignup, where no gate of this deployment answers.",
      "B2X_1_Guest calls http://127.0.0.1:1/gone/after-sign-in at postFederationSignup, where no gate of this deployment answers.",
    ]);
    expect(stdout).toContain("B2X_1_Partner");
    await tenant.change("/identity/b2xUserFlows/B2X_1_Guest/apiConnectorConfiguration/postFederationSignup/$ref", "PUT", {});
    await tenant.change(`/identity/apiConnectors/${first?.id}`, "PATCH", { targetUrl: "http://127.0.0.1:1/after-sign-in" });
    await tenant.change("/identity/b2xUserFlows/B2X_1_Partner/apiConnectorConfiguration/postAttributeCollection/$ref", "PUT", address);
    const mixed = await tenant.run(["pull", "--stdout", "--setup", newFile()]);
    expect(mixed.stderr.trim()).toBe("B2X_1_Partner asks several gates, default and suppliers: only suppliers is declared.");
    expect(mixed.stdout).toContain('{ userFlow: "B2X_1_Partner", gate: "suppliers" }');
  });
});

it("writes nothing if no flow calls this deployment", async () => {
  const file = newFile();
  const empty = await startTenant();
  try {
    const ran = await empty.run(["pull", "--setup", file]);
    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("No user flow calls this deployment (127.0.0.1:1)") });
  } finally {
    await empty.close();
  }
  expect(existsSync(file)).toBe(false);
});

it("fails if the file cannot be written", async () => {
  const ran = await tenant.run(["pull", "--setup", join(folder, "no-such-folder", "entra.ts")]);
  expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("cannot be written (ENOENT)") });
});

const GUID = "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33";
const setups: readonly EntraSetup[] = [
  declared,
  { flows: [{ userFlow: "B2X_1_Partner" }] },
  { flows: [{ userFlow: "B2X_1_Suppliers", gate: "suppliers" }] },
  {
    flows: [
      { userFlow: "B2X_1_Suppliers", gate: "suppliers" },
      { userFlow: "Old", kind: "b2c" },
    ],
  },
  { flows: [{ externalFlow: `Sign "up" \\ o'clock`, applications: [GUID] }, { userFlow: "B2X_1_Partner" }] },
  { tenant: GUID, flows: [..."abcdefgh"].map((letter) => ({ userFlow: `B2X_1_${letter.repeat(12)}` })) },
];

const run = (command: string, args: readonly string[]) =>
  execFileSync(process.execPath, [join(packageRoot, "node_modules", command), ...args], { encoding: "utf8", cwd: packageRoot });

it("writes the file as the formatter leaves it", () => {
  const texts = setups.map((setup) => setupText(setup));
  const written = texts.map((text) => newFile(text));
  const settings = ["--vcs-enabled=false", "--write"];
  expect(run("@biomejs/biome/bin/biome", ["format", ...settings, ...written])).toContain(`Formatted ${setups.length} files`);
  expect(written.map((file) => readFileSync(file, "utf8"))).toEqual(texts);
});

it("writes a file that compiles", () => {
  const written = setups.map((setup) => newFile(setupText(setup)));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../tsconfig.json", files: written, include: [] }));
  expect(run("typescript/bin/tsc", ["--singleThreaded", "--project", folder])).toBe("");
});
