import { readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import type { Instance } from "../../../local/data/instance";
import { sampleCalls } from "../../../local/terminal/sample-calls";
import { type Welcome, welcomeText } from "../../../local/terminal/welcome";

const extension = { url: "http://127.0.0.1:7075", tokenUrl: "http://127.0.0.1:1/token", tenantId: "t", audience: "a" };
const instance = {
  apiUrl: "http://127.0.0.1:7071",
  username: "entra",
  password: "secret",
  aws: {},
  tables: {},
  eventsFile: "e",
  data: "/tmp/mine",
  extension,
};
const suppliers = { apiUrl: "http://127.0.0.1:7071/suppliers", username: "entra-suppliers", password: "theirs" };

const calls = [{ email: "kim@contoso.com" }, { email: "o'hara@contoso.com" }];
const welcome = (more: Partial<Instance>, ...paths: string[]) => welcomeIn({ totalMs: 3_000, buildMs: undefined }, more, ...paths);
const welcomeIn = (took: Welcome["took"], more: Partial<Instance>, ...paths: string[]) =>
  welcomeText({
    instance: { ...instance, ...more } as unknown as Instance,
    paths,
    tryAt: "/before-create-user",
    calls,
    policy: "samples/policies/tokens",
    warnings: [],
    samplesLoaded: undefined,
    ephemeral: true,
    took,
  });

it.each([
  { took: { totalMs: 3_900, buildMs: 2_000 }, says: undefined },
  { took: { totalMs: 6_040, buildMs: undefined }, says: "The start took 6.0 s." },
  {
    took: { totalMs: 12_300, buildMs: 9_100 },
    says: "The start took 12.3 s, of which building took 9.1 s. The next start builds only if something has changed.",
  },
])("the welcome says which part of a slow start took the time: $took", ({ took, says }) => {
  const [line] = /^The start took.*$/m.exec(welcomeIn(took, {}, "/before-create-user")) ?? [];
  expect(line).toBe(says);
});

it("the welcome shows each gate's credentials, and suggests a call to the default gate", () => {
  const text = welcome({ gates: { suppliers } as never }, "/before-create-user", "/suppliers/before-create-user");
  expect(text).toMatch(/Password +secret\n\n +Gate suppliers +\/suppliers\/…\n +User name +entra-suppliers\n +Password +theirs\n/);
  expect(text).toMatch(/curl -u 'entra:secret' .*\n.*7071\/before-create-user\n/);
});

it("the welcome ends with the simulator and the console, and names each once", () => {
  const text = welcome({ simulatorUrl: "http://127.0.0.1:7073/?key=k", consoleUrl: "http://127.0.0.1:7072/" }, "/before-create-user");
  const pages = "Simulator, click a person to sign them up: http://127.0.0.1:7073/?key=k\nOperator console: http://127.0.0.1:7072/\n";
  expect(text).toMatch(/^\nGatehouse runs on this machine[^\n]*\n\n/);
  expect(text.split(pages).map((each) => each.trim().split("\n").length)).toEqual([expect.any(Number), 1]);
});

it("the welcome does not mention gates if there is only one", () => expect(welcome({}, "/before-create-user")).not.toMatch(/^ *Gate /m));

it("the welcome fits one screen, and its commands reach this run", () => {
  const text = welcome({}, "/after-sign-in", "/before-create-user", "/before-sending-token");
  expect(text.split("\n").length).toBeLessThan(40);
  expect(text.match(/--local.*/g)).toEqual(Array(3).fill("--local --data '/tmp/mine'"));
});

it("the welcome names the policy, and suggests a call to the step that decides, not to the last step", () => {
  const text = welcome({}, "/before-create-user", "/before-sending-token");
  expect(text).toContain("with the policy samples/policies/tokens.");
  expect(text).toContain("Two sign-ups to try. The policy and the tables decide about each:\n");
  expect(text).not.toMatch(/curl[^\n]*\\\n[^\n]*before-sending-token/);
  expect(text).toContain(`-d '{"email":"o'\\''hara@contoso.com"}' http://127.0.0.1:7071/before-create-user`);
});

describe("the suggested calls", () => {
  const of = (folder: string, step = "before-create-user" as const) => sampleCalls(join(packageRoot, folder), step);
  const listed = [{ email: "kim@contoso.com" }, { email: "blocked@contoso.com" }];

  it("use two people of the shipped list for the shipped policy", async () => expect(await of("policy")).toEqual(listed));

  it("use the cases of any other policy", async () => {
    expect(await of("samples/policies/services")).toEqual([
      { email: "kim@contoso.com", extension_PartnerNumber: "P-118003", ui_locales: "en" },
      { email: "kim@contoso.com", extension_PartnerNumber: "P-118004", ui_locales: "en" },
    ]);
  });

  it("use two people of the list if a policy has no suitable cases", async () => {
    for (const folder of ["test/end-to-end/policies/shadows", "nowhere"]) expect(await of(folder)).toEqual(listed);
  });

  it.each(
    readdirSync(join(packageRoot, "samples", "policies"), { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? each.name : [])),
  )("have different outcomes: %s", async (sample) => {
    for (const step of ["after-sign-in", "before-create-user"] as const) {
      const [first, second, ...more] = await sampleCalls(join(packageRoot, "samples", "policies", sample), step);
      expect(first).not.toEqual(second);
      expect(more).toEqual([]);
    }
  });
});
