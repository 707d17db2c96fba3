/** Deployments whose upgrade is tried, by their options. Older commits have these options, too. */
export const deployments = {
  "the shipped policy": { policy: "policy" },
  "a console, gates, external tenants, mail": {
    policy: "samples/policies/guests",
    alarmEmail: "it@contoso.com",
    console: { tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45", clientId: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58" },
    externalTenant: { tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45", audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58" },
    approvalMail: { decideFromMail: true },
    gates: { suppliers: { policy: "samples/policies/partner-codes" } },
  },
  "what keeps and archives": {
    policy: "samples/policies/approval",
    env: { account: "111111111111", region: "eu-west-1" },
    auditArchive: { keepDays: 365 },
    backup: { keepDays: 365 },
    customDomain: { domainName: "signup.contoso.com", certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/1" },
    encryptionKey: true,
    eventArchiveDays: 30,
    rotation: {},
    webhooks: [{ name: "siem", url: "https://siem.contoso.com/gatehouse" }],
  },
  "an HTTP API": { policy: "policy", api: "http" },
} as const;

/**
 * Properties that CloudFormation cannot change in a resource that holds data, or that others know by its address: a change makes a new
 * one. Source: "Update requires: Replacement" of each type's page.
 */
export const replacing: Readonly<Record<string, readonly string[]>> = {
  "AWS::ApiGateway::DomainName": ["DomainName"],
  "AWS::ApiGateway::RestApi": [],
  "AWS::ApiGatewayV2::Api": ["ProtocolType"],
  "AWS::ApiGatewayV2::DomainName": ["DomainName"],
  "AWS::Backup::BackupVault": ["BackupVaultName", "EncryptionKeyArn"],
  "AWS::DynamoDB::GlobalTable": ["KeySchema", "LocalSecondaryIndexes", "TableName"],
  "AWS::DynamoDB::Table": ["KeySchema", "LocalSecondaryIndexes", "TableName"],
  "AWS::EC2::EIP": ["Domain", "NetworkBorderGroup"],
  "AWS::Events::Archive": ["ArchiveName", "SourceArn"],
  "AWS::Events::EventBus": ["Name"],
  "AWS::KMS::Key": [],
  "AWS::Logs::LogGroup": ["LogGroupName"],
  "AWS::S3::Bucket": ["BucketName", "ObjectLockEnabled"],
  "AWS::SecretsManager::Secret": ["Name"],
  "AWS::SQS::Queue": ["FifoQueue", "QueueName"],
};

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly DeletionPolicy?: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

/** The part of a template that an upgrade has to keep. */
export interface Kept {
  /** By logical id. */
  readonly resources: Readonly<Record<string, { readonly type: string; readonly fixed: Readonly<Record<string, unknown>> }>>;
  readonly outputs: readonly string[];
}

export function reduceTemplate({ Resources, Outputs = {} }: Template): Kept {
  const resources = Object.entries(Resources).flatMap(([id, { Type, Properties = {} }]) => {
    const names = replacing[Type];
    if (names === undefined) return [];
    const fixed = Object.fromEntries(names.flatMap((name) => (Properties[name] === undefined ? [] : [[name, Properties[name]]])));
    return [[id, { type: Type, fixed }] as const];
  });
  return { resources: Object.fromEntries(resources.sort(([a], [b]) => (a < b ? -1 : 1))), outputs: Object.keys(Outputs).sort() };
}
