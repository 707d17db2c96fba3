import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import * as v from "valibot";
import { runCommand } from "../../../cli/main";
import { DRILL_DOMAIN } from "../../../engine/sign-up/drill";
import { noteStoredForm, readStoredForm, STORED_FORM } from "../../../features/deploy/store/stored-form";
import { json as deployCommandJson } from "../../../features/deploy/verbs/json";
import * as appRootModule from "../../../lib/app-root";
import { packageRoot, packageVersion } from "../../../lib/app-root";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { gatehouse, gatehouseRunning, jsonLines, type Ran } from "../../cli/support";
import { awsEnvironment } from "../../support/aws-environment";
import { startWorld, type TestServer } from "../doctor/world";
import { startGate, type TestGate } from "../smoke/gate";

/** A start serves the app of its folder. */
const app = join(packageRoot, `.local-test-deploy-${process.pid}`);

/** Leaves what it was asked, and stands for the deployed stack; fails where it is told to. */
const CDK = `const { appendFileSync, existsSync } = require("node:fs");
const [verb] = process.argv.slice(2);
if (verb === "list") console.log(JSON.stringify([{ id: "Own", name: "Gatehouse" }, { id: "Gatehouse", name: "Acme-test" }]));
else {
  appendFileSync("cdk-calls", process.argv.slice(2).join(" ") + "\\n");
  console.log("cdk says something");
}
const end = () => process.exit(verb !== "list" && existsSync("cdk-fails") ? 1 : 0);
if (existsSync("cdk-waits")) setInterval(() => existsSync("cdk-waits") || end(), 20);
else end();
`;
const SECRET = "k3s-value-that-nobody-sees";
const before = { ...process.env };

let gate: TestGate;
let world: TestServer;
let graph: GraphStandIn & { close(): Promise<void> };

beforeEach(async () => {
  vi.spyOn(appRootModule, "appRoot", "get").mockReturnValue(app);
  mkdirSync(join(app, "node_modules", "aws-cdk", "bin"), { recursive: true });
  writeFileSync(join(app, "node_modules", "aws-cdk", "package.json"), '{ "name": "aws-cdk", "version": "2.0.0" }');
  writeFileSync(join(app, "node_modules", "aws-cdk", "bin", "cdk"), CDK);
  cpSync(join(packageRoot, "test/cli/policies/strict"), join(app, "policy"), { recursive: true });
  writeFileSync(join(app, "settings.ts"), "export default {};");
  writeFileSync(
    join(app, "entra.ts"),
    'import { entraSetup } from "entra-gatehouse";\nexport default entraSetup({ flows: [{ userFlow: "B2X_1_Partner" }] });',
  );
  [gate, world, graph] = await Promise.all([
    startGate([{ password: "one", stages: ["AWSCURRENT"], hoursAgo: 1 }], ["before-create-user"]),
    startWorld([]),
    serveGraph(),
  ]);
  const { instance } = gate;
  Object.assign(world.world, {
    outputs: {
      AccessListTable: instance.dynamodb.tableName,
      DecisionsTable: instance.decisionsTable,
      LedgerTable: "ledger",
      ListChangesTable: instance.listChangesTable,
      PersonKeySecret: instance.personKeySecret,
      CredentialsSecret: instance.credentialsSecret,
      BeforeCreateUserUrl: `${gate.url}/before-create-user`,
      DrillDomain: DRILL_DOMAIN,
      PolicySecrets: JSON.stringify({ "crm-token": instance.personKeySecret }),
    },
    resources: {
      [instance.personKeySecret]: {
        Type: "AWS::SecretsManager::Secret",
        Properties: { GenerateSecretString: {}, Description: "Gatehouse policy: crm-token" },
      },
    },
  });
  process.env = {
    ...before,
    AWS_ENDPOINT_URL: world.url,
    AWS_ENDPOINT_URL_DYNAMODB: instance.dynamodb.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: instance.secretsEndpoint,
    ...awsEnvironment,
    AZURE_TENANT_ID: "contoso",
    AZURE_CLIENT_ID: "app",
    AZURE_CLIENT_SECRET: "s3cret",
  };
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.env = before;
  world.close();
  await Promise.all([gate.close(), graph.close()]);
  rmSync(app, { recursive: true });
});

