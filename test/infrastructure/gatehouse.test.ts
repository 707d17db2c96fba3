import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { App, CfnResource, Stack, Validations } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { tables } from "../../adapters/tables/tables";
import { EventQueue } from "../../features/decisions/stack/event-queue";
import { AuditLog } from "../../features/notifications/stack/audit-log";
import { Notifications } from "../../features/notifications/stack/notifications";
import { packageRoot } from "../../lib/app-root";
import { Gatehouse } from "../../lib/gatehouse";
import type { GatehouseProps } from "../../lib/gatehouse-options";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { add as approveFromElsewhere } from "../events/recipes/approve-from-elsewhere";
import { add as arrivals } from "../events/recipes/arrivals";
import { add as auditLog } from "../events/recipes/audit-log";
import { add as database } from "../events/recipes/database";
import { add as notify } from "../events/recipes/notify";
import { add as slack } from "../events/recipes/slack";
import { type SynthOptions, synth, synthesize } from "../support/synth";

interface Statement {
  readonly Action: string | readonly string[];
  readonly Condition?: unknown;
}
interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

const policy = "samples/policies/approval";
/** Every option there is. */
const everything: Omit<GatehouseProps, "policy"> = {
  alarmEmail: "it@contoso.com",
  rateLimit: 10,
  expectSignUps: { withinHours: 72 },
  extensionsAppId: "0f3a1b7c-9d2e-4f5a-8b6c-7d8e9fa0b1c2",
  waf: true,
  dashboard: true,
  tracing: true,
  decisionDays: 30,
  eventArchiveDays: 30,
  runbookUrl: "https://wiki.contoso.com/runbook",
  customDomain: { domainName: "signup.contoso.com", certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/1" },
  fixedOutgoingAddress: true,
  console: {
    tenantId: "contoso.onmicrosoft.com",
    clientId: "the-client",
    domainName: "console.contoso.com",
    certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/2",
  },
  approvalMail: { approverLanguage: "ko" },
  webhooks: [{ name: "siem", url: "https://siem.contoso.com/gatehouse" }],
  backup: { keepDays: 35 },
  auditArchive: { keepDays: 35 },
  canary: true,
  reservedConcurrency: 50,
  provisionedConcurrency: 1,
  permissionsBoundaryArn: "arn:aws:iam::111111111111:policy/boundary",
};

const withOptions = synthesize({ folder: policy, check: true, ...everything });

const resources = (template: Template, type: string) =>
  Object.entries(template.toJSON().Resources as Record<string, Resource>).filter(([, { Type }]) => Type === type);

describe("every function that reads a stream or a queue", () => {
  const parts = (type: string) => resources(withOptions.template, type).map(([, { Properties }]) => Properties);
  const mappings = parts("AWS::Lambda::EventSourceMapping") as unknown as {
    readonly FunctionName: object;
    readonly EventSourceArn: { readonly "Fn::GetAtt": readonly [string, string] };
    readonly MaximumBatchingWindowInSeconds?: number;
  }[];
  const alarms = parts("AWS::CloudWatch::Alarm") as unknown as {
    readonly MetricName?: string;
    readonly Threshold: number;
    readonly Dimensions?: readonly { readonly Value: object }[];
    readonly Metrics?: readonly {
      readonly Id: string;
      readonly Expression?: string;
      readonly MetricStat?: {
        readonly Metric: { readonly MetricName: string; readonly Dimensions: readonly { readonly Value: object }[] };
      };
    }[];
  }[];
  const HOUR_S = 3_600;

  function queueLagS(name: object): number {
    const [lag, ...others] = alarms.filter(
      ({ MetricName, Dimensions }) => MetricName === "ApproximateAgeOfOldestMessage" && isSame(Dimensions?.[0]?.Value, name),
    );
    expect(others).toEqual([]);
    return lag?.Threshold ?? 0;
  }

  /** Of one alarm for all: the most of what each is behind its own window. */
  function streamLagS({ FunctionName }: { readonly FunctionName: object }): number {
    const [lag, ...others] = alarms.filter(({ Metrics = [] }) => Metrics.some(({ Id }) => Id === "lag"));
    expect(others).toEqual([]);
    const metrics = lag?.Metrics ?? [];
    const age = metrics.find(({ MetricStat }) => isSame(MetricStat?.Metric.Dimensions[0]?.Value, FunctionName));
    expect(age?.MetricStat?.Metric.MetricName).toBe("IteratorAge");
    const late = metrics.find(({ Expression = "" }) => Expression.startsWith(`${age?.Id} - `));
    expect(metrics.find(({ Id }) => Id === "lag")?.Expression).toMatch(new RegExp(`^MAX\\(\\[.*\\b${late?.Id}\\b.*\\]\\)$`));
    return ((lag?.Threshold ?? 0) + Number(late?.Expression?.split(" - ")[1])) / 1_000;
  }

  const readers = [...new Map(mappings.map((each) => [JSON.stringify([each.FunctionName, each.EventSourceArn]), each])).values()];

  it("is included in these tests", () => expect(readers.length).toBeGreaterThanOrEqual(10));

  it.each(readers.map((each) => [JSON.stringify(each.FunctionName), each] as const))(
    "%s has an alarm that rings within an hour of delay, but not within its batching window",
    (_, each) => {
      const isQueue = each.EventSourceArn["Fn::GetAtt"][1] === "Arn";
      const ringsAfterS = isQueue ? queueLagS({ "Fn::GetAtt": [each.EventSourceArn["Fn::GetAtt"][0], "QueueName"] }) : streamLagS(each);
      expect(ringsAfterS).toBeGreaterThan(each.MaximumBatchingWindowInSeconds ?? 0);
      expect(ringsAfterS).toBeLessThan(HOUR_S);
    },
  );
});

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

describe("afterSignInDays", () => {
  const daysOf = (template: Template) =>
    resources(template, "AWS::Lambda::Function").flatMap(([, { Properties }]) => {
      const { AFTER_SIGN_IN_DAYS: days } = (Properties.Environment as { Variables: Record<string, string> } | undefined)?.Variables ?? {};
      return days === undefined ? [] : [[Properties.Description, days]];
    });

  it.each([
    { given: {}, days: "14" },
    { given: { decisionDays: 7 }, days: "7" },
    { given: { afterSignInDays: 60 }, days: "60" },
  ])("is passed only to the step after-sign-in: the options $given mean $days days", ({ given, days }) => {
    expect(daysOf(synthesize(given).template)).toEqual([["Decides on sign-ups at the step after-sign-in", days]]);
  });

  it("must be a whole number from 1", () => {
    expect(() => synthesize({ afterSignInDays: 0 })).toThrow("afterSignInDays");
  });
});

describe("two Gatehouses with one policy in a stack that has other resources", () => {
  const { template, one } = synthesizeTwo();
  const parts = (type: string) => resources(template, type).map(([, { Properties }]) => Properties);

  it("have separate names, metrics and outputs", () => {
    const services = parts("AWS::Lambda::Function").map(
      ({ Environment }) => (Environment as { Variables: Record<string, string> }).Variables.POWERTOOLS_SERVICE_NAME,
    );
    expect([...new Set(services)].sort()).toEqual(["Portal/One", "Portal/Two"]);
    expect(one.name).toBe("Portal/One");
    const named = parts("AWS::CloudWatch::Alarm").flatMap(({ Dimensions = [] }) => Dimensions as { Name: string; Value: string }[]);
    const counted = named.filter(({ Name }) => Name === "service").map(({ Value }) => Value);
    expect([...new Set(counted)].sort()).toEqual(["Portal/One", "Portal/Two"]);
    const namespaces = parts("AWS::Logs::MetricFilter").flatMap(
      ({ MetricTransformations }) => MetricTransformations as { MetricNamespace: string }[],
    );
    expect([...new Set(namespaces.map(({ MetricNamespace }) => MetricNamespace))]).toEqual([
      "Gatehouse/Portal/One",
      "Gatehouse/Portal/Two",
    ]);
    expect(parts("AWS::WAFv2::WebACL").map(({ VisibilityConfig }) => (VisibilityConfig as { MetricName: string }).MetricName)).toEqual([
      "Portal/One",
      "Portal/Two",
    ]);
    const outputs = Object.keys(template.findOutputs("*"));
    expect(outputs).toEqual(expect.arrayContaining(["OneBeforeCreateUserUrl", "TwoBeforeCreateUserUrl", "OneConsoleUrl", "TwoEventsUrl"]));
    expect(template.findOutputs("OneCredentialsCommand")).toMatchObject({
      OneCredentialsCommand: { Value: { "Fn::Join": ["", [expect.stringContaining("--stack Portal/One --region "), expect.anything()]] } },
    });
  });

  it("set the account's role for API Gateway's logs only once", () => {
    template.resourceCountIs("AWS::ApiGateway::Account", 1);
    for (const [, stage] of resources(template, "AWS::ApiGateway::Stage"))
      expect(stage).toMatchObject({ DependsOn: [expect.stringMatching(/^ApiGatewayLogsAccount/)] });
  });

  it("give no resource a fixed physical name", () => {
    const physical = /^(TableName|FunctionName|RoleName|QueueName|TopicName|BucketName|AlarmName|DashboardName|LogGroupName)$/;
    const fixed = Object.values(template.toJSON().Resources as Record<string, Resource>).flatMap(({ Properties = {} }) =>
      Object.entries(Properties).filter(([name, value]) => physical.test(name) && typeof value === "string"),
    );
    // EventBridge and API Gateway write to log groups under their prefixes alone; the Gatehouse's own name sets them apart.
    expect(fixed.map(([, name]) => name)).toEqual([
      expect.stringMatching(/^\/aws\/vendedlogs\/Portal\.One\.Console-[0-9a-f]{8}$/),
      "/aws/events/Portal/One/Audit",
      expect.stringMatching(/^\/aws\/vendedlogs\/Portal\.Two\.Console-[0-9a-f]{8}$/),
    ]);
  });

  it("expose their useful parts", () => {
    expect(Object.keys(one.tables).sort()).toEqual(Object.keys(tables).sort());
    expect(one.steps.map(({ path }) => path)).toEqual(["after-sign-in", "before-create-user"]);
    expect(one.alarms.topic).toBeDefined();
    expect([one.api, one.bus, one.console, one.approvals, one.approvalApi]).not.toContain(undefined);
  });
});

function synthesizeTwo(): { readonly template: Template; readonly one: Gatehouse } {
  const { context } = JSON.parse(readFileSync(join(packageRoot, "cdk.json"), "utf8"));
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "gatehouse-two-")), context: { ...context, "aws:cdk:bundling-stacks": [] } });
  const stack = new Stack(app, "Portal");
  new Queue(stack, "Own", {
    enforceSSL: true,
    deadLetterQueue: { queue: new Queue(stack, "Dead", { enforceSSL: true }), maxReceiveCount: 1 },
  });
  // A stack holds 500 resources: two networks are fifty of them, two archives of the trail twenty, two webhooks thirty, two plans of backups ten.
  const { customDomain, fixedOutgoingAddress, backup, auditArchive, webhooks, ...options } = everything;
  const operators = { tenantId: "contoso.onmicrosoft.com", clientId: "the-client" };
  const loaded = { ...options, console: operators, policy: loadPolicyFolder(policy) };
  const [one, two] = ["One", "Two"].map((id) => new Gatehouse(stack, id, loaded)) as [Gatehouse, Gatehouse];
  for (const gatehouse of [one, two]) {
    new EventQueue(gatehouse, "Events");
    new Notifications(gatehouse, "Stopped");
  }
  new AuditLog(one, "Audit");
  for (const id of ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"]) {
    for (const own of ["Own", "Dead"]) Validations.of(stack.node.findChild(own)).acknowledge({ id, reason: "A test." });
  }
  synth(app, true);
  return { template: Template.fromStack(stack), one };
}

