import { knownDomains } from "../../features/look-alikes/store";
import { RELEASE_POLICY } from "../../lib/release/release";
import { costOfAMillion } from "../../scripts/costs/million";
import { idle, idleCost, idleRelease, lookAlikeRows, warmCost } from "../../scripts/costs/tables";
import { startDynamoDb } from "../support/dynamodb";
import { createKeyTable } from "../support/key-table";
import { synthesize } from "../support/synth";

// Somebody hears of alarms, so decisions are counted.
const { template } = synthesize({ alarmEmail: "it@contoso.com" });

const releaseSettings = { policy: RELEASE_POLICY, approvalMail: { decideFromMail: true } };

interface AlarmProperties {
  readonly Metrics?: readonly { readonly MetricStat?: object }[];
}

it.each([
  { name: "the shipped policy's stack", settings: {}, amounts: idle, minutes: [1, 4, 5] },
  { name: "the released template", settings: releaseSettings, amounts: idleRelease, minutes: [1, 4, 5, 5] },
])("$name has as many alarms, secrets and starts as the bill says", ({ settings, amounts, minutes }) => {
  const { template } = synthesize({ alarmEmail: "it@contoso.com", ...settings });
  const alarms = Object.values(template.findResources("AWS::CloudWatch::Alarm")) as { Properties: AlarmProperties }[];
  const metrics = alarms.map(({ Properties: { Metrics } }) => (Metrics ? Metrics.filter(({ MetricStat }) => MetricStat).length : 1));
  const rules = Object.values(template.findResources("AWS::Events::Rule")).filter(({ Properties }) => Properties.ScheduleExpression);
  const rateOf = ({ Properties }: (typeof rules)[number]) => Number(/^rate\((\d+) minutes?\)$/.exec(Properties.ScheduleExpression)?.[1]);
  expect(rules.map(rateOf).sort()).toEqual(minutes);
  const starts = rules.filter((rule) => rateOf(rule) !== 4).map((rule) => (60 / rateOf(rule)) * rule.Properties.Targets.length);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  expect({ alarmMetrics: sum(metrics), startsAnHour: sum(starts) }).toEqual({
    alarmMetrics: amounts.alarmMetrics,
    startsAnHour: amounts.startsAnHour,
  });
  template.resourceCountIs("AWS::SecretsManager::Secret", amounts.secrets);
});

it("warming calls reach as many functions as billed, and cost at most $0.10 a month, $0.03 a function", () => {
  const rules = Object.values(template.findResources("AWS::Events::Rule")) as {
    Properties: { ScheduleExpression: string; Targets: object[] };
  }[];
  const warmed = rules.filter(({ Properties }) => Properties.ScheduleExpression === "rate(4 minutes)");
  expect(warmed.flatMap(({ Properties }) => Properties.Targets)).toHaveLength(idle.warmFunctions);
  expect(warmCost() * idle.warmFunctions).toBeLessThanOrEqual(0.1);
  expect(warmCost()).toBeLessThanOrEqual(0.03);
});

it("an idle stack costs less than $2 a month", () => expect(idleCost()).toBeLessThan(2));

it("a stack without options has nothing that costs by the hour", () => {
  for (const type of ["AWS::EC2::NatGateway", "AWS::WAFv2::WebACL", "AWS::KMS::Key"]) template.resourceCountIs(type, 0);
});

it.each([
  { api: "rest", below: 19.5 },
  { api: "http", below: 14.5 },
] as const)("a million sign-ups by a $api API cost less than $below dollars, with their stored data", ({ api, below }) => {
  expect(costOfAMillion(api).reduce((total, { dollars }) => total + dollars, 0)).toBeLessThan(below);
});

it("functions keep the log lines that the bill counts, and API methods have no metrics of their own", () => {
  for (const { Properties } of Object.values(template.findResources("AWS::Lambda::Function")))
    expect(Properties.LoggingConfig).toMatchObject({ LogFormat: "JSON", SystemLogLevel: "WARN" });
  const [stage] = Object.values(template.findResources("AWS::ApiGateway::Stage"));
  expect(stage?.Properties.MethodSettings).toEqual([expect.objectContaining({ MetricsEnabled: false })]);
});

it("an allowed domain adds as many look-alike rows as the bill of an import counts", async () => {
  const database = await startDynamoDb();
  await createKeyTable(database.client, "ledger-test", "ledger");
  const domains = ["contosopartner.com", "fabrikam.com"];
  await knownDomains(database.client, "ledger-test").allowed(domains);
  const { Items } = await database.client.call<{ Items: readonly object[] }>("Scan", { TableName: "ledger-test" });
  expect(Items).toHaveLength(domains.reduce((sum, domain) => sum + lookAlikeRows(domain), 0));
  await database.close();
});
