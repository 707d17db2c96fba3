import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appRoot } from "../../lib/app-root";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { policyVersion } from "../../lib/sign-up/step-bundle";
import { LOCAL_EXTERNAL_TENANT } from "../../lib/stage";
import { serveGraph } from "../../local/stand-ins/graph/graph";
import { awsEnvironment } from "../support/aws-environment";
import { listen } from "../support/dynamodb";
import { record } from "./records";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "./support";

const NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

/** What CloudFormation's double says of each stack. */
const failures: Readonly<Record<string, { readonly status: number; readonly code: string; readonly message: string }>> = {
  Expired: { status: 403, code: "ExpiredToken", message: "The security token included in the request is expired" },
  Refused: { status: 403, code: "AccessDenied", message: "User: someone is not authorized to perform: cloudformation:DescribeStacks" },
  WrongKeys: { status: 403, code: "InvalidClientTokenId", message: "The security token included in the request is invalid." },
};

let instance: TestInstance;
/** What the stack Gatehouse puts out of its policy. */
let policyVersions: Readonly<Record<string, string>> = {};
/** What the template of the stack Gatehouse says beside its resources: JSON. Undefined where it may not be read. */
let metadata: string | undefined = "{}";
/** What the stack Gated puts out once it is deployed with `externalTenant`. */
let ofExternalTenant: Readonly<Record<string, string>> = {};
let environment: Record<string, string>;
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    const stack = new URLSearchParams(body).get("StackName") ?? "";
    const missing = { status: 400, code: "ValidationError", message: `Stack with id ${stack} does not exist` };
    const failure = failures[stack] ?? (["Gatehouse", "Gated", "Older", "Other", "Portal"].includes(stack) ? undefined : missing);
    const isHidden = metadata === undefined && body.includes("Action=GetTemplateSummary");
    response.writeHead(isHidden ? 403 : (failure?.status ?? 200), { "Content-Type": "text/xml" });
    if (stack === "Portal-page") response.end("<html><title>Sign in</head></html>");
    else if (body.includes("Action=GetTemplateSummary")) response.end(summaryXml());
    else response.end(failure === undefined ? stackXml(stack) : errorXml(failure));
  });
});

function stackXml(stack: string): string {
  const current = {
    DecisionsTable: instance.decisionsTable,
    LedgerTable: "ledger",
    ListChangesTable: instance.listChangesTable,
    PersonKeySecret: instance.personKeySecret,
    PolicySecrets: JSON.stringify({ "oracle-key": instance.credentialsSecret }),
  };
  const older = { AccessListTable: instance.dynamodb.tableName, CredentialsSecret: instance.credentialsSecret };
  const ofSignUp = Object.fromEntries(Object.entries(older).map(([name, value]) => [`SignUp${name}`, value]));
  const all: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    Gatehouse: { ...older, ...current, ...policyVersions },
    Gated: {
      ...older,
      LedgerTable: "ledger",
      BeforeCreateUserUrl: "https://api/before-create-user",
      Gates: "b2c-partners,suppliers",
      SuppliersCredentialsSecret: `${instance.credentialsSecret}-suppliers`,
      SuppliersBeforeCreateUserUrl: "https://api/suppliers/before-create-user",
      ...ofExternalTenant,
    },
    Older: older,
    Portal: ofSignUp,
  };
  const outputs = all[stack] ?? {};
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value.replaceAll('"', "&quot;")}</OutputValue></member>`,
  );
  const described = `<Stacks><member><StackName>${stack}</StackName><Outputs>${members.join("")}</Outputs></member></Stacks>`;
  return `<DescribeStacksResponse xmlns="${NAMESPACE}"><DescribeStacksResult>${described}</DescribeStacksResult></DescribeStacksResponse>`;
}

function summaryXml(): string {
  if (metadata === undefined)
    return errorXml({ code: "AccessDenied", message: "not authorized to perform: cloudformation:GetTemplateSummary" });
  const summary = `<Metadata>${metadata.replaceAll('"', "&quot;")}</Metadata>`;
  return `<GetTemplateSummaryResponse xmlns="${NAMESPACE}"><GetTemplateSummaryResult>${summary}</GetTemplateSummaryResult></GetTemplateSummaryResponse>`;
}

function errorXml({ code, message }: { code: string; message: string }): string {
  return `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
}

