import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Alarm, Dashboard, GraphWidget } from "aws-cdk-lib/aws-cloudwatch";
import { AccountPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Gatehouse } from "../../lib/gatehouse";
import type { GatehouseProps } from "../../lib/gatehouse-options";

/** A Gatehouse, and a stack beside it whose role wants something of it. */
function appWith(options: Partial<GatehouseProps> = {}) {
  const app = new App({ context: { "aws:cdk:bundling-stacks": [] } });
  const env = { env: { region: "eu-west-1" } };
  const stack = new Stack(app, "Own", env);
  const other = new Stack(app, "Other", env);
  const gatehouse = new Gatehouse(stack, "SignUp", { policy: "policy", ...options });
  return { app, stack, other, gatehouse, role: new Role(other, "Role", { assumedBy: new AccountPrincipal("111111111111") }) };
}

/** The statements of the only policy in a stack. */
function statementsIn(stack: Stack) {
  const [policy, ...others] = Object.values(Template.fromStack(stack).findResources("AWS::IAM::Policy"));
  expect(others).toEqual([]);
  return policy?.Properties.PolicyDocument.Statement as readonly Readonly<Record<string, unknown>>[];
}

const table = expect.objectContaining({ "Fn::ImportValue": expect.stringContaining("AccessListTable") });

describe("an app's rights to the access list, in another stack", () => {
  it("cover the list's rows and indexes, and no other table, if granted to read", () => {
    const { other, gatehouse, role } = appWith();
    gatehouse.grantReadList(role).assertSuccess();
    const [statement, ...others] = statementsIn(other);
    expect(others).toEqual([]);
    expect(statement?.Action).toEqual(["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"]);
    const resources = statement?.Resource as readonly unknown[];
    expect(resources[0]).toEqual(table);
    expect(JSON.stringify(resources).match(/index\/by-[a-z]+/g)).toEqual(["index/by-entry", "index/by-end", "index/by-problem"]);
  });

  it("cover every row attribute except those that only Gatehouse writes, if the grant is for writing", () => {
    const { other, gatehouse, role } = appWith();
    gatehouse.grantWriteList(role).assertSuccess();
    expect(statementsIn(other)).toEqual([
      {
        Effect: "Allow",
        Action: ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        Resource: table,
        Condition: {
          "ForAllValues:StringNotEquals": {
            "dynamodb:Attributes": ["indexShard", "indexEntry", "indexEnd", "indexProblem", "indexEdit", "typed", "problem", "byPartner"],
          },
          Null: { "dynamodb:Attributes": "false" },
        },
      },
    ]);
  });

  it.each([
    ["grantReadList", ["kms:Decrypt", "kms:DescribeKey"]],
    ["grantWriteList", ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]],
  ] as const)("granted by %s include the key of an encrypted list, for use through DynamoDB only", (grant, Action) => {
    for (const own of [true, false]) {
      const { app, other, gatehouse, role } = appWith({ encryptionKey: own || Key.fromKeyArn(new Stack(), "Key", KEY_ARN) });
      gatehouse[grant](role).assertSuccess();
      expect(statementsIn(other)).toContainEqual({
        Effect: "Allow",
        Action,
        Resource: own ? { "Fn::ImportValue": expect.stringContaining("EncryptionKey") } : KEY_ARN,
        Condition: { StringEquals: { "kms:ViaService": "dynamodb.eu-west-1.amazonaws.com" } },
      });
      app.synth();
    }
  });
});

const KEY_ARN = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000";

const QUERY = 'SELECT SUM("Decisions") FROM "Gatehouse" WHERE';

describe("metrics for an app's graphs and alarms", () => {
  it.each([
    [{}, `${QUERY} "service" = 'Own/SignUp'`, "Decisions"],
    [
      { gate: "default", verdict: "block", step: "before-create-user", rule: "access-list" },
      `${QUERY} "service" = 'Own/SignUp' AND "gate" = 'default' AND "verdict" = 'block' AND "step" = 'before-create-user' AND "rule" = 'access-list'`,
      "Decisions default block before-create-user access-list",
    ],
  ] as const)("count decisions with the filter %j", (options, Expression, Label) => {
    const { stack, gatehouse } = appWith();
    new Alarm(stack, "Alarm", { metric: gatehouse.metricDecisions(options), threshold: 1, evaluationPeriods: 1 });
    Template.fromStack(stack).hasResourceProperties("AWS::CloudWatch::Alarm", {
      Metrics: [Match.objectLike({ Expression, Label, Period: 300 })],
    });
  });

  it("are refused for a gate that does not exist", () => {
    const { gatehouse } = appWith({ gates: { suppliers: { policy: "policy" } } });
    gatehouse.metricDecisions({ gate: "suppliers" });
    expect(() => gatehouse.metricDecisions({ gate: "supliers" })).toThrow(
      /^metricDecisions: there is no gate supliers: did you mean suppliers\?$/,
    );
  });

  it.each(["rest", "http"] as const)("cover the failures, calls and answer times of an API %s, and only of this Gatehouse", (api) => {
    const { stack, gatehouse } = appWith({ api });
    const left = [gatehouse.metricFailures(), gatehouse.metricCalls(), gatehouse.metricLatency({ statistic: "p95" })];
    new Dashboard(stack, "Board", { widgets: [[new GraphWidget({ left })]] });
    const [board] = Object.values(Template.fromStack(stack).findResources("AWS::CloudWatch::Dashboard"));
    const body = JSON.stringify(board?.Properties.DashboardBody).replaceAll("\\", "");
    expect(body).toContain('["Gatehouse","FailedClosed","service","Own/SignUp",{"stat":"Sum"}]');
    expect(body).toMatch(/\["AWS\/ApiGateway","Count","Api(Name|Id)",/);
    expect(body).toMatch(/"Latency".*"stat":"p95"/);
  });
});
