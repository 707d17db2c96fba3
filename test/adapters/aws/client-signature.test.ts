import { createHash, createHmac } from "node:crypto";
import { DynamoDBClient, GetItemCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { awsClient, dynamodb, secretsManager } from "../../../adapters/aws/client";
import { type AwsDouble, type Call, json, startAwsDouble } from "./aws-double";

const NOW = new Date("2026-03-01T12:00:00Z");
const REGION = "eu-west-1";
const lasting = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const temporary = { ...lasting, sessionToken: "session/token+==" };

let double: AwsDouble;
beforeAll(async () => {
  double = await startAwsDouble();
});
afterAll(() => double.close());

beforeEach(() => {
  double.will(json({}));
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
});
afterEach(() => vi.useRealTimers());

const parts = (header: string | undefined) =>
  /^AWS4-HMAC-SHA256 Credential=(.+), SignedHeaders=(.+), Signature=([0-9a-f]{64})$/.exec(header ?? "");

/** AWS Signature Version 4 by the book, from a request as received. */
function signatureOf({ headers, body }: Call, secret: string, service: string): string {
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const names = parts(headers.authorization)?.[2] ?? "";
  const date = String(headers["x-amz-date"]);
  const lines = names.split(";").map((name) => `${name}:${String(headers[name]).trim()}`);
  const request = ["POST", "/", "", ...lines, "", names, sha256(body)].join("\n");
  const scope = [date.slice(0, 8), REGION, service, "aws4_request"];
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, ["AWS4-HMAC-SHA256", date, scope.join("/"), sha256(request)].join("\n")).toString("hex");
}

describe.each([
  { with: "lasting credentials", credentials: lasting },
  { with: "temporary credentials", credentials: temporary },
])("with $with", ({ credentials }) => {
  it.each([
    {
      service: dynamodb,
      operation: "GetItem",
      input: { TableName: "list", Key: { entry: { S: "지우@contoso.com" } } },
      bySdk: () =>
        new DynamoDBClient({ region: REGION, endpoint: double.endpoint, credentials }).send(
          new GetItemCommand({ TableName: "list", Key: { entry: { S: "지우@contoso.com" } } }),
        ),
    },
    {
      service: secretsManager,
      operation: "GetSecretValue",
      input: { SecretId: "s", VersionStage: "AWSCURRENT" },
      bySdk: () =>
        new SecretsManagerClient({ region: REGION, endpoint: double.endpoint, credentials }).send(
          new GetSecretValueCommand({ SecretId: "s", VersionStage: "AWSCURRENT" }),
        ),
    },
  ])("$service.name produces the same signature as the AWS SDK", async ({ service, operation, input, bySdk }) => {
    const client = awsClient(service, { region: REGION, endpoint: double.endpoint, credentials: async () => credentials });
    await client.call(operation, input);
    await bySdk();
    const [ours, theirs] = double.calls;
    const mine = parts(ours?.headers.authorization);
    const sdks = parts(theirs?.headers.authorization);

    // Same key, day, region and service; same body, time, target, type, host and token.
    expect(mine?.[1]).toBe(sdks?.[1]);
    expect(ours?.body).toBe(theirs?.body);
    for (const name of ["x-amz-date", "x-amz-target", "content-type", "host", "x-amz-security-token", "x-amz-content-sha256"] as const) {
      expect([name, ours?.headers[name]]).toEqual([name, theirs?.headers[name]]);
    }
    expect(ours?.headers["x-amz-security-token"]).toBe("sessionToken" in credentials ? credentials.sessionToken : undefined);

    // Everything we sign, they sign too; what they add is about the SDK itself.
    const signedByUs = mine?.[2]?.split(";") ?? [];
    const signedByThem = sdks?.[2]?.split(";") ?? [];
    expect(signedByUs.filter((name) => !signedByThem.includes(name))).toEqual([]);
    const added = signedByThem.filter((name) => !signedByUs.includes(name));
    expect(
      added.filter((name) => !["amz-sdk-invocation-id", "amz-sdk-request", "content-length", "x-amz-user-agent"].includes(name)),
    ).toEqual([]);

    // CloudTrail knows the caller of both by the same words.
    expect(ours?.headers["user-agent"]).toMatch(/^entra-gatehouse /);
    for (const word of ["lang/js", `md/nodejs#${process.versions.node}`]) {
      expect(ours?.headers["user-agent"]?.split(" ")).toContain(word);
      expect(theirs?.headers["user-agent"]?.split(" ")).toContain(word);
    }

    // And both hold when worked out from what came over the wire.
    for (const call of double.calls)
      expect(parts(call.headers.authorization)?.[3]).toBe(signatureOf(call, credentials.secretAccessKey, service.name));
  });
});

describe("on Lambda", () => {
  it("a request names the trace and the runtime in the same headers as the SDK", async () => {
    const trace = "Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1";
    Object.assign(process.env, { AWS_LAMBDA_FUNCTION_NAME: "f", AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x", _X_AMZN_TRACE_ID: trace });
    const options = { region: REGION, endpoint: double.endpoint };
    await awsClient(dynamodb, { ...options, credentials: async () => lasting }).call("ListTables", {});
    await new DynamoDBClient({ ...options, credentials: lasting }).send(new ListTablesCommand({}));
    for (const { headers } of double.calls) {
      expect(headers["x-amzn-trace-id"]).toBe(trace);
    }
    // The SDK reads the runtime once in the life of a process, in which other suites may have run before.
    expect(double.calls[0]?.headers["user-agent"]?.split(" ")).toContain("exec-env/AWS_Lambda_nodejs24.x");
    expect(double.calls).toHaveLength(2);
  });

  it("a request names no trace if Lambda provides none", async () => {
    delete process.env._X_AMZN_TRACE_ID;
    await awsClient(dynamodb, { region: REGION, endpoint: double.endpoint, credentials: async () => lasting }).call("ListTables", {});
    expect(double.calls[0]?.headers).not.toHaveProperty("x-amzn-trace-id");
  });

  const saved = { ...process.env };
  afterEach(() => {
    process.env = { ...saved };
  });

  it("the client reads Lambda's three variables anew at each call", async () => {
    Object.assign(process.env, {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: "first",
      AWS_SECRET_ACCESS_KEY: "x",
      AWS_SESSION_TOKEN: "token-1",
    });
    const client = awsClient(dynamodb, { endpoint: double.endpoint });
    await client.call("GetItem", {});
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "second", AWS_SESSION_TOKEN: "token-2" });
    await client.call("GetItem", {});
    expect(double.calls.map(({ headers }) => [parts(headers.authorization)?.[1]?.split("/")[0], headers["x-amz-security-token"]])).toEqual([
      ["first", "token-1"],
      ["second", "token-2"],
    ]);
  });
});
