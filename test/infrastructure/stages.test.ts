import { App, NestedStack, RemovalPolicies, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { EventQueue } from "../../features/decisions/stack/event-queue";
import { AuditLog } from "../../features/notifications/stack/audit-log";
import { Notifications } from "../../features/notifications/stack/notifications";
import { Gatehouse } from "../../lib/gatehouse";
import { type SynthOptions, synthesize } from "../support/synth";

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

const options: Omit<SynthOptions, "env"> = {
  folder: "samples/policies/approval",
  alarmEmail: "it@contoso.com",
  waf: true,
  dashboard: true,
  eventArchiveDays: 30,
  console: { tenantId: "contoso.onmicrosoft.com", clientId: "the-client" },
  externalTenant: { tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45", audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58" },
  webhooks: [{ name: "siem", url: "https://siem.contoso.com/gatehouse" }],
  add: (gatehouse: Gatehouse) => [
    new EventQueue(gatehouse, "Events"),
    new Notifications(gatehouse, "Stopped"),
    new AuditLog(gatehouse, "Audit"),
  ],
};

/** Names that an account has once in a region. What is left out is a name within something, or no more than a label. */
const uniqueNames: Readonly<Record<string, string>> = {
  "AWS::ApiGateway::ApiKey": "Name",
  "AWS::CloudWatch::Alarm": "AlarmName",
  "AWS::CloudWatch::Dashboard": "DashboardName",
  "AWS::DynamoDB::GlobalTable": "TableName",
  "AWS::Events::ApiDestination": "Name",
  "AWS::Events::Archive": "ArchiveName",
  "AWS::Events::Connection": "Name",
  "AWS::Events::EventBus": "Name",
  "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
  "AWS::IAM::Role": "RoleName",
  "AWS::Lambda::Function": "FunctionName",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::Logs::ResourcePolicy": "PolicyName",
  "AWS::S3::Bucket": "BucketName",
  "AWS::SNS::Topic": "TopicName",
  "AWS::SQS::Queue": "QueueName",
  "AWS::SecretsManager::Secret": "Name",
  "AWS::WAFv2::WebACL": "Name",
};

function namesIn(template: Template): readonly string[] {
  return Object.values(template.toJSON().Resources as Record<string, Resource>).flatMap(({ Type, Properties = {} }) => {
    const name = Properties[uniqueNames[Type] ?? ""];
    return name === undefined ? [] : [`${Type} ${JSON.stringify(name)}`];
  });
}

describe("two stacks of one app in one account and region", () => {
  const [production, test] = ["Gatehouse", "Gatehouse-test"].map((stackName) =>
    namesIn(synthesize({ ...options, stackName }).template),
  ) as [readonly string[], readonly string[]];

  it("share no name", () => {
    expect(production.filter((name) => test.includes(name))).toEqual([]);
  });

  it("have fixed names that contain the stack's name if AWS generates no name", () => {
    expect(test).toEqual([
      'AWS::Events::EventBus "Gatehouse-test.events"',
      expect.stringMatching(/^AWS::Logs::LogGroup "\/aws\/vendedlogs\/Gatehouse-test\.Extension-[0-9a-f]{8}"$/),
      expect.stringMatching(/^AWS::Logs::LogGroup "\/aws\/vendedlogs\/Gatehouse-test\.Console-[0-9a-f]{8}"$/),
      'AWS::Logs::LogGroup "/aws/events/Gatehouse-test/Audit"',
      'AWS::Logs::ResourcePolicy "Gatehouse-test.Audit"',
    ]);
  });
});

it("nested stacks have distinct fixed names even if their own names are known only at deployment", () => {
  const app = new App({ context: { "aws:cdk:bundling-stacks": [] } });
  const { folder: policy = "", add, ...others } = options;
  const nested = ["One", "Other"].map((id) => {
    const stack = new NestedStack(new Stack(app, `Portal${id}`, { stackName: `Portal-${id}` }), "Nested");
    add?.(new Gatehouse(stack, "SignUp", { policy, ...others }));
    return stack;
  });
  for (const stack of nested) {
    const names = namesIn(Template.fromStack(stack));
    expect(names).toHaveLength(5);
    expect(names.filter((name) => !name.includes('{"Ref":"AWS::StackName"}'))).toEqual([]);
  }
  expect(namesIn(Template.fromStack(nested[0] as Stack))[0]).toBe(
    'AWS::Events::EventBus {"Fn::Join":["",[{"Ref":"AWS::StackName"},".SignUp.events"]]}',
  );
});

it("a stage that keeps nothing retains only the account's role for API Gateway's logs", () => {
  const kept = (template: Template) =>
    Object.values(template.toJSON().Resources as Record<string, Resource & { readonly DeletionPolicy?: string }>)
      .filter(({ DeletionPolicy = "Delete" }) => DeletionPolicy !== "Delete")
      .map(({ Type }) => Type);
  const all = { ...options, env: { region: "eu-west-1" }, encryptionKey: true, fixedOutgoingAddress: true };
  expect(new Set(kept(synthesize(all).template))).toEqual(
    new Set([
      "AWS::ApiGateway::Account",
      "AWS::DynamoDB::GlobalTable",
      "AWS::EC2::EIP",
      "AWS::IAM::Role",
      "AWS::KMS::Key",
      "AWS::Logs::LogGroup",
      "AWS::SecretsManager::Secret",
    ]),
  );
  const destroyed = synthesize({ ...all, add: (gatehouse) => RemovalPolicies.of(gatehouse).destroy() });
  expect(kept(destroyed.template).sort()).toEqual(["AWS::ApiGateway::Account", "AWS::IAM::Role"]);
});

describe("setsApiLogRole", () => {
  it("sets the account's role for API Gateway's logs, and keeps it after the stack is deleted", () => {
    const { template } = synthesize();
    template.resourceCountIs("AWS::ApiGateway::Account", 1);
    template.hasResource("AWS::ApiGateway::Account", { DeletionPolicy: "Retain" });
  });

  it("set to false leaves the account unchanged, and access logs are still written", () => {
    const { template } = synthesize({ ...options, setsApiLogRole: false });
    template.resourceCountIs("AWS::ApiGateway::Account", 0);
    expect(JSON.stringify(template.findResources("AWS::IAM::Role"))).not.toContain("apigateway.amazonaws.com");
    for (const { Properties } of Object.values(template.findResources("AWS::ApiGateway::Stage")))
      expect(Properties.AccessLogSetting).toBeDefined();
  });
});
