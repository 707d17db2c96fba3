import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Template } from "aws-cdk-lib/assertions";
import { EventQueue } from "../../features/decisions/stack/event-queue";
import { AuditLog } from "../../features/notifications/stack/audit-log";
import { Notifications } from "../../features/notifications/stack/notifications";
import { packageRoot } from "../../lib/app-root";
import { type SynthOptions, synthesize } from "../support/synth";

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}
interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

const region = "eu-west-1";
const env = { region, account: "111111111111" };
const keyIn = (place: string) => `arn:aws:kms:${place}:111111111111:key/00000000-0000-0000-0000-00000000000a`;
const everywhere: SynthOptions = {
  folder: "samples/policies/approval",
  alarmEmail: "it@contoso.com",
  console: { tenantId: "contoso.onmicrosoft.com", clientId: "the-client" },
  externalTenant: { tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45", audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58" },
  webhooks: [{ name: "siem", url: "https://siem.contoso.com/gatehouse" }],
  eventArchiveDays: 30,
  backup: { keepDays: 35 },
  auditArchive: { keepDays: 35 },
  fixedOutgoingAddress: true,
  rotation: {},
  canary: true,
  add: (gatehouse) => {
    new EventQueue(gatehouse, "Events");
    new Notifications(gatehouse, "Stopped");
    new AuditLog(gatehouse, "Audit");
  },
};

const all = (template: Template, type: string) => Object.entries(template.findResources(type)) as [string, Resource][];

/** Where each type that keeps something names its key. */
const keyed: Readonly<Record<string, (properties: Record<string, unknown>) => unknown>> = {
  "AWS::Backup::BackupVault": ({ EncryptionKeyArn }) => EncryptionKeyArn,
  "AWS::Events::Archive": ({ KmsKeyIdentifier }) => KmsKeyIdentifier,
  "AWS::Logs::LogGroup": ({ KmsKeyId }) => KmsKeyId,
  "AWS::S3::Bucket": ({ BucketEncryption }) =>
    (BucketEncryption as { ServerSideEncryptionConfiguration: { ServerSideEncryptionByDefault: { KMSMasterKeyID: unknown } }[] })
      .ServerSideEncryptionConfiguration[0]?.ServerSideEncryptionByDefault.KMSMasterKeyID,
  "AWS::SecretsManager::Secret": ({ KmsKeyId }) => KmsKeyId,
  "AWS::SNS::Topic": ({ KmsMasterKeyId }) => KmsMasterKeyId,
  "AWS::SQS::Queue": ({ KmsMasterKeyId }) => KmsMasterKeyId,
  "AWS::DynamoDB::GlobalTable": ({ Replicas }) =>
    (Replicas as { SSESpecification?: { KMSMasterKeyId: unknown } }[])[0]?.SSESpecification?.KMSMasterKeyId,
};

/** What a table takes that is written. */
const WRITTEN = "dynamodb Decrypt DescribeKey Encrypt GenerateDataKey ReEncryptFrom ReEncryptTo";