const before = { ...process.env };
beforeAll(async () => {
  instance = await startInstance([{ password: "one", stages: ["AWSCURRENT"], hoursAgo: 1 }], "policy", { gates: ["suppliers"] });
  environment = {
    AWS_ENDPOINT_URL_CLOUDFORMATION: await listen(server),
    AWS_ENDPOINT_URL_DYNAMODB: instance.dynamodb.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: instance.secretsEndpoint,
    ...awsEnvironment,
  };
});
beforeEach(() => Object.assign(process.env, environment));
afterEach(() => {
  for (const name of Object.keys(environment)) delete process.env[name];
  Object.assign(process.env, before);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await instance.close();
});

it("a command finds table and secret by the stack's outputs", async () => {
  expect(await gatehouse("list", "add", "contoso.com", "--effect", "allow")).toMatchObject({
    exitCode: 0,
    stderr: expect.stringMatching(/^Change set [\w-]+\. To take it back: npm run gate -- list revert [\w-]+( --\w+ '[^']+')*\n$/),
  });
  expect(await instance.rows()).toEqual([{ entry: "contoso.com", effect: "allow" }]);
  expect(await gatehouse("list", "check", "kim@contoso.com")).toMatchObject({ exitCode: 0 });
  expect((await gatehouse("entra", "credentials", "show")).stdout).toContain("Password:  one\n");
});

it("a command finds one of several Gatehouses in a stack by its construct path", async () => {
  expect(await gatehouse("list", "check", "kim@contoso.com", "--stack", "Portal/SignUp")).toMatchObject({ exitCode: 0 });
  const other = await gatehouse("list", "check", "kim@contoso.com", "--stack", "Portal/Other");
  expect(other).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("The stack Portal/Other in eu-west-1 is not a Gatehouse") });
});

it("a command finds a gate's secret and steps by the outputs with the gate's name", async () => {
  const show = (...args: string[]) => gatehouse("entra", "credentials", "show", "--stack", "Gated", ...args);
  expect((await show()).stdout).toContain("Password:  one\n");
  const { stdout } = await show("--gate", "suppliers");
  expect(stdout).toContain("Password:  password-of-suppliers\n");
  expect(stdout).toContain("Entra has not shown it yet at: before-create-user.");
  expect((await show("--gate", "customers")).stderr).toContain("There is no gate customers: there are default, b2c-partners, suppliers.");
});

it("a command finds the URLs that Entra's connectors call", async () => {
  const graph = await serveGraph();
  const endpoints = ["--endpoint", `graph=${graph.url}`, "--endpoint", `login=${graph.url}`];
  const gate = ["--stack", "Gated", "--gate", "suppliers", "--policy", "test/cli/policies/strict"];
  Object.assign(process.env, { AZURE_TENANT_ID: "contoso", AZURE_CLIENT_ID: "app", AZURE_CLIENT_SECRET: "s3cret" });
  try {
    expect(await gatehouse("entra", "plan", "--user-flow", "B2X_1_Partner", ...gate, ...endpoints)).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining("Gated suppliers before creating the user, https://api/suppliers/before-create-user"),
    });
  } finally {
    for (const name of ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"]) delete process.env[name];
    await graph.close();
  }
});