const graphAt = () => ["graph", "login"].flatMap((name) => ["--endpoint", `${name}=${graph.url}`]);
const deploy = async (...args: string[]): Promise<Ran> => await gatehouse("deploy", ...graphAt(), ...args);
const cdkCalls = () => (existsSync(join(app, "cdk-calls")) ? readFileSync(join(app, "cdk-calls"), "utf8").trim().split("\n") : []);

/** Ends as soon as it has told of a step. */
async function killedAfter(step: string, ...args: string[]): Promise<void> {
  let isReached = false;
  const stdout = {
    write(text: string) {
      isReached ||= text.includes(`"step":"${step}"`);
      if (isReached) throw new Error("killed");
    },
  };
  expect(await runCommand(["deploy", "--json", ...graphAt(), ...args], { stdout, stderr: { write: () => true } })).toBe(1);
  expect({ step, isReached }).toEqual({ step, isReached: true });
}

async function fillIn(): Promise<void> {
  vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from([SECRET]) as typeof process.stdin);
  expect(await gatehouse("secrets", "set", "crm-token")).toMatchObject({ exitCode: 0 });
}

const statesOf = (ran: Ran) =>
  Object.fromEntries((jsonLines(ran) as { step: string; state: string }[]).map(({ step, state }) => [step, state]));

// First: in one process entra.ts is loaded once.
it("gatehouse deploy reports obstacles to its later steps before it deploys the stack", async () => {
  expect(await deploy("--yes", "--allow", "foo bar")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("--allow foo bar is neither an address nor a domain"),
  });
  writeFileSync(join(app, "entra.ts"), "export default {");
  const provider = await deploy("--yes", "--allow", "issuer:login.contoso.com");
  expect(provider).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("entra.ts:1") });
  expect(cdkCalls()).toEqual([]);
});

it("gatehouse deploy continues, and repeats nothing, if it was killed after any step", async () => {
  const args = ["--yes", "--allow", "contoso.com"];
  await killedAfter("checks", ...args);
  expect(cdkCalls()).toEqual([]);
  await killedAfter("stack", ...args);
  const refused = await deploy("--json", ...args);
  expect(refused).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("npm run gate -- secrets set crm-token --stack Gatehouse < VALUE-FILE"),
  });
  expect(await gate.instance.rows()).toEqual([]);
  await fillIn();
  await killedAfter("secrets", ...args);
  await killedAfter("list", ...args);
  expect(await gate.instance.rows()).toMatchObject([{ entry: "contoso.com", effect: "allow" }]);
  await killedAfter("entra", ...args);
  await killedAfter("smoke", ...args);
  const last = await deploy("--json", ...args);
  expect(statesOf(last)).toEqual({ checks: "done", stack: "made", secrets: "done", list: "done", entra: "done", smoke: "made" });
  expect(jsonLines(last)).toContainEqual({
    step: "list",
    state: "done",
    says: "the access list has entries already: --allow fills only an empty list",
  });
  for (const line of jsonLines(last)) expect(v.safeParse(deployCommandJson.deploy, line).issues).toBeUndefined();
  expect(last.exitCode).toBe(0);
  expect(new Set(cdkCalls())).toEqual(new Set(["deploy --require-approval never"]));
  expect(await gate.instance.rows()).toHaveLength(1);
}, 120_000);

/** Somebody at the terminal who types this. @returns what they see beside the command's lines */
function typing(answers: Readonly<Record<string, string>>): () => string {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  vi.spyOn(process, "stdin", "get").mockReturnValue(stdin as unknown as typeof process.stdin);
  let shown = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    shown += String(text);
    for (const [question, answer] of Object.entries(answers)) if (String(text).endsWith(question)) setImmediate(() => stdin.write(answer));
    return true;
  });
  return () => shown;
}