describe("encryptionKey", () => {
  const { template } = synthesize({ ...everywhere, env, encryptionKey: keyIn(region) });

  it.each(Object.entries(keyed))("encrypts every %s", (type, keyOf) => {
    const found = all(template, type);
    expect(found.length).toBeGreaterThan(0);
    for (const [, { Properties }] of found) expect(keyOf(Properties)).toBe(keyIn(region));
  });

  it("is off by default, and then AWS's own keys encrypt", () => {
    const bare = synthesize({ ...everywhere, env }).template;
    expect(JSON.stringify(bare.toJSON())).not.toMatch(/kms:|KmsMasterKeyId|KMSMasterKeyId|"KmsKeyId"/);
    const queues = all(bare, "AWS::SQS::Queue");
    expect(queues.length).toBeGreaterThan(0);
    for (const [, { Properties }] of queues) expect(Properties).toMatchObject({ SqsManagedSseEnabled: true });
  });

  it.each<[string, RegExp, readonly string[]]>([
    // By way of which service, what.
    ["a step opens tables and its secret", /Decides on sign-ups at the step before-create-user/, [WRITTEN, "secretsmanager Decrypt"]],
    ["the authorizer opens its secret, and the ledger", /basic auth/, [WRITTEN, "secretsmanager Decrypt"]],
    [
      "the worker of the access list opens rows and their stream, and tells what failed",
      /spelling/,
      ["Decrypt DescribeKey", WRITTEN, "sqs Decrypt GenerateDataKey"],
    ],
    [
      "the publisher opens a stream and writes to the trail, and tells what failed",
      /Publishes decisions/,
      ["Decrypt DescribeKey", WRITTEN, "secretsmanager Decrypt", "sqs Decrypt GenerateDataKey"],
    ],
    ["mail opens its queue, requests and its secret, and notes what it sent", /Sends mail/, ["Decrypt", WRITTEN, "secretsmanager Decrypt"]],
    ["rotation opens and closes passwords, and notes that it fails", /new passwords/, [WRITTEN, "secretsmanager Decrypt GenerateDataKey"]],
    ["the console opens tables and secrets", /operators' web pages/, [WRITTEN, "secretsmanager Decrypt"]],
  ])("allows each function only the use that it needs: %s", (_, description, may) => {
    expect(keyUses(template, description)).toEqual(may);
  });

  it("with the value true makes a key of the stack that rotates yearly and outlives the stack", () => {
    const own = synthesize({ env, encryptionKey: true }).template;
    const [[id, key] = []] = all(own, "AWS::KMS::Key");
    expect(key).toMatchObject({ DeletionPolicy: "RetainExceptOnCreate", Properties: { EnableKeyRotation: true } });
    const arn = { "Fn::GetAtt": [id, "Arn"] };
    for (const [, { Properties }] of all(own, "AWS::SecretsManager::Secret")) expect(Properties.KmsKeyId).toEqual(arn);
  });

  it("gives its key the documented policy: IAM decides, and only services that act for no caller are listed", () => {
    const own = synthesize({ ...everywhere, env, encryptionKey: true }).template;
    const [[, key] = []] = all(own, "AWS::KMS::Key");
    const { Statement } = (key as Resource).Properties.KeyPolicy as { Statement: unknown[] };
    const toPaste = JSON.parse(readFileSync(join(packageRoot, "docs", "permissions", "encryption-key.json"), "utf8"));
    const [rootToPaste, ...servicesToPaste] = toPaste.Statement;
    const [root, ...services] = Statement as [{ Action: string; Principal: { AWS: unknown } }, ...unknown[]];
    for (const each of [root, rootToPaste]) expect(each).toMatchObject({ Action: "kms:*" });
    for (const each of [root, rootToPaste]) expect(JSON.stringify(each.Principal.AWS)).toContain(":iam::111111111111:root");
    // Known here, so that the CDK writes it as the file does, but for the partition.
    expect(
      JSON.parse(
        JSON.stringify(services).replaceAll(/\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"([^"]*)"\]\]\}/g, '"arn:aws$1"'),
      ),
    ).toEqual(servicesToPaste);
  });

  it("encrypts each copy of a table or secret by a key in that region", () => {
    const replicas = ["eu-central-1"];
    const copied = synthesize({
      env,
      replicas,
      encryptionKey: { [region]: keyIn(region), "eu-central-1": keyIn("eu-central-1") },
    }).template;
    for (const [, { Properties }] of all(copied, "AWS::DynamoDB::GlobalTable")) {
      const keys = (Properties.Replicas as { Region: string; SSESpecification: { KMSMasterKeyId: string } }[]).map(
        ({ Region, SSESpecification }) => [Region, SSESpecification.KMSMasterKeyId],
      );
      expect(Object.fromEntries(keys)).toEqual({ [region]: keyIn(region), "eu-central-1": keyIn("eu-central-1") });
    }
    for (const [, { Properties }] of all(copied, "AWS::SecretsManager::Secret"))
      expect(Properties.ReplicaRegions).toEqual([{ Region: "eu-central-1", KmsKeyId: keyIn("eu-central-1") }]);
  });

  it.each<[string, SynthOptions, string]>([
    [
      "a key of another region",
      { env, encryptionKey: keyIn("us-east-1") },
      "encryptionKey is a key of us-east-1, but the resources that it should encrypt are in eu-west-1: write a key of eu-west-1.",
    ],
    [
      "an alias",
      { env, encryptionKey: "arn:aws:kms:eu-west-1:111111111111:alias/own" },
      "it must be true, or the ARN of a KMS key (not of an alias), such as",
    ],
    ["a key's id", { env, encryptionKey: "1234" }, 'encryptionKey is "1234"; it must be true, or the ARN'],
    ["one key with copies", { env, replicas: ["eu-central-1"], encryptionKey: true }, "a copy of a table needs a key of its region."],
    [
      "no key for a copy",
      { env, replicas: ["eu-central-1"], encryptionKey: { [region]: keyIn(region) } },
      "encryptionKey has no key for eu-central-1",
    ],
    [
      "a key of another region for a copy",
      { env, replicas: ["eu-central-1"], encryptionKey: { [region]: keyIn(region), "eu-central-1": keyIn(region) } },
      'encryptionKey["eu-central-1"] is a key of eu-west-1',
    ],
    [
      "a key for nowhere",
      { env, encryptionKey: { [region]: keyIn(region), "us-east-1": keyIn("us-east-1") } },
      "encryptionKey has a key for us-east-1, where neither",
    ],
    ["a key where the region is not known", { encryptionKey: true }, "encryptionKey needs to know the region of the stack itself"],
  ])("refuses %s", (_, options, message) => {
    expect(() => synthesize(options)).toThrow(message);
  });
});

