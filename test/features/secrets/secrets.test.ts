import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { outputTo } from "../../../cli/output";
import { setSecret } from "../../../features/secrets/verbs/secrets";
import { SecretStore, serveSecrets } from "../../../local/aws/secrets";
import { gatehouse, jsonLines, startInstance } from "../../cli/support";
import { testCredentials } from "../../support/dynamodb";
import { startWorld, type TestServer } from "../doctor/world";

const ARN = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:";
const arns = { approvals: `${ARN}Approvals-a1b2c3`, crm: `${ARN}Crm-a1b2c3`, console: `${ARN}Console-a1b2c3` };
const VALUE = "k3s-value-that-nobody-sees";
const before = { ...process.env };

let world: TestServer;
let folder: string;
let store: SecretStore;
let secrets: Awaited<ReturnType<typeof serveSecrets>>;

function typedIn(Description: string, shape?: object) {
  const Metadata = shape && { "gatehouse:shape": JSON.stringify(shape) };
  return { Type: "AWS::SecretsManager::Secret", Properties: { GenerateSecretString: {}, Description }, ...(Metadata && { Metadata }) };
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-secrets-"));
  const file = join(folder, "secrets.json");
  const versions = { first: { SecretString: "what AWS made", CreatedDate: 1_795_000_000, stages: ["AWSCURRENT"] } };
  writeFileSync(file, JSON.stringify(Object.fromEntries(Object.values(arns).map((arn) => [arn, { ARN: arn, Name: arn, versions }]))));
  store = new SecretStore(file);
  const key = { ...testCredentials, region: "eu-west-1" };
  [world, secrets] = await Promise.all([startWorld([]), serveSecrets(store, { key })]);
  Object.assign(world.world, {
    outputs: {
      CredentialsSecret: "arn:credentials",
      ApprovalsSecret: arns.approvals,
      ConsoleSecret: arns.console,
      PolicySecrets: JSON.stringify({ "crm-token": arns.crm }),
    },
    resources: {
      [arns.approvals]: typedIn("Gatehouse: how accounts are made", { tenantId: "a GUID", clientSecret: "its value" }),
      [arns.console]: typedIn("Gatehouse: the console's sign-in", { clientSecret: "the client secret's value" }),
      [arns.crm]: typedIn("Gatehouse policy: crm-token"),
      Generated: {
        Type: "AWS::SecretsManager::Secret",
        Properties: { GenerateSecretString: { PasswordLength: 40 }, Description: "Gatehouse" },
      },
    },
  });
  process.env = {
    ...before,
    AWS_ENDPOINT_URL: world.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: testCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: testCredentials.secretAccessKey,
  };
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.env = before;
  world.close();
  await secrets.close();
  rmSync(folder, { recursive: true });
});

function typing(input: string) {
  vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from([input]) as typeof process.stdin);
}

it("secrets lists the secrets that need a value and their purpose, without any value", async () => {
  typing(VALUE);
  expect(await gatehouse("secrets", "set", "crm-token")).toMatchObject({ exitCode: 0, stderr: "" });
  const ran = await gatehouse("secrets", "list", "--json");
  expect(jsonLines(ran)).toMatchObject([
    { name: "approvals", use: "Gatehouse: how accounts are made", filledIn: false, members: ["tenantId", "clientSecret"] },
    { name: "console", filledIn: false, members: ["clientSecret"] },
    { name: "crm-token", filledIn: true, changed: expect.stringMatching(/^20/) },
  ]);
  const { stdout } = await gatehouse("secrets", "list");
  expect(stdout).toMatch(/^!! {2}approvals +not filled in +how accounts are made$/m);
  expect(stdout).toContain("2 secrets to fill in: npm run gate -- secrets set approvals");
  expect(stdout + ran.stdout).not.toContain(VALUE);
});

it.each([
  { name: "crm-token", input: `${VALUE}\n`, held: VALUE },
  { name: "console", input: `${VALUE}\n`, held: JSON.stringify({ clientSecret: VALUE }) },
  { name: "ConsoleSecret", input: `{"clientSecret":"${VALUE}"}`, held: `{"clientSecret":"${VALUE}"}` },
  { name: "approvals", input: `{"tenantId":"t"}\n`, held: `{"tenantId":"t"}` },
])("secrets set stores $name from standard input, and prints none of it", async ({ name, input, held }) => {
  typing(input);
  const { exitCode, stdout, stderr } = await gatehouse("secrets", "set", name);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).not.toContain(VALUE);
  const key = name === "approvals" ? "approvals" : name === "crm-token" ? "crm" : "console";
  expect(store.current(arns[key])).toBe(held);
});