it("gatehouse deploy asks at the terminal, and shows no secret", async () => {
  const shown = typing({ "crm-token: ": `${SECRET}\r`, "(Enter: nobody yet): ": "kim@contoso.com\n", "[y/N] ": "n\n" });
  const { exitCode, stdout, stderr } = await deploy();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/^Change set .*\n$/) });
  for (const line of [
    "secrets: crm-token filled in",
    "list: kim@contoso.com allowed",
    "entra: the tenant stays as it is",
    "smoke: no fault in what was tried",
    "Next: ",
  ])
    expect(stdout).toContain(line);
  expect(cdkCalls()).toEqual(["deploy"]);
  expect(shown() + stdout).not.toContain(SECRET);
}, 60_000);

it("gatehouse deploy continues without a secret or list entry that is missing, and names it", async () => {
  typing({ "crm-token: ": "\r", "(Enter: nobody yet): ": "\n", "[y/N] ": "n\n" });
  const { exitCode, stdout } = await deploy();
  expect(stdout).toContain("!!  secrets: crm-token still to fill in: npm run gate -- secrets set crm-token");
  expect(stdout).toContain("list: the access list is empty and lets nobody in");
  expect({ exitCode, isTried: stdout.includes("smoke: no fault in what was tried") }).toEqual({ exitCode: 2, isTried: true });
}, 60_000);

it("gatehouse deploy writes nothing with --dry-run", async () => {
  world.world.hasStack = false;
  const first = await deploy("--dry-run", "--json", "--yes");
  expect(statesOf(first)).toEqual({
    checks: "done",
    stack: "todo",
    secrets: "skipped",
    list: "skipped",
    entra: "skipped",
    smoke: "skipped",
  });
  world.world.hasStack = true;
  const later = await deploy("--dry-run", "--json", "--yes", "--allow", "contoso.com");
  expect(statesOf(later)).toEqual({ checks: "done", stack: "todo", secrets: "todo", list: "todo", entra: "todo", smoke: "todo" });
  expect(cdkCalls()).toEqual([]);
  expect(await gate.instance.rows()).toEqual([]);
  expect(gate.received).toEqual([]);
}, 60_000);

it("gatehouse deploy reports what prevents the deployment, and how to solve that", async () => {
  world.world.answers.GetParameter = "ParameterNotFound";
  const unready = await deploy("--yes");
  expect(unready).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr: expect.stringContaining("Run npx cdk bootstrap aws://111111111111/eu-west-1."),
  });
  world.world.answers.GetParameter = { Parameter: { Value: "21" } };
  writeFileSync(join(app, "cdk-fails"), "");
  const failed = await deploy("--yes", "--stage", "test");
  expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("cdk deploy failed") });
  rmSync(join(app, "cdk-calls"));
  await deploy("--yes", "--stack", "Acme", "--stage", "test");
  expect(cdkCalls()).toEqual(["deploy Gatehouse --require-approval never"]);
  rmSync(join(app, "cdk-fails"));
  // Every step works on the stack that was deployed.
  expect((await deploy("--yes", "--stack", "Acme", "--stage", "test")).stderr).toContain("secrets set crm-token --stack Acme-test <");
  expect(await deploy("--yes", "--stack", "Other")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("The app has no stack Other: it has Gatehouse, Acme-test."),
  });
  expect(await deploy("--local")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("leave --local out") });
});

it("gatehouse deploy repeats the error message of a command that it runs if the command fails", async () => {
  const [secret] = Object.entries(world.world.resources);
  Object.assign(world.world, { resources: { [`${secret?.[0]}-gone`]: secret?.[1] } });
  const why = "AWS refuses this: ResourceNotFoundException: Secrets Manager can't find the specified secret.";
  expect(await deploy("--yes")).toMatchObject({ exitCode: 1, stderr: `${why}\n` });
});

