import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import { type Instance, writeInstance } from "../../../local/data/instance";
import { gatehouse, jsonLines } from "../../cli/support";
import { CONTINUE, type Reply, serveEndpoint, USER, vacantUrl, wellKept } from "../../simulator/endpoint";
import { usersNode } from "../../support/users-node";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-simulate-"));
const file = join(folder, "person.json");
const kim = { issuer: "google.com", email: "kim@contoso.com", claims: { displayName: "Kim" } };
let reply: Reply;
let endpoint: Awaited<ReturnType<typeof serveEndpoint>>;

beforeAll(async () => {
  endpoint = await serveEndpoint(wellKept(() => reply));
});
afterAll(async () => {
  await endpoint.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  reply = { body: CONTINUE };
  endpoint.received.length = 0;
  writeFileSync(file, JSON.stringify(kim));
  process.env.GATEHOUSE_PASSWORD = USER.password;
});
afterEach(() => {
  delete process.env.GATEHOUSE_PASSWORD;
});

const simulate = (...args: string[]) => gatehouse("simulate", file, `${endpoint.url}/{step}`, "--username", USER.username, ...args);

describe("gatehouse simulate", () => {
  it("shows each step, and the account", async () => {
    reply = { body: { ...CONTINUE, surname: "Kim", city: "Lyon" } };
    expect((await simulate()).stdout).toBe(
      [
        "after-sign-in: Entra shows the form; prefilled: surname; dropped, not in the flow: city",
        "before-create-user: Entra creates the account; changed: surname; dropped, not in the flow: city",
        'The account is created: {"displayName":"Kim","surname":"Kim"}',
        "",
      ].join("\n"),
    );
    const { exitCode, stdout, stderr } = await simulate("--verbose");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(`after-sign-in  POST ${endpoint.url}/after-sign-in\n  request   {"email":"kim@contoso.com"`);
    expect(stdout).toContain("shows the form; prefilled: surname; dropped, not in the flow: city\n");
    expect(stdout).toContain('The account is created: {"displayName":"Kim","surname":"Kim"}\n');
    expect(stdout).not.toContain(USER.password);
  });

  it.each<{ given: Reply; exitCode: number; outcome: string; calls: number }>([
    { given: { body: CONTINUE }, exitCode: 0, outcome: "created", calls: 2 },
    { given: { body: { version: "1", action: "ShowBlockPage", userMessage: "No." } }, exitCode: 2, outcome: "blocked", calls: 1 },
    { given: { body: { ...CONTINUE, city: null } }, exitCode: 3, outcome: "created", calls: 2 },
    { given: { body: { version: "1", action: "Allow" } }, exitCode: 3, outcome: "error", calls: 1 },
    { given: { status: 503 }, exitCode: 3, outcome: "error", calls: 1 },
  ])("exits with $exitCode if the answer is $given, and prints one line of JSON", async ({ given, exitCode, outcome, calls }) => {
    reply = given;
    const ran = await simulate("--json");
    expect(ran.exitCode).toBe(exitCode);
    expect(jsonLines(ran)).toEqual([expect.objectContaining({ outcome })]);
    expect(endpoint.received).toHaveLength(calls);
    expect(ran.stdout).not.toContain(USER.password);
  });

  it("signs up a saved person in the tenant of their file, unless --as names another", async () => {
    writeFileSync(file, JSON.stringify({ ...kim, title: "Allowed: by the list", tenant: "b2c", gate: "suppliers" }));
    const stepsSent = () => endpoint.received.map(({ body }) => (JSON.parse(body) as { step?: string }).step);
    expect(await simulate()).toMatchObject({ exitCode: 0, stderr: "" });
    expect(stepsSent()).toEqual(["PostFederationSignup", "PostAttributeCollection"]);
    endpoint.received.length = 0;
    expect(await simulate("--as", "workforce")).toMatchObject({ exitCode: 0 });
    expect(stepsSent()).toEqual([undefined, undefined]);
    writeFileSync(file, JSON.stringify({ ...kim, tenant: "saml" }));
    const { exitCode, stderr } = await simulate();
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("tenant must be one of workforce, b2c, external-tenant")]);
  });

  it("asks again if the form is invalid", async () => {
    reply = { status: 400, body: { version: "1", action: "ValidationError", status: 400, userMessage: "Five digits.\u001b[2J" } };
    const { exitCode, stdout } = await simulate("--step", "before-create-user");
    expect(exitCode).toBe(2);
    expect(stdout).toContain("shows above the form: Five digits.\\u001b[2J\n");
  });

  it("reads the password from standard input", async () => {
    const url = `${await vacantUrl()}/{step}`;
    // In another process: the endpoint is in this one, and would not get to answer.
    const args = ["simulate", file, url, "--username", "entra", "--password-stdin", "--json"];
    const { status, stdout } = spawnSync(usersNode, ["--import", "./bin/typescript.mjs", "bin/entra-gatehouse.ts", ...args], {
      cwd: packageRoot,
      encoding: "utf8",
      input: "secret\n",
      env: { PATH: process.env.PATH },
    });
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ visits: [{ attempts: [{ failure: "ECONNREFUSED" }] }] });
  });

  it("finds a running npm start, and the steps of its policy", async () => {
    const steps = ["after-sign-in", "before-create-user", "before-sending-token"] as const;
    writeInstance({ pid: process.pid, apiUrl: endpoint.url, ...USER, steps, data: folder } as unknown as Instance, folder);
    const { exitCode } = await gatehouse("simulate", file, "--local", "--data", folder);
    expect(exitCode).toBe(0);
    expect(endpoint.received.map(({ path }) => path)).toEqual(["/after-sign-in", "/before-create-user"]);
  });

  it.each(["simulate", "entra conform"])("%s reports that a requested step is not in the policy of a running npm start", async (verb) => {
    writeInstance(
      { pid: process.pid, apiUrl: endpoint.url, ...USER, steps: ["after-sign-in"], data: folder } as unknown as Instance,
      folder,
    );
    for (const step of ["before-create-user", "both"]) {
      const args = [...(verb === "simulate" ? [file] : []), "--local", "--data", folder, "--step", step];
      const { exitCode, stderr } = await gatehouse(...verb.split(" "), ...args);
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("has no before-create-user.ts") });
    }
    expect(endpoint.received).toEqual([]);
  });

  it("names the command that explains a refusal by a running npm start", async () => {
    reply = { body: { version: "1", action: "ShowBlockPage", userMessage: "No. (Reference: K7QD-9MXD)" } };
    writeInstance(
      { pid: process.pid, apiUrl: endpoint.url, ...USER, steps: ["after-sign-in"], data: folder } as unknown as Instance,
      folder,
    );
    const { exitCode, stdout } = await gatehouse("simulate", file, "--local", "--data", folder);
    expect({ exitCode, last: stdout.split("\n").at(-2) }).toEqual({
      exitCode: 2,
      last: `Why: npm run gate -- why K7QD-9MXD --local --data '${folder}'`,
    });
    expect((await simulate()).stdout).not.toContain("why");
  });

  it.each([
    { person: "{", says: `${file}:1: ` },
    { person: JSON.stringify({ ...kim, email: undefined }), says: `${file}: email is missing\n` },
    {
      person: JSON.stringify({ ...kim, form: { city: "x" } }),
      says: "form has city, which the flow does not collect: add it to collects\n",
    },
  ])("exits with 1 for a file with $person", async ({ person, says }) => {
    writeFileSync(file, person);
    const { exitCode, stderr } = await simulate();
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(says) });
  });

  it.each([
    { args: [], says: "missing required argument" },
    { args: [join(folder, "none.json")], says: "none.json cannot be read (ENOENT)." },
    { args: [file], says: "Name what to call" },
    { args: [file, "--frobnicate"], says: "unknown option" },
    { args: [file, "--local", "--data", join(folder, "empty")], says: "No npm start is running" },
    { args: [file, "--local", "https://a.example"], says: "exclude each other" },
    { args: [file, "http://gate.example.com/{step}", "--username", "u"], says: "must begin with https://" },
    { args: [file, "gate", "--username", "u"], says: "gate is not a URL" },
    { args: [file, "https://u:p@gate.example.com/{step}", "--username", "u"], says: "Credentials do not belong in the URL" },
    { args: [file, "https://gate.example.com/", "--username", "u"], says: "Say which step the URL is for" },
    { args: [file, "https://gate.example.com/{step}"], says: "There is no user name" },
    { args: [file, "https://gate.example.com/{step}", "--username", "a:b"], says: "A user name has no colon" },
    { args: ["-", "--password-stdin", "https://gate.example.com/{step}", "--username", "u"], says: "not both" },
  ])("exits with 1 for $args", async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await gatehouse("simulate", ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(says);
  });
});
