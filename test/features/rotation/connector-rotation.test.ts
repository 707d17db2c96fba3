import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentialCertificateEnd } from "../../../adapters/graph/certificates";
import { graph as graphOf } from "../../../adapters/graph/graph";
import { apiConnectors } from "../../../features/entra/client/api-connectors";
import { rotationHandler } from "../../../features/rotation/worker/connector-rotation";
import { packageRoot } from "../../../lib/app-root";
import { SecretStore, serveSecrets } from "../../../local/aws/secrets";
import type { LocalServer } from "../../../local/aws/server";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { awsWorld, captureOutput } from "../../lambda/invoke";
import { memoryWorld } from "../../memory/world";
import { startDynamoDb, type TestDynamoDb, testCredentials } from "../../support/dynamodb";

const { log } = memoryWorld().world;

const pem = (name: string) => readFileSync(join(packageRoot, "test/fixtures/graph", name), "utf8");
const ids = { tenantId: "11111111-1111-1111-1111-111111111111", clientId: "22222222-2222-2222-2222-222222222222" };
const url = "https://gate.example.com/before-create-user";
const HOUR = 3_600;

let folder: string;
let database: TestDynamoDb;
let graph: GraphStandIn;
let store: SecretStore;
let secrets: LocalServer;
let output: ReturnType<typeof captureOutput>;
const before = { ...process.env };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
  writeFileSync(
    join(folder, "secrets.json"),
    JSON.stringify({
      gate: secret("gate", { old: ["old", "AWSPREVIOUS", 100], new: ["new", "AWSCURRENT", 72] }),
      settings: { ARN: "settings", Name: "settings", versions: {} },
    }),
  );
  store = new SecretStore(join(folder, "secrets.json"));
  store.putSecretValue({ SecretId: "settings", SecretString: JSON.stringify({ ...ids, clientSecret: "s3cret" }) });
  [database, graph, secrets] = await Promise.all([
    startDynamoDb(),
    serveGraph(),
    serveSecrets(store, { key: { ...testCredentials, region: "eu-west-1" } }),
  ]);
  await database.client.call("CreateTable", {
    TableName: "ledger",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: testCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: testCredentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    GATEHOUSE_ENDPOINT_GRAPH: graph.url,
    GATEHOUSE_ENDPOINT_LOGIN: graph.url,
    LEDGER_TABLE: "ledger",
    ROTATION_DAYS: "30",
    ROTATION_SECRET: "settings",
    ROTATED_GATES: JSON.stringify([{ gate: "default", secret: "gate", urls: { "before-create-user": url } }]),
  });
  const connectors = apiConnectors(graphOf({ ...ids, clientSecret: async () => "theirs", log }));
  await connectors.createConnector("Gatehouse before creating the user", url, { username: "entra", password: "old" });
  output = captureOutput();
});
afterEach(async () => {
  output.release();
  process.env = { ...before };
  await Promise.all([database.close(), graph.close(), secrets.close()]);
  rmSync(folder, { recursive: true });
});

function secret(ARN: string, versions: Readonly<Record<string, readonly [string, string, number]>>) {
  const stored = ([password, stage, hoursAgo]: readonly [string, string, number]) => ({
    SecretString: JSON.stringify({ username: "entra", password }),
    CreatedDate: Date.now() / 1_000 - hoursAgo * HOUR,
    stages: [stage],
  });
  return { ARN, Name: ARN, versions: Object.fromEntries(Object.entries(versions).map(([id, version]) => [id, stored(version)])) };
}

async function invoked(): Promise<string> {
  await rotationHandler(awsWorld())();
  return output.text();
}
const held = () =>
  graph.connectors().map(({ authenticationConfiguration }) => (authenticationConfiguration as { password: string }).password);

it("sends the connector the new password if no call has used it yet, raises the alarm after two days, and logs no password", async () => {
  const log = await invoked();
  expect(held()).toEqual(["new"]);
  expect(log).toContain('"message":"rotation overdue"');
  expect(log).toContain('"RotationStuck":1');
  expect(log).not.toMatch(/"(old|new|s3cret)"/);
});

it("recognizes the connectors of npm start by the address at which npm start answers", async () => {
  process.env.GATEHOUSE_LOCAL_API_URL = "https://gate.example.com";
  process.env.ROTATED_GATES = JSON.stringify([
    {
      gate: "default",
      secret: "gate",
      urls: { "before-create-user": "https://abc.execute-api.eu-west-1.amazonaws.com/v1/before-create-user" },
    },
  ]);
  await invoked();
  expect(held()).toEqual(["new"]);
});

it("skips connectors that use a certificate", async () => {
  const authenticationConfiguration = { "@odata.type": "#microsoft.graph.clientCertificateAuthentication", certificateList: [] };
  for (const connector of graph.connectors()) Object.assign(connector, { authenticationConfiguration });
  expect(await invoked()).toContain('"task":"none"');
  expect(graph.connectors()).toMatchObject([{ authenticationConfiguration }]);
});

it("raises the alarm if no connector calls the gate, since the secret may name another tenant", async () => {
  const urls = { "before-create-user": "https://another.example.com/before-create-user" };
  process.env.ROTATED_GATES = JSON.stringify([{ gate: "default", secret: "gate", urls }]);
  const log = await invoked();
  expect(log).toContain('"message":"rotation finds no connector"');
  expect(log).toContain('"RotationStuck":1');
  expect(held()).toEqual(["old"]);
});

it("does and reports nothing if nothing is due", async () => {
  await database.client.call("PutItem", { TableName: "ledger", Item: { id: { S: "credentials/new/before-create-user" } } });
  await invoked();
  expect(() => store.getSecretValue({ SecretId: "gate", VersionStage: "AWSPREVIOUS" })).toThrow("can't find");
  const rested = await invoked();
  expect(rested).not.toContain("RotationStuck");
  expect(held()).toEqual(["old"]);
});

it.each([
  {
    given: "settings that are not filled in",
    settings: "{}",
    says: "The secret named by the output RotationSecret cannot be used: tenantId is missing",
  },
  { given: "a certificate that is none", settings: { ...ids, certificate: "PEM", privateKey: "KEY" }, says: "is no certificate in PEM" },
])("rings for $given, and changes nothing", async ({ settings, says }) => {
  store.putSecretValue({ SecretId: "settings", SecretString: typeof settings === "string" ? settings : JSON.stringify(settings) });
  const log = await invoked();
  expect(log).toContain('"RotationStuck":1');
  expect(log.replaceAll("\\", "")).toContain(says);
  expect(held()).toEqual(["old"]);
});

it("reports the number of days that its own certificate has left", async () => {
  const settings = JSON.stringify({ ...ids, certificate: pem("certificate.pem"), privateKey: pem("private-key.pem") });
  store.putSecretValue({ SecretId: "settings", SecretString: settings });
  const end = credentialCertificateEnd(settings) as Date;
  const days = Math.floor((end.getTime() - Date.now()) / 86_400_000);
  expect(await invoked()).toContain(`"CertificateDaysLeft":${days}`);
});