describe("a stack with every option", () => {
  it("has no cdk-nag finding without an acknowledged reason", () => {
    expect(withOptions.warnings).toEqual([expect.stringContaining("fixedOutgoingAddress is on")]);
  });

  it("has an ASCII template, because diffs are never clean otherwise", () => {
    expect(JSON.stringify(withOptions.template.toJSON()).match(/[^\0-\x7f]/g)).toBeNull();
  });

  it("keeps the meaning of escaped texts", () => {
    const [[, page]] = resources(withOptions.template, "AWS::ApiGateway::GatewayResponse").filter(
      ([, { Properties }]) => Properties.ResponseType === "DEFAULT_4XX",
    ) as [[string, Resource]];
    const body = (page.Properties.ResponseTemplates as Record<string, string>)["application/json"] ?? "";
    expect(JSON.parse(body).userMessage).toMatch(/try again.*다시.*\$context\.requestId/s);
  });
});

describe("auditArchive", () => {
  const { template } = withOptions;

  it("keeps locked, versioned, encrypted and private objects, which outlive the stack", () => {
    template.hasResource("AWS::S3::Bucket", {
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
      Properties: {
        ObjectLockEnabled: true,
        ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule: { DefaultRetention: { Days: 35, Mode: "GOVERNANCE" } } },
        VersioningConfiguration: { Status: "Enabled" },
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: 36, Status: "Enabled" })]) },
      },
    });
    template.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Deny", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
        ]),
      },
    });
  });

  it("lets its function only add objects, never overwrite one, and save its progress", () => {
    const policies = Object.entries(template.findResources("AWS::IAM::Policy")) as [
      string,
      { Properties: { PolicyDocument: { Statement: Statement[] } } },
    ][];
    const all = policies.flatMap(([id, { Properties }]) => Properties.PolicyDocument.Statement.map((each) => ({ id, ...each })));
    expect(all.filter(({ Action }) => [Action].flat().some((each) => each.startsWith("s3:")))).toEqual([
      expect.objectContaining({
        id: expect.stringMatching(/^AuditArchiveFunctionRole/),
        Action: "s3:PutObject",
        Condition: { Null: { "s3:if-none-match": "false" } },
      }),
    ]);
    const own = all.filter(({ id, Action }) => id.startsWith("AuditArchive") && JSON.stringify(Action).includes("dynamodb:"));
    expect(own.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      ["dynamodb:Query", undefined],
      [
        ["dynamodb:GetItem", "dynamodb:PutItem"],
        { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["audit-archive/*"] }, Null: { "dynamodb:LeadingKeys": "false" } },
      ],
      // It notes that it fails, so that operators see it.
      [
        ["dynamodb:GetItem", "dynamodb:PutItem"],
        { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["work/audit-archive*"] }, Null: { "dynamodb:LeadingKeys": "false" } },
      ],
    ]);
  });

  it("runs every minute, and rings if it fails", () => {
    template.hasResourceProperties("AWS::Events::Rule", { ScheduleExpression: "rate(1 minute)", State: "ENABLED" });
    template.hasResourceProperties("AWS::CloudWatch::Alarm", { AlarmDescription: Match.stringLikeRegexp("#audit-archive") });
  });
});

