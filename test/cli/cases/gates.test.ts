import type { GatehouseSettings } from "../../../lib/gatehouse-stack";
import { gatehouse, jsonLines } from "../support";

let settings: GatehouseSettings;
vi.mock("../../../lib/settings", () => ({ settingsIn: () => settings }));
// That a policy is compiled first is for cases.test.ts.
vi.mock("../../../lib/policy-folder/policy-types", () => ({ checkPolicyTypes: () => undefined }));

const tables = "test/cli/policies/tables";
beforeEach(() => {
  settings = { policy: tables, gates: { suppliers: { policy: "test/cli/policies/only-after-sign-in" }, partners: { policy: tables } } };
});

const gatesRun = async (...args: string[]) => [
  ...new Set(
    (jsonLines(await gatehouse("test", "--json", ...args)) as { gate?: string; name?: string }[]).flatMap(({ gate = "default", name }) =>
      name === undefined ? [] : gate,
    ),
  ),
];

describe("test, in an app with gates", () => {
  it.each([
    { args: [], runs: ["default", "suppliers", "partners"] },
    { args: ["--gate", "suppliers"], runs: ["suppliers"] },
    { args: ["--gate", "default"], runs: ["default"] },
    { args: ["--policy", tables], runs: ["default"] },
    { args: ["--policy", tables, "--gate", "suppliers"], runs: ["suppliers"] },
  ])("runs the cases of $runs with $args", async ({ args, runs }) => expect(await gatesRun(...args)).toEqual(runs));

  it("names the gate of each case", async () => {
    const { exitCode, stdout } = await gatehouse("test");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ok {4}no profile \(/m);
    expect(stdout).toMatch(/^ok {4}suppliers: listed \(/m);
  });

  it("says which gate has no cases", async () => {
    settings = { ...settings, gates: { suppliers: { policy: "test/cli/policies/no-cases" } } };
    expect(await gatehouse("test")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("test/cli/policies/no-cases has no cases"),
    });
  });

  it("does not pass by a gate that synth refuses", async () => {
    settings = { ...settings, gates: { suppliers: tables } as never };
    expect(await gatehouse("test")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: 'Gatehouse\'s option gates.suppliers is "test/cli/policies/tables"; it must be an object, { policy: … }.\n',
    });
  });

  it("knows the gates there are", async () => {
    const { stderr } = await gatehouse("test", "--gate", "customers");
    expect(stderr).toContain("There is no gate customers: there are default, suppliers, partners.");
  });
});
