import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outputTo } from "../../../../cli/output";
import { DRILL_DOMAIN } from "../../../../engine/sign-up/drill";
import { checkSeen } from "../../../../features/entra/verbs/seen/seen";
import { type GraphStandIn, serveGraph } from "../../../../local/stand-ins/graph/graph";
import { SIMULATED_APPLICATION } from "../../../../simulator/client/person";
import { admitted, record } from "../../../cli/records";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../../cli/support";

/** The one that the stand-in's flow is for. */
const PORTAL = SIMULATED_APPLICATION;
const before = { ...process.env };
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (/^(AZURE|ACTIONS|GITHUB)_/.test(name)) delete process.env[name];
  Object.assign(process.env, { AZURE_TENANT_ID: "contoso", AZURE_CLIENT_ID: "app", AZURE_CLIENT_SECRET: "s3cret" });
});
afterEach(() => {
  process.env = { ...before };
});

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

/** A stage as Graph has it. */
function logged(correlationId: string, hours: number, signUpStage: string, given: object = {}) {
  const common = {
    appId: PORTAL,
    appDisplayName: "Portal",
    signUpIdentityProvider: "Email OTP",
    status: { errorCode: 0, failureReason: null },
  };
  const signUpIdentity = { signUpIdentifier: "kim@contoso.com", signUpIdentifierType: "emailAddress" };
  return { correlationId, createdDateTime: ago(hours), signUpStage, ...common, signUpIdentity, appliedEventListeners: [], ...given };
}
const late = {
  appliedEventListeners: [{ eventType: "unknownFutureValue", handlerResult: { errorCode: 1003005, httpStatus: 0, numberOfAttempts: 2 } }],
};

let graph: GraphStandIn;
let instance: TestInstance;
const paths: string[] = [];
beforeAll(async () => {
  // More than a page.
  const well = Array.from({ length: 1_100 }, () => logged("well", 5, "userCreation"));
  graph = await serveGraph({
    watch: { onRequest: ({ url }) => void paths.push(url.pathname) },
    signUps: [
      ...well,
      logged("timed-out", 4, "attributeCollectionAndValidation", late),
      logged("unasked", 3, "attributeCollectionAndValidation"),
      logged("left", 2, "attributeCollectionAndValidation"),
      logged("elsewhere", 2, "userCreation", { appId: "22222222-2222-2222-2222-222222222222" }),
      logged("on-the-way", 0.1, "attributeCollectionAndValidation"),
      logged("long-ago", 80, "attributeCollectionAndValidation"),
    ],
  });
  instance = await startInstance([{ password: "s3cret", stages: ["AWSCURRENT"], hoursAgo: 1 }], "test/cli/policies/assigning", {
    endpoints: { graph: graph.url, login: graph.url },
  });
  const facts = { source: "external-tenant" } as const;
  await instance.decisions.keep(admitted("well", 5, { ...facts, correlationId: "well" }), 90);
  await instance.decisions.keep(admitted("left", 2, { ...facts, correlationId: "left", reference: "AAAA-BBBB" }), 90);
  await instance.decisions.keep(record("lost", 2, { ...facts, correlationId: "not-in-the-log" }), 90);
  await instance.decisions.keep(record("drill", 2, { ...facts, correlationId: "smoke", email: `smoke-1@${DRILL_DOMAIN}` }), 90);
  await instance.decisions.keep(record("token", 2, { ...facts, step: "before-sending-token", correlationId: "a-sign-in" }), 90);
  writeFileSync(join(folder, "external.mjs"), 'export default { flows: [{ externalFlow: "Sign up" }] };');
  writeFileSync(join(folder, "connectors.mjs"), 'export default { flows: [{ userFlow: "B2X_1_Partner" }] };');
});
afterAll(async () => {
  await Promise.all([graph.close(), instance.close()]);
  rmSync(folder, { recursive: true });
});

async function seen(options: { readonly since?: string; readonly setup?: string; readonly json?: boolean; readonly lags?: boolean } = {}) {
  let stdout = "";
  const output = outputTo({ stdout: { write: (text) => (stdout += text) }, stderr: { write: () => undefined } });
  const { since = "2d", setup = "external.mjs", json = false, lags = true } = options;
  const [, data = ""] = instance.local.slice(-2);
  const endpoint = new Map(lags ? Object.entries({ graph: graph.url, login: graph.url }) : []);
  const given = { stack: "Gatehouse", local: true, data, since, setup: join(folder, setup), json, ...(lags && { endpoint }) };
  return { count: await checkSeen(given, { output, exitCode: 0 }), stdout };
}

