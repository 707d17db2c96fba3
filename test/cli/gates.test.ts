import { requestId } from "../../features/approvals/request";
import { submit } from "../../features/approvals/transitions";
import { hashOf, person } from "../engine/sign-up/people";
import { asking, kim } from "../features/approvals/requests";
import { record } from "./records";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "./support";

const policy = "policy";
let instance: TestInstance;
beforeAll(async () => {
  const versions = [{ password: "password-of-the-unnamed", stages: ["AWSCURRENT"], hoursAgo: 1 }];
  instance = await startInstance(versions, policy, { gates: ["partners", "suppliers"] });
});
afterAll(() => instance.close());
beforeEach(() => instance.clear());

const run = (...args: string[]) => gatehouse(...args, ...instance.local);

describe("an unknown gate", () => {
  it.each([
    ["entra", "credentials", "show", "--gate", "customers"],
    ["decisions", "--gate", "customers"],
    ["approvals", "list", "--gate", "customers"],
    ["list", "show", "--gate", "customers"],
    ["why", "kim@contoso.com", "--gate", "customers"],
    ["preview", "--policy", policy, "--gate", "customers"],
    ["entra", "conform", "--gate", "customers"],
  ])("is reported with the list of known gates: %s %s", async (...args) => {
    const { exitCode, stderr } = await run(...args);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining("There is no gate customers: there are default, partners, suppliers."),
    });
  });

  it("is reported beside the entry by list add", async () => {
    const { exitCode, stderr } = await run("list", "add", "contoso.com", "--effect", "allow", "--gate", "suppliers,customers");
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining("contoso.com: there is no gate customers: there are default, partners, suppliers."),
    });
  });

  it("is also reported by gatehouse test, which knows only the gates of settings.ts", async () => {
    const { exitCode, stderr } = await gatehouse("test", "--gate", "customers");
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining("There is no gate customers: the only one is default."),
    });
  });
});

describe("credentials --gate", () => {
  it("shows one gate's credentials, and at which steps Entra has used them", async () => {
    await instance.seen("new", "before-create-user");
    const before = jsonLines(await run("entra", "credentials", "show", "--gate", "suppliers", "--json"));
    expect(before).toEqual([
      expect.objectContaining({ username: "entra-suppliers", password: "password-of-suppliers", notSeenAt: ["before-create-user"] }),
    ]);
    await instance.seen("new", "suppliers/before-create-user");
    expect(jsonLines(await run("entra", "credentials", "show", "--gate", "suppliers", "--json"))).toEqual([
      expect.objectContaining({ notSeenAt: [] }),
    ]);
    for (const args of [[], ["--gate", "default"]])
      expect(jsonLines(await run("entra", "credentials", "show", "--json", ...args))).toMatchObject([
        { password: "password-of-the-unnamed" },
      ]);
  });

  it("rotates one gate's credentials", async () => {
    const [{ password }] = jsonLines(await run("entra", "credentials", "rotate", "--gate", "partners", "--force", "--json")) as [
      { password: string },
    ];
    expect(jsonLines(await run("entra", "credentials", "show", "--gate", "partners", "--json"))).toMatchObject([
      { username: "entra-partners", password },
    ]);
    expect(jsonLines(await run("entra", "credentials", "show", "--json"))).toMatchObject([{ password: "password-of-the-unnamed" }]);
  });
});