/** What a function may do with the key: by way of a service if it has to be, "dynamodb Decrypt". */
function keyUses(template: Template, description: RegExp): readonly string[] {
  const [, lambda] = all(template, "AWS::Lambda::Function").find(([, { Properties }]) => description.test(`${Properties.Description}`)) as [
    string,
    Resource,
  ];
  const role = (lambda.Properties.Role as { "Fn::GetAtt": [string] })["Fn::GetAtt"][0];
  const uses = all(template, "AWS::IAM::Policy")
    .filter(([, { Properties }]) => JSON.stringify(Properties.Roles) === JSON.stringify([{ Ref: role }]))
    .flatMap(([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement)
    .filter(({ Action }) => `${Action}`.includes("kms:"))
    .map(({ Action, Resource, Condition }) => {
      expect(Resource).toBe(keyIn(region));
      const via = Condition?.StringEquals?.["kms:ViaService"];
      const service = via === undefined ? [] : [`${via}`.replace(`.${region}.amazonaws.com`, "")];
      return [...service, ...[Action].flat().map((action) => action.replace("kms:", ""))].join(" ");
    });
  return [...new Set(uses)].sort();
}

describe("the tracing option", () => {
  const { template } = synthesize({ ...everywhere, tracing: true });

  it("traces every function, and every stage of a REST API", () => {
    for (const [, { Properties }] of all(template, "AWS::Lambda::Function")) expect(Properties.TracingConfig).toEqual({ Mode: "Active" });
    const stages = all(template, "AWS::ApiGateway::Stage");
    expect(stages).toHaveLength(2);
    for (const [, { Properties }] of stages) expect(Properties.TracingEnabled).toBe(true);
  });

  it("traces every function's own calls by one layer, which is absent without the option", () => {
    const [[layer]] = all(template, "AWS::Lambda::LayerVersion") as [[string, object]];
    for (const [, { Properties }] of all(template, "AWS::Lambda::Function")) {
      expect(Properties.Layers).toEqual([{ Ref: layer }]);
      expect(Properties.Environment).toMatchObject({ Variables: { NODE_OPTIONS: "--require /opt/index.js" } });
    }
    const plain = JSON.stringify(synthesize().template.toJSON());
    expect(plain).not.toMatch(/LayerVersion|NODE_OPTIONS/);
  });

  it("lets every function's role send traces", () => {
    const policies = JSON.stringify(template.findResources("AWS::IAM::Policy"));
    expect(policies.match(/"xray:PutTraceSegments"/g)).toHaveLength(all(template, "AWS::Lambda::Function").length);
  });
});

describe("permissionsBoundaryArn", () => {
  const permissionsBoundaryArn = "arn:aws:iam::111111111111:policy/boundary";

  it("limits every role, including those of services and of the account's API logs", () => {
    const roles = all(synthesize({ ...everywhere, permissionsBoundaryArn }).template, "AWS::IAM::Role");
    expect(roles.length).toBeGreaterThan(15);
    expect(roles.filter(([, { Properties }]) => Properties.PermissionsBoundary !== permissionsBoundaryArn).map(([id]) => id)).toEqual([]);
  });

  it.each(["boundary", "arn:aws:iam::111111111111:role/boundary", "arn:aws:iam::1:policy/x", ""])("refuses %p", (given) => {
    expect(() => synthesize({ permissionsBoundaryArn: given })).toThrow(
      `Gatehouse's option permissionsBoundaryArn is ${JSON.stringify(given)}; it must be the ARN of a managed policy, such as`,
    );
  });
});