it("reports the outcome of each sign-up, and what to fix", async () => {
  const { count, stdout } = await seen();
  expect(count).toBe(2);
  const [summary, ...lines] = stdout.trim().split("\n");
  expect(summary).toMatch(/4 sign-ups: 1 \w+( \w+)?, 1 \w+( \w+)?, 1 \w+( \w+)?, 1 \w+( \w+)?\.$/);
  expect(lines).toEqual([
    expect.stringMatching(
      /^1 sign-up to Portal came to where Entra calls the gate, but Entra did not call it\. Correlation ids: unasked at .*: see that the flow calls/,
    ),
    expect.stringMatching(
      /^1 sign-up to Portal ended because Entra had no answer in time \(1003005: no answer in time, or a refused access token\)\. Correlation ids: timed-out at /,
    ),
    "Note: 1 sign-up in the records is not in Entra's log, which lags and goes back a week or a month.",
  ]);
  expect(stdout).not.toContain("kim@");
});

it("prints a line of JSON for each sign-up that failed, and a summary line", async () => {
  const lines = (await seen({ json: true })).stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.slice(0, -1).map(({ correlationId, outcome, reference }) => [correlationId, outcome, reference])).toEqual([
    ["left", "abandoned", "AAAA-BBBB"],
    ["unasked", "never called", undefined],
    ["timed-out", "timed out", undefined],
  ]);
  const outcomes = ["finished", "abandoned", "never called", "timed out"].map((outcome) => ({ outcome, count: 1 }));
  expect(lines.at(-1)).toMatchObject({ signUps: 4, outcomes: expect.arrayContaining(outcomes), notInLog: 1 });
});

it("entra check prints the report on sign-ups after its other findings", async () => {
  const given = ["--setup", join(folder, "external.mjs"), "--since", "150m"];
  const { exitCode, stdout } = await gatehouse("entra", "check", ...instance.local, ...given);
  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/: entra apply\n(.*\n)*Entra saw, from .*1 abandoned/);
});

it("does not wait for late entries of Entra's log if the tenant is the stand-in", async () => {
  expect((await seen({ lags: false })).stdout).toContain("5 sign-ups");
  expect((await seen({ lags: false, since: "20m" })).stdout).toContain("1 sign-up: 1 never called");
});

it("reads the log page by page, and reads the applications of the flow", async () => {
  paths.length = 0;
  await seen();
  expect(paths.filter((path) => !path.includes("/oauth2/"))).toEqual([
    "/v1.0/identity/authenticationEventsFlows",
    expect.stringMatching(/includeApplications$/),
    "/beta/auditLogs/signUps",
    "/beta/auditLogs/signUps",
  ]);
});

it("reports tokens that were issued without the gate's claims, if the gate sets any", async () => {
  const called = (correlationId: string, errorCode: number, given: object = {}) =>
    logged(correlationId, 2, "", {
      appliedEventListeners: [
        { eventType: "attributeCollectionSubmit", handlerResult: { errorCode: 1003005 } },
        { eventType: "tokenIssuanceStart", handlerResult: { errorCode, httpStatus: 0, numberOfAttempts: 2 } },
      ],
      ...given,
    });
  const log = [called("well", 0), called("late", 1003005), called("elsewhere", 1003005, { appId: "22222222-2222-2222-2222-222222222222" })];
  const signIns = [...log, logged("without", 2, "", { appliedEventListeners: null })];
  const there = await serveGraph({ signIns });
  const endpoints = { graph: there.url, login: there.url };
  const steps = ["before-create-user", "before-sending-token"] as const;
  const other = await startInstance([], "test/cli/policies/claiming", { endpoints, steps: [...steps] });
  const run = async (...args: string[]) =>
    await gatehouse("entra", "check", ...other.local, "--setup", join(folder, "external.mjs"), "--since", "1d", ...args);
  try {
    expect((await run()).stdout).toMatch(
      /^1 sign-in to Portal got a token without the gate's claims \(1003005: no answer in time, or a refused access token\)\. Correlation ids: late at .*: entra check, then/m,
    );
    const lines = jsonLines(await run("--json")) as { outcome?: string; correlationId?: string }[];
    expect(lines.filter(({ outcome }) => outcome === "no claims")).toMatchObject([{ correlationId: "late", errorCode: 1003005 }]);
  } finally {
    await Promise.all([there.close(), other.close()]);
  }
});