it("gatehouse deploy lets the CDK finish after Ctrl-C, and says how to continue", async () => {
  for (const file of ["cdk-waits", "cdk-fails"]) writeFileSync(join(app, file), "");
  const others = process.listenerCount("SIGINT");
  const { ended } = gatehouseRunning("deploy", ...graphAt(), "--yes");
  while (process.listenerCount("SIGINT") === others || cdkCalls().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  process.emit("SIGINT");
  rmSync(join(app, "cdk-waits"));
  expect(await ended).toMatchObject({ exitCode: 130, stderr: expect.stringContaining("was interrupted: the same command goes on.") });
  expect(process.listenerCount("SIGINT")).toBe(others);
});

it("gatehouse deploy leaves Entra unchanged if it has no access to Entra", async () => {
  await fillIn();
  rmSync(join(app, "entra.ts"));
  const undeclared = await deploy("--yes");
  expect(undeclared.stdout).toMatch(/^- {3}list: the access list is empty and lets nobody in: add --allow ENTRY/m);
  expect(undeclared.stdout).toMatch(/^- {3}entra: no entra\.ts declares a user flow/m);
}, 60_000);

describe("the form of stored rows", () => {
  const ledger = () => ({ client: gate.instance.dynamodb.client, name: "ledger" });

  it("is noted once the stack is deployed, and is not lowered by older code", async () => {
    expect(await readStoredForm(ledger())).toBeUndefined();
    await fillIn();
    await deploy("--yes", "--allow", "contoso.com");
    expect(await readStoredForm(ledger())).toMatchObject({ form: STORED_FORM, version: packageVersion() });
    await noteStoredForm(ledger(), "0.9.0", STORED_FORM + 1);
    await noteStoredForm(ledger(), "0.1.0");
    expect(await readStoredForm(ledger())).toMatchObject({ form: STORED_FORM + 1, version: "0.9.0" });
  });

  it.each([["--yes"], ["--yes", "--dry-run"]])("makes deploy refuse to go back over it: %s %s", async (...args) => {
    await noteStoredForm(ledger(), "0.9.0", STORED_FORM + 1);
    const { exitCode, stderr } = await deploy(...args);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining(`written since version 0.9.0, and this version reads them up to form ${STORED_FORM}`),
    });
    expect(cdkCalls()).toEqual([]);
  });
});

describe("a table that the deployment takes out of the stack, or makes anew", () => {
  /** The stack's outputs change when the CDK has run. */
  const turn = (before: object, after: object) => {
    const { outputs } = world.world;
    Object.defineProperty(world.world, "outputs", { get: () => ({ ...outputs, ...(cdkCalls().length === 0 ? before : after) }) });
  };
  const makeTable = async (TableName: string) =>
    await gate.instance.dynamodb.client.call("CreateTable", {
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "person", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "person", KeyType: "HASH" }],
    });

  it("is named with the setting that hands it in again", async () => {
    await fillIn();
    turn({ ProfilesTable: "Gatehouse-ProfilesTable8A-OLD" }, {});
    expect((await deploy("--yes")).stderr).toContain(
      'The table Gatehouse-ProfilesTable8A-OLD left the stack and keeps its rows. When its rule or option comes back, write tables: { profiles: "Gatehouse-ProfilesTable8A-OLD" } in settings.ts',
    );
  });

  it("is named when an older one of an earlier deployment has kept its rows", async () => {
    await fillIn();
    for (const name of ["Gatehouse-ProfilesTable8A-OLD", "Gatehouse-ProfilesTable8A-NEW", "Gatehouse-ProfilesTable9", "Gatehouse-Z-1"])
      await makeTable(name);
    turn({}, { ProfilesTable: "Gatehouse-ProfilesTable8A-NEW" });
    const { stderr } = await deploy("--yes");
    expect(stderr.match(/^The table .*$/gm)).toEqual([
      'The table Gatehouse-ProfilesTable8A-NEW is new and empty; Gatehouse-ProfilesTable8A-OLD of an earlier deployment keeps its rows. To use them, write tables: { profiles: "Gatehouse-ProfilesTable8A-OLD" } in settings.ts: docs/storage.md',
    ]);
  });

  it("is not told of in a table that somebody handed in, and in one that never was", async () => {
    await fillIn();
    await makeTable("profiles-old");
    turn({}, { ProfilesTable: "profiles-restored", AccountsTable: "Gatehouse-AccountsTable8A-NEW" });
    expect((await deploy("--yes")).stderr).not.toContain("The table ");
  });
});