it.each([
  { name: "approvals", input: VALUE, says: "approvals holds a JSON object with tenantId, clientSecret: standard input has none." },
  { name: "console", input: `{"clientSecret":"${VALUE}"`, says: "console holds a JSON object with clientSecret" },
  {
    name: "approvals",
    input: `{"tenantId":"t","clientSecert":"${VALUE}"}`,
    says: "approvals holds no clientSecert, so it stays as it is. Did you mean clientSecret?",
  },
  { name: "crm-token", input: "\n", says: "Standard input is empty, so crm-token stays as it is." },
  { name: "crm", input: VALUE, says: "There is no secret crm to fill in: write one of approvals, console, crm-token." },
  { name: "CredentialsSecret", input: VALUE, says: "AWS makes the connectors' passwords: entra credentials rotate changes one." },
])("secrets set keeps $name if the input is invalid", async ({ name, input, says }) => {
  typing(input);
  const { exitCode, stdout, stderr } = await gatehouse("secrets", "set", name);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain(says);
  expect(stderr).not.toContain(VALUE);
  for (const arn of Object.values(arns)) expect(store.current(arn)).toBe("what AWS made");
});

it.each([
  { mailFrom: "Contoso Sign-up <sign-up@contoso.com>", says: "" },
  { mailFrom: "Zürich, Inc. <sign-up@contoso.com>", says: "" },
  // A wrong address was always taken; doctor tells of it.
  { mailFrom: "contoso", says: "" },
  { mailFrom: '"Contoso" <sign-up@contoso.com>', says: "mailFrom has a name with quotes, with line breaks" },
  { mailFrom: "Contoso\r\nBcc: x@example.com <sign-up@contoso.com>", says: "mailFrom has a name with quotes, with line breaks" },
  { mailFrom: "Contoso <contoso.com>", says: "mailFrom is no e-mail address" },
])("secrets set keeps the sender of mail if its name cannot be sent: $mailFrom", async ({ mailFrom, says }) => {
  const { outputs, resources } = world.world;
  outputs.ApprovalMailSecret = arns.approvals;
  delete outputs.ApprovalsSecret;
  resources[arns.approvals] = typedIn("Gatehouse: mail", { mailFrom: "", approvers: "", redirectUrl: "" });
  const value = JSON.stringify({ mailFrom, approvers: "", redirectUrl: "https://app.contoso.com/" });
  typing(value);
  const { exitCode, stderr } = await gatehouse("secrets", "set", "approval-mail");
  expect({ exitCode, stderr }).toEqual({ exitCode: says === "" ? 0 : 1, stderr: expect.stringContaining(says) });
  expect(store.current(arns.approvals)).toBe(says === "" ? value : "what AWS made");
});

it("secrets set rejects an object that lacks a member of the stored one", async () => {
  typing('{"tenantId":"t","clientSecret":"c"}');
  await gatehouse("secrets", "set", "approvals");
  typing('{"clientSecret":"new"}');
  const { exitCode, stderr } = await gatehouse("secrets", "set", "approvals");
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("approvals holds tenantId too") });
  expect(store.current(arns.approvals)).toBe('{"tenantId":"t","clientSecret":"c"}');
});

it("secrets set asks for each member; Enter keeps the stored one", async () => {
  let stdout = "";
  const streams = { stdout: { write: (text: string) => (stdout += text) }, stderr: { write: () => true } };
  const set = async (...answers: string[]) => {
    const questions: string[] = [];
    await setSecret("approvals", { stack: "Gatehouse" }, { output: outputTo(streams), exitCode: 0 }, async (question) => {
      questions.push(question);
      return answers.shift() ?? "";
    });
    return questions;
  };
  expect(await set("tenant", VALUE)).toEqual(["tenantId (such as a GUID): ", "clientSecret (such as its value): "]);
  expect(await set("", "another")).toEqual([
    "tenantId (such as a GUID; Enter keeps what is there): ",
    "clientSecret (such as its value; Enter keeps what is there): ",
  ]);
  expect(JSON.parse(store.current(arns.approvals))).toEqual({ tenantId: "tenant", clientSecret: "another" });
  await expect(set()).rejects.toThrow("Nothing was typed, so approvals stays as it is.");
  expect(stdout).not.toContain(VALUE);
});

it("secrets set rejects a member that the stored secret of a local instance does not have", async () => {
  const instance = await startInstance([], "policy", { policySecret: "crm" });
  const set = async (input: string) => {
    typing(input);
    return await gatehouse("secrets", "set", "crm", ...instance.local);
  };
  expect(await set(`{"username":"u","password":"${VALUE}"}`)).toMatchObject({ exitCode: 0 });
  const refused = await set(`{"username":"u","passwrd":"${VALUE}"}`);
  await instance.close();
  expect(refused).toEqual({ exitCode: 1, stdout: "", stderr: "crm holds no passwrd, so it stays as it is. Did you mean password?\n" });
});

it("secrets set reports a missing stack", async () => {
  world.world.hasStack = false;
  const { exitCode, stderr } = await gatehouse("secrets", "list");
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: "There is no stack Gatehouse: deploy it, or see --stack, --region and --profile.\n",
  });
});