/** A queue of its reader's own keeps what fails. */
function approveFromItsQueue(gatehouse: Gatehouse): void {
  approveFromElsewhere(gatehouse);
  const id = "Serverless-LambdaEventSourceMappingDestination";
  Validations.of(gatehouse).acknowledge({ id, reason: "The recipe's queue has a dead-letter queue." });
}

describe("the CDK's own check of templates, and cdk-nag's packs AwsSolutions and Serverless", () => {
  const certificate = "arn:aws:acm:eu-west-1:111111111111:certificate/1";
  const outside = "test/infrastructure/policies/outside";
  const env = { region: "eu-west-1", account: "111111111111" };
  const keyIn = (region: string) => `arn:aws:kms:${region}:111111111111:key/00000000-0000-0000-0000-00000000000a`;
  const keys = { "eu-west-1": keyIn("eu-west-1"), "eu-central-1": keyIn("eu-central-1") };
  const strict: SynthOptions = {
    env,
    externalTenant: { tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45", audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58" },
    gates: { suppliers: { policy: loadPolicyFolder("policy") } },
    rotation: {},
    encryptionKey: true,
    canary: { percent: 20, minutes: 5, linear: true },
    alarmEmail: "it@contoso.com",
    runbookUrl: "https://wiki.contoso.com/런북",
    approvalMail: { approverLanguage: "ko", texts: { "label.name": "이름" } },
  };

  const trustStore = { bucketName: "trust", key: "ca.pem", version: "v1" };

  // What does not touch each other stands in one stack. Every option together is checked further up.
  const stacks: readonly ({ of: string } & SynthOptions)[] = [
    { of: "the policy that ships" },
    {
      of: "a policy without the list, and client certificates",
      folder: "test/infrastructure/policies/no-list",
      customDomain: { domainName: "signup.contoso.com", certificateArn: certificate, trustStore },
    },
    { of: "a rule's own secret, and the recipe slack", folder: "test/infrastructure/policies/own-rule", add: slack },
    {
      of: "a vendor's secret, and a canary that is passed over",
      folder: "samples/policies/experian",
      canary: true,
      context: { canary: "false" },
    },
    {
      of: "shadowed rules, and the other recipes",
      folder: "test/infrastructure/policies/shadows",
      add: (gatehouse) => [notify, auditLog, database, arrivals].map((recipe) => recipe(gatehouse)),
    },
    { of: "calls outside, from one address", folder: outside, fixedOutgoingAddress: true, tracing: true },
    { of: "calls outside, from two", folder: outside, fixedOutgoingAddress: { allocationIds: ["eipalloc-0a1", "eipalloc-0b2"] } },
    {
      of: "approvals without accounts, and copies in other regions",
      folder: "samples/policies/approval-continue",
      env,
      replicas: ["eu-central-1"],
      encryptionKey: keys,
    },
    { of: "approvals without mail, and the recipe approve-from-elsewhere", folder: policy, approvalMail: false, add: approveFromItsQueue },
    { of: "that recipe where region and account are known", folder: policy, add: approveFromItsQueue, env },
    { of: "an external tenant, several gates, rotation and keys of one's own", folder: policy, ...strict },
  ];

  it.each(stacks)("find nothing in the template with $of, which is ASCII", ({ of: _, ...options }) => {
    const { template } = synthesize({ ...options, check: true });
    expect(JSON.stringify(template.toJSON()).match(/[^\0-\x7f]+/g)).toBeNull();
  });

  it("find a wrong template", () => {
    const add = (gatehouse: Gatehouse) =>
      new CfnResource(gatehouse, "Wrong", { type: "AWS::SQS::Queue", properties: { DelaySeconds: -1 } });
    expect(() => synthesize({ add, check: true })).toThrow("DelaySeconds: -1 is less than the minimum");
  });
});

