import { seenPasswords } from "../../../adapters/tables/seen-passwords";
import { jsonLines } from "../../cli/support";
import { startTenant, type TestTenant } from "../entra/tenant";

// The gate suppliers was rotated two hours ago: its version is called new.
const gate = ["--gate", "suppliers", "--policy", "test/cli/policies/assigning"];
let tenant: TestTenant;
beforeEach(async () => {
  tenant = await startTenant({}, { gates: ["suppliers"] });
});
afterEach(() => tenant.close());

it("rotate continues a rotation, and ends it once a call has shown the new password", async () => {
  await tenant.run(["apply", ...gate]);
  const unproven = await tenant.run(["rotate", ...gate]);
  expect(unproven).toMatchObject({ exitCode: 2, stderr: "" });
  expect(unproven.stdout).toMatch(
    /^suppliers: sent to Gatehouse suppliers.*\nsuppliers: The rotation of 20.* has not ended: this goes on with it\.\n/,
  );
  expect(unproven.stdout).toContain("No call has shown the new password at suppliers/before-create-user.");
  const [connector] = tenant.graph.connectors();
  const basic = { "@odata.type": "#microsoft.graph.basicAuthentication", username: "entra-suppliers", password: "password-of-suppliers" };
  // What a later version of Graph may keep beside it is not written back.
  expect(tenant.writes()).toEqual([
    { method: "PATCH", path: `/v1.0/identity/apiConnectors/${connector?.id}`, body: { authenticationConfiguration: basic } },
  ]);

  await tenant.instance.seen("new", "suppliers/before-create-user");
  const ended = await tenant.run(["rotate", "--json", ...gate]);
  expect(ended.exitCode).toBe(0);
  expect(jsonLines(ended)).toEqual([{ gate: "suppliers", does: "dropped" }]);
  expect(tenant.writes()).toEqual([]);
  expect((await tenant.run(["check", ...gate])).exitCode).toBe(0);
});

it("rotate keeps a password that was shown just now", async () => {
  await tenant.run(["apply", ...gate]);
  await tenant.instance.seen("new", "suppliers/before-create-user");
  const ledger = seenPasswords({ client: tenant.instance.dynamodb.client, name: "ledger", key: ["id"] });
  await ledger.addPrevious("new", "suppliers/before-create-user", new Date(Date.now() - 15 * 60_000));
  const ran = await tenant.run(["rotate", ...gate]);
  expect(ran).toMatchObject({
    exitCode: 2,
    stdout: expect.stringMatching(/The one before was shown at 20.*Z\. It ends by itself at 20/),
  });
  await ledger.addPrevious("new", "suppliers/before-create-user", new Date(Date.now() - 16 * 60_000));
  expect(await tenant.run(["rotate", ...gate])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("is dropped"),
  });
});

it("rotate prints no password", async () => {
  await tenant.run(["apply", ...gate]);
  const ran = await Promise.all([["--json"], []].map((json) => tenant.run(["rotate", ...json, ...gate])));
  for (const { stdout, stderr } of ran) expect(stdout + stderr).not.toContain("password-of");
});

describe("rotate reports the cause and changes nothing", () => {
  it.each([
    { given: "nobody calls the gate", prepare: [], args: gate, says: "No API connector of the tenant calls the gate suppliers, at http" },
    { given: "a gate that is not there", prepare: [], args: ["--gate", "nowhere"], says: "There is no gate nowhere" },
  ])("if $given", async ({ args, says }) => {
    expect(await tenant.run(["rotate", ...args])).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining(says) });
  });

  it("if Graph refuses its sign-in", async () => {
    await tenant.run(["apply"]);
    const forbidden = new Response(JSON.stringify({ error: { code: "Forbidden" } }), { status: 403 });
    const ran = await tenant.run(["rotate"], async () => forbidden.clone());
    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("APIConnectors.ReadWrite.All") });
    expect((await tenant.run(["check"])).exitCode).toBe(0);
  });
});
