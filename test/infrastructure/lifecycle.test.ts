import { type SynthOptions, synthesize } from "../support/synth";

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

const env = { region: "eu-west-1", account: "111111111111" };
const key = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-00000000000a";
const certificateArn = "arn:aws:acm:eu-west-1:111111111111:certificate/1";
const domain = { domainName: "signup.contoso.com", certificateArn };

/** What a stack is from its first deployment on, in any order. */
const deployments: readonly ({ readonly of: string } & SynthOptions)[] = [
  { of: "the shipped policy" },
  { of: "no access list", folder: "test/infrastructure/policies/no-list" },
  {
    of: "approvals, mail, a console",
    folder: "samples/policies/guests",
    alarmEmail: "it@contoso.com",
    console: { tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45", clientId: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58" },
  },
  { of: "an HTTP API", api: "http", dashboard: true },
  { of: "a canary, rotation, tracing", canary: true, rotation: {}, tracing: true, provisionedConcurrency: 1 },
  { of: "a custom domain, WAF", customDomain: domain, waf: true },
  { of: "client certificates", customDomain: { ...domain, trustStore: { bucketName: "trust", key: "ca.pem", version: "v1" } } },
  { of: "an HTTP API behind the same domain", api: "http", customDomain: domain },
  { of: "a fixed address", fixedOutgoingAddress: true },
  { of: "a fixed address of one's own", fixedOutgoingAddress: { allocationIds: ["eipalloc-0a1", "eipalloc-0b2"] } },
  { of: "a key of its own", encryptionKey: true },
  { of: "a key that is handed in", encryptionKey: key },
  { of: "several regions", replicas: ["eu-central-1"] },
  {
    of: "an external tenant and a gate",
    externalTenant: { tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45", audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58" },
    gates: { suppliers: { policy: "policy" } },
  },
];

/** What CloudFormation cannot change in a table, a secret or a bucket: a change makes a new, empty one. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  "AWS::DynamoDB::GlobalTable": ["TableName", "KeySchema", "LocalSecondaryIndexes"],
  "AWS::DynamoDB::Table": ["TableName", "KeySchema", "LocalSecondaryIndexes"],
  "AWS::SecretsManager::Secret": ["Name"],
  "AWS::S3::Bucket": ["BucketName", "ObjectLockEnabled"],
};

const templates = deployments.map(({ of, ...options }) => {
  const { Resources } = synthesize({ env, ...options }).template.toJSON() as { Resources: Readonly<Record<string, Resource>> };
  return { of, resources: Resources };
});
const pairs = templates.flatMap((from) => templates.filter((to) => to !== from).map((to) => ({ from, to })));
const both = pairs.flatMap(({ from, to }) =>
  Object.entries(from.resources).flatMap(([id, before]) => {
    const after = to.resources[id];
    return after === undefined ? [] : [{ where: `${id}, from ${from.of} to ${to.of}`, before, after }];
  }),
);

describe("a change between any two sets of options", () => {
  // CloudFormation refuses such an update: "Update of resource type is not permitted".
  it("changes no resource's type", () => {
    expect(both.filter(({ before, after }) => before.Type !== after.Type).map(({ where }) => where)).toEqual([]);
  });

  it("replaces no retained resource by an empty one", () => {
    const replaced = both.filter(({ before, after }) =>
      (FIXED[before.Type] ?? []).some((name) => JSON.stringify(before.Properties?.[name]) !== JSON.stringify(after.Properties?.[name])),
    );
    expect(replaced.map(({ where }) => where)).toEqual([]);
  });

  // CloudFormation makes or takes away one index of a table in an update, and no stream in one that adds a region.
  it("keeps each table's indexes and stream", () => {
    const shape = ({ Properties: { GlobalSecondaryIndexes, AttributeDefinitions, StreamSpecification } = {} }: Resource) =>
      JSON.stringify([GlobalSecondaryIndexes, AttributeDefinitions, StreamSpecification]);
    const tables = both.filter(({ before }) => before.Type === "AWS::DynamoDB::GlobalTable");
    expect(tables.filter(({ before, after }) => shape(before) !== shape(after)).map(({ where }) => where)).toEqual([]);
  });

  it("retains a removed table or bucket", () => {
    const stores = templates.flatMap(({ resources }) =>
      Object.entries(resources).filter(([, { Type }]) => /^AWS::(DynamoDB::|S3::Bucket$)/.test(Type)),
    );
    expect(stores.length).toBeGreaterThan(templates.length * 3);
    expect(stores.filter(([, { DeletionPolicy }]) => DeletionPolicy !== "RetainExceptOnCreate").map(([id]) => id)).toEqual([]);
  });
});