it("judges each sign-up by the last step of its own gate, and asks for claims only where a gate sets them", async () => {
  const failed = {
    appliedEventListeners: [{ eventType: "tokenIssuanceStart", handlerResult: { errorCode: 1003005, numberOfAttempts: 2 } }],
  };
  const called = {
    appliedEventListeners: [{ eventType: "attributeCollectionStart", handlerResult: { errorCode: 0, numberOfAttempts: 1 } }],
  };
  const other = "33333333-3333-3333-3333-333333333333";
  const there = await serveGraph({
    signUps: [logged("one-step", 3, "userCreation", called)],
    signIns: [logged("ours", 2, "", failed), logged("theirs", 2, "", { ...failed, appId: other })],
  });
  const endpoints = { graph: there.url, login: there.url };
  // The gate suppliers has the step before-create-user alone.
  const steps = ["after-sign-in", "before-sending-token"] as const;
  const place = await startInstance([], "test/cli/policies/only-after-sign-in", { endpoints, steps: [...steps], gates: ["suppliers"] });
  await place.decisions.keep(admitted("start", 3, { source: "external-tenant", step: "after-sign-in", correlationId: "one-step" }), 90);
  const setup = join(folder, "two-gates.mjs");
  writeFileSync(
    setup,
    `export default { flows: [{ externalFlow: "Sign up" }, { externalFlow: "Suppliers", gate: "suppliers", applications: ["${other}"] }] };`,
  );
  try {
    let stdout = "";
    const output = outputTo({ stdout: { write: (text) => (stdout += text) }, stderr: { write: () => undefined } });
    await checkSeen(
      { stack: "Gatehouse", local: true, data: place.local.at(-1) ?? "", since: "1d", setup, json: true },
      { output, exitCode: 0 },
    );
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const judged = lines.filter((line) => Object.hasOwn(line, "correlationId"));
    expect(judged.map(({ correlationId, outcome }) => [correlationId, outcome])).toEqual([["ours", "no claims"]]);
    expect(lines).toContainEqual(expect.objectContaining({ signUps: 1, outcomes: [{ outcome: "finished", count: 1 }] }));
  } finally {
    await Promise.all([there.close(), place.close()]);
  }
});

it.each([
  { given: "a flow with API connectors", options: { setup: "connectors.mjs" }, says: "--since is for external tenants" },
  { given: "no time past", options: { since: "tomorrow" }, says: "--since tomorrow is not a past time" },
  { given: "a time that the log lags behind", options: { since: "10m" }, says: "more than half an hour" },
])("explains the problem: $given", async ({ options, says }) => {
  await expect(seen(options)).rejects.toThrow(says);
});

it("names the missing permissions if the tenant refuses the log, and stores nothing for the console", async () => {
  const untouched = globalThis.fetch;
  globalThis.fetch = async (input, init) =>
    String(input).includes("/auditLogs/")
      ? Response.json({ error: { code: "Authentication_MSGraphPermissionMissing" } }, { status: 403 })
      : await untouched(input, init);
  try {
    await instance.dynamodb.client.call("DeleteItem", { TableName: "ledger", Key: { id: { S: "entra-log" } } });
    const finding = "Entra's log of sign-ups could not be checked";
    const fix =
      "needs AuditLog.Read.All and Directory.Read.All, with admin consent; a person needs the role Reports Reader too (Authentication_MSGraphPermissionMissing)";
    expect(await seen()).toEqual({ count: 1, stdout: `${finding}: ${fix}\n` });
    const { count, stdout } = await seen({ json: true });
    expect([count, JSON.parse(stdout)]).toEqual([1, { finding, fix, needs: ["AuditLog.Read.All", "Directory.Read.All"] }]);
    expect(await instance.dynamodb.client.call("GetItem", { TableName: "ledger", Key: { id: { S: "entra-log" } } })).toEqual({});
  } finally {
    globalThis.fetch = untouched;
  }
});
