import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsClient, awsClient, secretsManager } from "../../../adapters/aws/client";
import { createCredentials, REGION } from "../../../local/aws/access-key";
import { provideCredentials, SecretStore, serveSecrets } from "../../../local/aws/secrets";
import type { LocalServer } from "../../../local/aws/server";
import { Template } from "../../../local/aws/template";
import { testKey } from "../../support/local-database";

const template = new Template("Gate", {
  Resources: {
    Login: {
      Type: "AWS::SecretsManager::Secret",
      Properties: {
        GenerateSecretString: {
          SecretStringTemplate: '{"username":"entra"}',
          GenerateStringKey: "password",
          PasswordLength: 40,
          ExcludePunctuation: true,
        },
      },
    },
    Vendor: { Type: "AWS::SecretsManager::Secret", Properties: { GenerateSecretString: {} } },
  },
});
const SecretId = template.ref("Login");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const file = join(folder, "secrets.json");
let server: LocalServer;
let client: AwsClient;
let store: SecretStore;

beforeEach(async () => {
  rmSync(file, { force: true });
  store = new SecretStore(file);
  store.provide(template);
  server = await serveSecrets(store, { key: testKey });
  client = awsClient(secretsManager, { region: REGION, credentials: createCredentials(testKey), endpoint: server.url });
});
afterEach(() => server.close());
afterAll(() => rmSync(folder, { recursive: true }));

const valueAt = async (VersionStage: string) =>
  (await client.call<{ SecretString: string }>("GetSecretValue", { SecretId, VersionStage })).SecretString;
const put = (SecretString: string) => client.call<{ VersionId: string }>("PutSecretValue", { SecretId, SecretString });

describe("local secrets", () => {
  it("are generated as the template asks", () => {
    const { username, password } = JSON.parse(store.current(SecretId));
    expect(username).toBe("entra");
    expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9]{40}$/);
    expect(store.current(template.ref("Vendor"))).toHaveLength(32);
  });

  it("keep their values over starts, readable only for their owner", () => {
    const before = store.current(SecretId);
    const next = new SecretStore(file);
    next.provide(template);
    expect(next.current(SecretId)).toBe(before);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("move their stages as a rotation does", async () => {
    const first = await valueAt("AWSCURRENT");
    await put("second");
    expect([await valueAt("AWSCURRENT"), await valueAt("AWSPREVIOUS")]).toEqual(["second", first]);
    await put("third");
    expect([await valueAt("AWSCURRENT"), await valueAt("AWSPREVIOUS")]).toEqual(["third", "second"]);
  });

  it("lose the previous version at the end of a rotation, and keep the current one", async () => {
    const { VersionId } = await client.call<{ VersionId: string }>("GetSecretValue", { SecretId });
    await put("second");
    await client.call("UpdateSecretVersionStage", { SecretId, VersionStage: "AWSPREVIOUS", RemoveFromVersionId: VersionId });
    await expect(valueAt("AWSPREVIOUS")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    const current = await client.call<{ VersionId: string }>("GetSecretValue", { SecretId });
    const remove = { SecretId, VersionStage: "AWSPREVIOUS", RemoveFromVersionId: current.VersionId };
    await expect(client.call("UpdateSecretVersionStage", remove)).rejects.toMatchObject({ name: "InvalidParameterException" });
    const { VersionIdsToStages } = await client.call<{ VersionIdsToStages: object }>("DescribeSecret", { SecretId });
    expect(VersionIdsToStages).toEqual({ [current.VersionId]: ["AWSCURRENT"] });
  });

  it.each([
    { operation: "GetSecretValue", input: { SecretId: "nobody" }, name: "ResourceNotFoundException" },
    { operation: "PutSecretValue", input: { SecretId }, name: "InvalidParameterException" },
    { operation: "UpdateSecretVersionStage", input: { SecretId, VersionStage: "AWSCURRENT" }, name: "InvalidParameterException" },
    { operation: "RestoreSecret", input: { SecretId }, name: "UnknownOperationException" },
  ])("refuse $operation $input with $name", async ({ operation, input, name }) => {
    await expect(client.call(operation, input)).rejects.toMatchObject({ name });
  });

  it("take credentials from outside as a new version, once", async () => {
    const generated = JSON.parse(store.current(SecretId));
    const wanted = { password: "own" };
    expect(provideCredentials(store, SecretId, wanted)).toEqual({ username: "entra", password: "own" });
    provideCredentials(store, SecretId, wanted);
    expect(JSON.parse(await valueAt("AWSPREVIOUS"))).toEqual(generated);
  });
});