describe("an argument that the construct refuses", () => {
  const make = (props: object) => () => new Gatehouse(new Stack(new App(), "Portal"), "SignUp", props as GatehouseProps);

  it.each([
    {
      given: "an unknown option",
      props: { policy, alarmMail: "it@contoso.com" },
      says: /^Gatehouse's option alarmMail is unknown: did you mean alarmEmail\?$/,
    },
    {
      given: "a text for a number",
      props: { policy, rateLimit: "50" },
      says: /^Gatehouse's option rateLimit is "50"; it must be a whole number from 1\.$/,
    },
    {
      given: "a name for an object",
      props: { policy, fixedOutgoingAddress: "yes" },
      says: /"yes"; it must be true or false, or an object, \{ … \}\.$/,
    },
    { given: "no policy", props: {}, says: /^Gatehouse's option policy is missing\.$/ },
    { given: "a policy that is not there", props: { policy: "nowhere" }, says: /^There is no policy folder nowhere\.$/ },
    { given: "a policy outside the app", props: { policy: tmpdir() }, says: /lies outside the app: move it into / },
  ])("is named in the error: $given", ({ props, says }) => {
    let error: unknown;
    try {
      make(props)();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ name: expect.stringMatching(/^(Setup|Policy)Error$/), message: expect.stringMatching(says) });
  });

  it("may be a policy folder with type errors, which the error lists by file and line", () => {
    const folder = mkdtempSync(join(packageRoot, ".local-test-policy-"));
    const file = join(folder, "before-create-user.ts");
    writeFileSync(
      file,
      'import { accessList, beforeCreateUser } from "entra-gatehouse";\nexport const seats: number = "ten";\nexport default beforeCreateUser([accessList()], { trust: "any" });\n',
    );
    expect(make({ policy: relative(packageRoot, folder) })).toThrow(/before-create-user\.ts\(2,\d+\): error TS/);
    rmSync(folder, { recursive: true });
  });
});

afterAll(() => rmSync(withOptions.outdir, { recursive: true, force: true }));
