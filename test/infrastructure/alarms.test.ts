import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Template } from "aws-cdk-lib/assertions";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Notifications } from "../../features/notifications/stack/notifications";
import { packageRoot } from "../../lib/app-root";
import type { Gatehouse } from "../../lib/gatehouse";
import { synthesize } from "../support/synth";

interface Reference {
  readonly Ref: string;
}
interface Statement {
  readonly Effect: string;
  readonly Action: string;
  readonly Principal: { readonly Service?: string };
  readonly Resource: Reference;
  readonly Condition?: object;
}
interface Alarm {
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly Reference[];
  readonly OKActions: readonly Reference[];
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: { readonly MetricName: string } };
  }[];
}

const properties = <T>(template: Template, type: string) =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties as T);

const { template } = synthesize({
  folder: "samples/policies/approval",
  alarmEmail: "it@contoso.com",
  expectSignUps: { withinHours: 72 },
  console: { tenantId: "contoso.onmicrosoft.com", clientId: "the-client" },
  externalTenant: {
    tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45",
    audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58",
    testCaller: "11111111-2222-4333-8444-555555555555",
  },
  rotation: {},
  webhooks: [{ name: "siem", url: "https://siem.contoso.com/gatehouse" }],
  add: (gatehouse) => new Notifications(gatehouse, "Stopped", { subscriptions: [new EmailSubscription("it@contoso.com")] }),
});
const alarms = properties<Alarm>(template, "AWS::CloudWatch::Alarm");

const runbook = readFileSync(join(packageRoot, "docs", "runbook.md"), "utf8");
const sections = [...runbook.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);

/** Whether a service may publish to a topic. A topic with a policy of its own has lost the default one. */
function publishers(topic: string): readonly (string | undefined)[] {
  return properties<{ PolicyDocument: { Statement: Statement[] } }>(template, "AWS::SNS::TopicPolicy")
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Effect, Action, Resource }) => Effect === "Allow" && Action === "sns:Publish" && Resource.Ref === topic)
    .map(({ Principal }) => Principal.Service);
}

const subscribers = (topic: string) =>
  properties<{ TopicArn: Reference; Endpoint: string }>(template, "AWS::SNS::Subscription")
    .filter(({ TopicArn }) => TopicArn.Ref === topic)
    .map(({ Endpoint }) => Endpoint);

it.each(alarms.map((alarm) => [/#(.*)$/.exec(alarm.AlarmDescription)?.[1], alarm] as const))(
  "the alarm %s notifies a person and has a section in the runbook",
  (section, { AlarmActions, OKActions }) => {
    expect(AlarmActions).toHaveLength(1);
    expect(OKActions).toEqual(AlarmActions);
    const topic = AlarmActions[0]?.Ref ?? "";
    expect(publishers(topic)).toEqual(["cloudwatch.amazonaws.com"]);
    expect(subscribers(topic)).toEqual(["it@contoso.com"]);
    expect(sections).toContain(section);
  },
);

it("the topic accepts no alarm of another account", () => {
  const policies = JSON.stringify(template.findResources("AWS::SNS::TopicPolicy"));
  expect(policies).toContain('"Condition":{"StringEquals":{"aws:SourceAccount":{"Ref":"AWS::AccountId"}}}');
});

it("the topic lets EventBridge publish if a rule has the topic as its target", () => {
  const topics = Object.keys(template.findResources("AWS::SNS::Topic"));
  const told = properties<{ Targets?: { Arn: Partial<Reference> }[] }>(template, "AWS::Events::Rule")
    .flatMap(({ Targets = [] }) => Targets.map(({ Arn }) => Arn.Ref))
    .filter((target) => target !== undefined && topics.includes(target));
  expect(told).toHaveLength(1);
  for (const topic of told as string[])
    expect([publishers(topic), subscribers(topic)]).toEqual([["events.amazonaws.com"], ["it@contoso.com"]]);
});

it("the alarm credentials-refused rings if a step's calls are refused and none passes", () => {
  const [alarm] = alarms.filter(({ AlarmDescription }) => AlarmDescription.endsWith("#credentials-refused"));
  expect(alarm?.Metrics?.map(({ Expression }) => Expression)).toContain("IF(r0 > 0 AND a0 < 1, r0, 0) + IF(r1 > 0 AND a1 < 1, r1, 0)");
  expect(alarm?.Metrics?.map(({ Id, MetricStat }) => [Id, MetricStat?.Metric.MetricName])).toEqual(
    expect.arrayContaining([
      ["r0", "CallsRefused-after-sign-in"],
      ["a0", "CallsAnswered-after-sign-in"],
      ["r1", "CallsRefused-before-create-user"],
      ["a1", "CallsAnswered-before-create-user"],
    ]),
  );
});

it("every log metric has the default value 0 and its pattern", () => {
  const filters = properties<{ FilterPattern: string; MetricTransformations: { MetricName: string; DefaultValue: number }[] }>(
    template,
    "AWS::Logs::MetricFilter",
  );
  for (const { MetricTransformations } of filters) expect(MetricTransformations[0]?.DefaultValue).toBe(0);
  const patterns = Object.fromEntries(filters.map((each) => [each.MetricTransformations[0]?.MetricName, each.FilterPattern]));
  expect(patterns).toMatchObject({
    OldPasswordInUse: '{ $.credentials = "overdue" }',
    "CallsRefused-after-sign-in": '{ ($.responseType = "UNAUTHORIZED") && ($.route = "POST /after-sign-in") }',
    "CallsAnswered-after-sign-in": '{ ($.responseType = "-") && ($.route = "POST /after-sign-in") }',
  });
});

it.each([
  { policy: "policy", alarms: [] },
  { policy: "test/infrastructure/policies/services", alarms: ["SecretsUnread"] },
])("the alarm on unreadable secrets exists if rules have secrets: $policy", ({ policy: folder, alarms }) => {
  const all = properties<{ MetricName?: string }>(synthesize({ folder }).template, "AWS::CloudWatch::Alarm");
  expect(all.flatMap(({ MetricName }) => (MetricName === "SecretsUnread" ? [MetricName] : []))).toEqual(alarms);
});

it("there is no topic without alarmEmail", () => {
  synthesize().template.resourceCountIs("AWS::SNS::Topic", 0);
});

it("the alarm on streams that wait takes as many readers as CloudWatch takes expressions", () => {
  const add = (more: number) => (gatehouse: Gatehouse) => {
    const reader = LambdaFunction.fromFunctionName(gatehouse, "Mine", "mine");
    for (let index = 0; index < more; index++) gatehouse.alarms.alarmOnLag(reader);
  };
  const lag = synthesize({ add: add(1) }).template;
  const expressions = properties<Alarm>(lag, "AWS::CloudWatch::Alarm").flatMap(({ Metrics = [] }) => {
    const own = Metrics.filter(({ Expression }) => Expression !== undefined);
    return Metrics.some(({ Id }) => Id === "late0") ? [own.length] : [];
  });
  expect(expressions).toEqual([expect.any(Number)]);
  expect(expressions[0]).toBeLessThanOrEqual(10);
  expect(() => synthesize({ add: add(10) })).toThrow("The alarm StreamLag follows 10 readers; CloudWatch takes 9.");
});