it("entra apply asks for a deployment if the stack has no external tenant, and connects the stack afterwards", async () => {
  const graph = await serveGraph();
  const { tenantId, audience } = LOCAL_EXTERNAL_TENANT;
  const apply = () =>
    gatehouse(
      ...["entra", "apply", "--external-flow", "Sign up", "--grant-consent", "--tenant", tenantId],
      ...["--stack", "Gated", "--gate", "suppliers", "--policy", "test/cli/policies/strict"],
      ...["--endpoint", `graph=${graph.url}`, "--endpoint", `login=${graph.url}`],
    );
  Object.assign(process.env, { AZURE_CLIENT_ID: "app", AZURE_CLIENT_SECRET: "s3cret" });
  try {
    const line = `Put externalTenant: { tenantId: "${tenantId}", audience: "${audience}" } into settings.ts, deploy, and repeat`;
    expect(await apply()).toMatchObject({ exitCode: 0, stderr: "", stdout: expect.stringContaining(line) });
    expect(graph.external().extensions).toEqual([]);
    ofExternalTenant = {
      ExtensionIdentifierUri: `api://ext.example.com/${audience}`,
      SuppliersAttributeCollectionSubmitUrl: "https://ext.example.com/suppliers/attribute-collection-submit",
    };
    expect(await apply()).toMatchObject({ exitCode: 0, stderr: "" });
    const { extensions, eventsFlows } = graph.external();
    expect(extensions).toMatchObject([
      {
        displayName: "Gated suppliers attribute collection submit",
        endpointConfiguration: { targetUrl: "https://ext.example.com/suppliers/attribute-collection-submit" },
      },
    ]);
    expect(eventsFlows[0]?.onAttributeCollectionSubmit?.customExtension.id).toBe(extensions[0]?.id);
    expect(await apply()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Nothing to apply.") });
  } finally {
    ofExternalTenant = {};
    for (const name of ["AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"]) delete process.env[name];
    await graph.close();
  }
});

it("a command finds the stack's decisions and the secrets of the policy's rules", async () => {
  await instance.decisions.keep(record("kim", 1), 90);
  expect((await gatehouse("decisions", "show", "K7QD-9MXD")).stdout).toContain("kim@contoso.com, signed in with entra");
  const args = ["kim@contoso.com", "--step", "before-create-user", "--policy", "test/cli/policies/outside", "--call", "--locales", "ko"];
  const ran = await gatehouse("why", ...args);
  expect(ran).toMatchObject({ exitCode: 2, stderr: "" });
  expect(ran.stdout).toContain("would be refused by oracle: oracle.refused");
  expect(ran.stdout).toContain('"userMessage":"아니요. (참조');
});

describe("the commit behind a decision's policy version", () => {
  const noted = (policyVersion: string) =>
    JSON.stringify({
      GatehouseCommit: { commit: "3f2a1c0e5d7b9f8a6c4e2d0b1f3a5c7e9d8b6a42 and uncommitted changes", policyVersions: [policyVersion] },
    });
  afterEach(() => {
    metadata = "{}";
  });

  it.each([
    { when: "it is deployed", of: noted("0123456789ab"), commit: "3f2a1c0e5d7b9f8a6c4e2d0b1f3a5c7e9d8b6a42 and uncommitted changes" },
    { when: "another was deployed since", of: noted("ba9876543210"), commit: undefined },
    { when: "the template may not be read", of: undefined, commit: undefined },
  ])("is shown in words and as JSON if it is known: $when", async ({ of, commit }) => {
    metadata = of;
    const shown = await gatehouse("decisions", "show", "K7QD-9MXD");
    expect(/^ {2}Commit +(.*)$/m.exec(shown.stdout)?.[1]).toBe(commit);
    expect(jsonLines(await gatehouse("why", "K7QD-9MXD", "--json"))[0]).toMatchObject({
      policyVersion: "0123456789ab",
      ...(commit && { commit }),
    });
  });
});

describe("the deployed policy's versions", () => {
  const STRICT = "test/cli/policies/strict";
  const deploy = (versions: unknown) => {
    policyVersions = { PolicyVersions: typeof versions === "string" ? versions : JSON.stringify(versions) };
  };
  const built = () => Object.fromEntries(loadPolicyFolder(STRICT).map((each) => [each.step, policyVersion(each)]));
  const explain = (...args: string[]) => gatehouse("why", "kim@contoso.com", "--policy", STRICT, ...args);
  afterEach(() => {
    policyVersions = {};
  });

  it("stay the same if the policy is in another folder and has other line ends", () => {
    const copy = mkdtempSync(join(appRoot, "test/cli/policies/copy-"));
    try {
      const file = "before-create-user.ts";
      const text = readFileSync(join(appRoot, STRICT, file), "utf8");
      writeFileSync(join(copy, file), text.replaceAll("\n", "\r\n"));
      expect(loadPolicyFolder(copy).map(policyVersion)).toEqual(Object.values(built()));
      writeFileSync(join(copy, file), text.replace("contoso.com", "fabrikam.com"));
      expect(loadPolicyFolder(copy).map(policyVersion)).not.toEqual(Object.values(built()));
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it("let explain and preview mention no difference if the policy is deployed", async () => {
    deploy(built());
    const explained = await explain();
    expect(explained.stdout).not.toContain("deployed");
    expect(jsonLines(await explain("--json"))[0]).toMatchObject({ policy: { is: "deployed", deployed: built()["before-create-user"] } });
    expect((await gatehouse("preview", "--policy", STRICT)).stdout).toMatch(/^Replayed under the policy that is deployed\.\n/);
  });

  it("let explain and preview name each step that differs from the deployed one", async () => {
    deploy({ "before-create-user": "0123456789ab", "after-sign-in": "ba9876543210" });
    const here = built()["before-create-user"] as string;
    const changed = `  before-create-user: ${STRICT}/before-create-user.ts is ${here}, and 0123456789ab is deployed.\n`;
    const missing = `  after-sign-in: ba9876543210 is deployed, and there is no ${STRICT}/after-sign-in.ts.\n`;
    const ours = "This explains your policy, not the one that decides:\n";
    expect((await explain()).stdout).toContain(`${ours}${missing}${changed}before-create-user: would be`);
    expect((await explain("--step", "before-create-user")).stdout).toContain(`${ours}${changed}before-create-user: would be`);
    expect(jsonLines(await explain("--json"))[0]).toMatchObject({ policy: { is: "different", here, deployed: "0123456789ab" } });
    const { stdout } = await gatehouse("preview", "--policy", STRICT);
    expect(stdout).toContain(`Replayed under your policy, which is not the one that is deployed:\n${missing}${changed}`);
    deploy({});
    expect((await explain()).stdout).toContain(`before-create-user.ts is ${here}, and nothing is deployed.`);
  });

  it.each([undefined, "{", "7"])("are unknown if the stack's output for them is missing or unusable: %j", async (output) => {
    if (output !== undefined) deploy(output);
    const why = `An older version of Gatehouse deployed the stack, so it is not known before the next deployment whether ${STRICT} is the deployed policy.`;
    expect((await explain()).stdout).toContain(`\n${why}\nbefore-create-user: would be`);
    expect(jsonLines(await gatehouse("preview", "--policy", STRICT, "--json"))[0]).toMatchObject({
      policy: { is: "unknown", told: [why] },
    });
  });
});

it("a preview before the first deployment passes only with --if-deployed", async () => {
  const preview = (...args: string[]) => gatehouse("preview", "--stack", "Nowhere", ...args);
  expect(await preview()).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("There is no stack Nowhere in eu-west-1") });
  expect(await preview("--if-deployed")).toEqual({
    exitCode: 0,
    stdout: "There is no stack Nowhere yet: there are no decisions. Passed: --if-deployed.\n",
    stderr: "",
  });
  expect(jsonLines(await preview("--if-deployed", "--json"))).toEqual([{ deployed: false }]);
  expect(await gatehouse("preview", "--if-deployed", "--stack", "Refused")).toMatchObject({ exitCode: 1, stdout: "" });
});

it("a command shows an older stack's list, and reports that the stack keeps no decisions", async () => {
  expect(await gatehouse("list", "show", "--stack", "Older")).toMatchObject({ exitCode: 0 });
  expect(await gatehouse("decisions", "--stack", "Older")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("or is an older one that has to be deployed again: it has no output DecisionsTable"),
  });
});

describe("a table that no deployed rule needs", () => {
  it("is not reported as missing by person export and erase", async () => {
    const exported = await gatehouse("person", "export", "nobody@northwind.example", "--stack", "Gatehouse", "--json");
    expect(exported).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining("no table") });
    const erased = await gatehouse("person", "erase", "nobody@northwind.example", "--stack", "Gatehouse", "--yes");
    expect(erased).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining("no table") });
  });

  it("is not reported as missing if a command tries a draft policy that reads the table", async () => {
    const request = join(mkdtempSync(join(tmpdir(), "gatehouse-request-")), "request.json");
    writeFileSync(request, JSON.stringify({ extension_PartnerCode: "A-1" }));
    const draft = ["--policy", "samples/policies/partner-codes", "--attributes", request];
    const { stdout, stderr } = await gatehouse("why", "kim@contoso.com", "--stack", "Gatehouse", ...draft);
    expect({ stdout, stderr }).toEqual({ stdout: expect.stringContaining("value.not-permitted"), stderr: "" });
  });

  it.each([
    { args: ["approvals", "list"], table: "approvals" },
    { args: ["table", "export", "profiles"], table: "profiles" },
  ])("is reported as missing if a command is about it: $table", async ({ args, table }) => {
    expect(await gatehouse(...args, "--stack", "Gatehouse")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`The stack Gatehouse has no table ${table}: no rule or option that is deployed needs one.`),
    });
  });
});