describe("a list row limited to some gates", () => {
  it("is added, shown and counted at its gates", async () => {
    await run("list", "add", "contoso.com", "--effect", "allow", "--gate", "Suppliers,default");
    await run("list", "add", "fabrikam.com", "--effect", "allow", "--gate", "partners");
    await run("list", "add", "litware.com", "--effect", "deny");
    const { stdout } = await run("list", "show");
    const lines = stdout.split("\n").map((line) => line.split(/ {2,}/));
    expect(lines[0]?.slice(0, 4)).toEqual(["ENTRY", "EFFECT", "STATE", "ISSUER"]);
    expect(stdout).toMatch(/contoso\.com +allow +live +default suppliers/);
    const entriesAt = async (gate: string) =>
      (jsonLines(await run("list", "show", "--gate", gate, "--json")) as { entry: string }[]).map(({ entry }) => entry);
    expect(await entriesAt("suppliers")).toEqual(["contoso.com", "litware.com"]);
    expect(await entriesAt("partners")).toEqual(["fabrikam.com", "litware.com"]);
    expect(await entriesAt("default")).toEqual(["contoso.com", "litware.com"]);
  });

  it("counts only at its gates in list check and explain", async () => {
    await run("list", "add", "contoso.com", "--effect", "allow", "--gate", "suppliers");
    const atGate = await run("list", "check", "kim@contoso.com", "--gate", "suppliers", "--policy", policy);
    expect(atGate).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("at the gate suppliers") });
    const elsewhere = await run("list", "check", "kim@contoso.com", "--policy", policy);
    expect(elsewhere).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("it counts only at the gates suppliers") });
    expect(await run("why", "kim@contoso.com", "--gate", "suppliers", "--policy", policy)).toMatchObject({ exitCode: 0 });
    expect(await run("why", "kim@contoso.com", "--policy", policy)).toMatchObject({ exitCode: 2 });
  });

  it("is reported by list lint if it names an unknown gate", async () => {
    await instance.putRow({ entry: "contoso.com", effect: "allow", gates: "supliers" });
    await instance.putRow({ entry: "fabrikam.com", effect: "allow", gates: "suppliers, customers" });
    const found = jsonLines(await run("list", "lint", "--json")) as { kind: string; entry: string; why: string }[];
    expect(found.toSorted((a, b) => (a.entry < b.entry ? -1 : 1))).toEqual([
      { kind: "unknown gate", entry: "contoso.com", why: "there is no gate supliers; it counts nowhere" },
      { kind: "unknown gate", entry: "fabrikam.com", why: "there is no gate customers" },
    ]);
  });
});

it("decisions show their gate, and can be filtered by it", async () => {
  await instance.decisions.keep(record("kim", 1), 90);
  await instance.decisions.keep(record("lee", 2, { gate: "suppliers" }), 90);
  expect((await run("decisions")).stdout).toMatch(/^GATE .*\ndefault .*kim@.*\nsuppliers .*lee@/);
  const at = async (gate: string) => (jsonLines(await run("decisions", "--gate", gate, "--json")) as { id: string }[]).map(({ id }) => id);
  expect([await at("default"), await at("suppliers"), await at("partners")]).toEqual([["kim"], ["lee"], []]);
  expect((await run("decisions", "show", "K7QD-9MXD")).stdout).toMatch(/Gate +suppliers/);
});

it("preview replays the decisions of one gate", async () => {
  await instance.decisions.keep(record("mina", 1, { gate: "partners" }), 90);
  const read = async (...args: string[]) =>
    (jsonLines(await run("preview", "--policy", policy, "--json", ...args)) as { counts: Record<string, number> }[])[0]?.counts;
  const sum = (counts: Record<string, number> = {}) => Object.values(counts).reduce((total, count) => total + count, 0);
  expect(sum(await read("--gate", "partners"))).toBe(1);
  expect(sum(await read("--gate", "suppliers"))).toBe(1);
});

it("requests show their gate, and can be filtered by it", async () => {
  for (const signUp of [kim, person({ ...kim, gate: "suppliers" })])
    await instance.approvals.change(requestId(signUp, hashOf), (stored) => submit(stored, asking({ signUp }), new Date()));
  expect((await run("approvals", "list")).stdout).toMatch(/GATE.*suppliers/s);
  const at = async (gate: string) =>
    (jsonLines(await run("approvals", "list", "--gate", gate, "--json")) as { gate?: string }[]).map(({ gate }) => gate);
  expect([await at("default"), await at("suppliers"), await at("partners")]).toEqual([[undefined], ["suppliers"], []]);
});