it.each([
  { given: "a stack that is not there", args: ["--stack", "Nowhere"], says: "There is no stack Nowhere in eu-west-1: see --stack" },
  { given: "a stack of something else", args: ["--stack", "Other"], says: "The stack Other in eu-west-1 is not a Gatehouse" },
  { given: "an expired session", args: ["--stack", "Expired"], says: "The AWS session has expired: sign in again" },
  {
    given: "a profile that is in no file",
    args: ["--profile", "prod"],
    says: "There is no AWS profile prod; there is none: run aws configure.",
  },
  { given: "missing permissions", args: ["--stack", "Refused"], says: "AWS refuses this: User: someone is not authorized" },
  { given: "keys that AWS does not know", args: ["--stack", "WrongKeys"], says: "AWS does not accept these credentials" },
  {
    given: "a network's sign-in page",
    args: ["--stack", "Portal-page"],
    says: /^Something other than AWS answered: sign in to the network/,
  },
  {
    given: "no region",
    environment: { AWS_REGION: undefined },
    says: /^No AWS region is set: use --region.* For a running npm start: --local\.$/m,
  },
  { given: "no credentials", environment: { AWS_ACCESS_KEY_ID: undefined }, says: "No AWS credentials were found" },
  { given: "no npm start", args: ["--local", "--data", "/nowhere"], says: "No npm start is running on the data folder /nowhere" },
])("a fault is reported in one sentence: $given", async ({ args = [], environment: changes = {}, says }) => {
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  const { exitCode, stdout, stderr } = await gatehouse("list", "show", ...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(says);
  expect(stderr).not.toContain("    at ");
});

it("an error shows where it arose if GATEHOUSE_DEBUG is 1", async () => {
  process.env.GATEHOUSE_DEBUG = "1";
  const { stderr } = await gatehouse("list", "show", "--stack", "Refused");
  delete process.env.GATEHOUSE_DEBUG;
  expect(stderr).toContain("    at ");
});
