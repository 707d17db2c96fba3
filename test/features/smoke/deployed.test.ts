import { DRILL_DOMAIN } from "../../../engine/sign-up/drill";
import { extensionVariables } from "../../../features/external-tenant/extension-caller";
import { gatehouse, type Ran } from "../../cli/support";
import { awsEnvironment } from "../../support/aws-environment";
import { type AwsDouble, startAws, type TestAws } from "./aws";
import { AUDIENCE, startGate, TENANT, type TestGate } from "./gate";

const TOPIC = "arn:aws:sns:eu-west-1:111111111111:Alarms";
const TOLD = `Successfully executed action ${TOPIC}`;
const CALLER = "3f0b2f0e-2f2a-4a52-9c3e-0d6c1b7a9e55";

let gate: TestGate;
let double: AwsDouble;
const before = { ...process.env };
beforeAll(async () => {
  gate = await startGate([{ password: "one", stages: ["AWSCURRENT"], hoursAgo: 1 }], ["before-create-user"]);
  double = await startAws({} as TestAws);
});
afterAll(async () => {
  double.close();
  await gate.close();
});
beforeEach(() => {
  const { instance } = gate;
  gate.heal();
  double.set.length = 0;
  Object.assign(double.aws, healthy());
  Object.assign(process.env, {
    ...Object.fromEntries(["CLOUDFORMATION", "CLOUDWATCH", "SNS", "STS"].map((service) => [`AWS_ENDPOINT_URL_${service}`, double.url])),
    AWS_ENDPOINT_URL_DYNAMODB: instance.dynamodb.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: instance.secretsEndpoint,
    ...awsEnvironment,
  });
});
afterEach(() => {
  process.env = { ...before };
});

function healthy(): TestAws {
  const { instance, url } = gate;
  return {
    status: "UPDATE_COMPLETE",
    outputs: {
      AccessListTable: instance.dynamodb.tableName,
      DecisionsTable: instance.decisionsTable,
      LedgerTable: "ledger",
      CredentialsSecret: instance.credentialsSecret,
      BeforeCreateUserUrl: `${url}/before-create-user`,
      DrillDomain: DRILL_DOMAIN,
    },
    resources: {
      AlarmsFailedClosed0AD400E3: { Type: "AWS::CloudWatch::Alarm" },
      AlarmsThrottles94AAEF9B: { Type: "AWS::CloudWatch::Alarm" },
      OfTheApp: { Type: "AWS::CloudWatch::Alarm" },
    },
    alarms: {
      AlarmsFailedClosed0AD400E3: { state: "OK", actions: [TOPIC], does: TOLD },
      AlarmsThrottles94AAEF9B: { state: "INSUFFICIENT_DATA", actions: [TOPIC], does: TOLD },
      OfTheApp: { state: "OK", actions: [TOPIC], does: TOLD },
    },
    subscriptions: { [TOPIC]: [["email", "it@contoso.com", true]] },
    refuses: {},
  };
}

const smoke = (...args: string[]): Promise<Ran> => gatehouse("smoke", "--no-conform", ...args);

it("smoke signs up at a deployed stack's addresses with its secret, and leaves the alarms alone", async () => {
  const { exitCode, stdout, stderr } = await smoke();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/^ok {2}sign-up before-create-user as b2c \(\d+ ms\)\nok {2}record before-create-user as b2c: /m);
  expect(stdout).toContain("-   alarm of every kind: not tried, --alarms rings each once and mails its subscribers\n");
  expect(double.set).toEqual([]);
});

it("smoke rings each of the stack's alarms once, names the recipients, and restores its state", async () => {
  const { exitCode, stdout } = await smoke("--alarms");
  expect(exitCode).toBe(0);
  expect(stdout).toContain("ok  topic Alarms: notifies it@contoso.com (email)\n");
  expect(stdout).toMatch(/^ok {2}alarm FailedClosed: notified it@contoso\.com \(email\) \(\d+ ms\)\nok {2}alarm Throttles: notified/m);
  expect(double.set).toEqual([
    "AlarmsFailedClosed0AD400E3 ALARM",
    "AlarmsFailedClosed0AD400E3 OK",
    "AlarmsThrottles94AAEF9B ALARM",
    "AlarmsThrottles94AAEF9B INSUFFICIENT_DATA",
  ]);
});

it("the contract tests ring no alarm without --alarms", async () => {
  double.aws.outputs.BeforeSendingTokenUrl = `${gate.url}/before-sending-token`;
  const contract = async (...args: string[]) =>
    (await gatehouse("smoke", ...args)).stdout.match(/^.*contract before-sending-token.*$/m)?.[0];
  expect(await contract()).toMatch(
    /^- {3}contract before-sending-token as b2c: not tried, its unreadable requests ring the alarm claims-missing/,
  );
  expect(await contract("--alarms")).toMatch(/^ok {2}contract before-sending-token as b2c: \d+ rules hold/);
});

const failedClosed = (aws: TestAws, changes: object) => Object.assign(aws.alarms.AlarmsFailedClosed0AD400E3 ?? {}, changes);

it.each<{ fault: string; seed(aws: TestAws): void; line: string }>([
  {
    fault: "a topic without a subscription",
    seed: ({ subscriptions }) => delete subscriptions[TOPIC],
    line: "!!  topic.no-subscription: topic Alarms: Nobody gets the alarms",
  },
  {
    fault: "a subscription that nobody has confirmed",
    seed: ({ subscriptions }) => (subscriptions[TOPIC] = [["email", "kim@contoso.com", false]]),
    line: "!!  topic.unconfirmed: topic Alarms: kim@contoso.com (email) has not confirmed the subscription",
  },
  {
    fault: "an alarm that tells nobody",
    seed: (aws) => failedClosed(aws, { actions: [] }),
    line: "!!  alarm.nobody: alarm FailedClosed: ",
  },
  {
    fault: "an alarm whose actions are off",
    seed: (aws) => failedClosed(aws, { actionsEnabled: false }),
    line: "!!  alarm.disabled: alarm FailedClosed: ",
  },
  {
    fault: "a topic that takes nothing from CloudWatch",
    seed: (aws) => failedClosed(aws, { does: `Failed to execute action ${TOPIC}. Received error: "not authorized"` }),
    line: `!!  alarm.not-told: alarm FailedClosed: It rang, but nobody was notified: Failed to execute action ${TOPIC}. Received error: "not authorized"`,
  },
  {
    fault: "an alarm that is gone",
    seed: ({ alarms }) => delete alarms.AlarmsFailedClosed0AD400E3,
    line: "!!  alarm.missing: alarm FailedClosed: ",
  },
  {
    fault: "a missing permission",
    seed: ({ refuses }) => (refuses.SetAlarmState = "AccessDenied"),
    line: "!!  alarm.unknown: alarm FailedClosed: AWS does not let it be rung.",
  },
])("smoke reports $fault", async ({ seed, line }) => {
  seed(double.aws);
  const { exitCode, stdout } = await smoke("--alarms");
  expect(stdout).toContain(line);
  expect(exitCode).toBe(2);
});

it.each<{ given: string; seed(aws: TestAws): void; says: string }>([
  {
    given: "that rings for real",
    seed: (aws) => failedClosed(aws, { state: "ALARM" }),
    says: "alarm FailedClosed: not tried, it rings already",
  },
  {
    given: "of a stack that is being deployed",
    seed: (aws) => (aws.status = "UPDATE_IN_PROGRESS"),
    says: "alarm all 2: not tried, the stack is being deployed",
  },
])("smoke does not ring an alarm $given", async ({ seed, says }) => {
  seed(double.aws);
  const { exitCode, stdout } = await smoke("--alarms");
  expect(stdout).toContain(says);
  expect(exitCode).toBe(0);
  expect(double.set.filter((each) => each.startsWith("AlarmsFailedClosed"))).toEqual([]);
});

describe("an external tenant's extensions are", () => {
  const issuer = `https://${TENANT}.ciamlogin.com/${TENANT}/v2.0`;
  const extension = (testCaller: object) => {
    Object.assign(double.aws.outputs, {
      ExtensionIdentifierUri: `api://gate.example.com/${AUDIENCE}`,
      AttributeCollectionSubmitUrl: `${gate.url}/attribute-collection-submit`,
    });
    const Variables = { [extensionVariables.externalTenant]: TENANT, [extensionVariables.extensionAudience]: AUDIENCE, ...testCaller };
    double.aws.resources.Submit = { Type: "AWS::Lambda::Function", Properties: { Environment: { Variables } } };
    double.aws.resources.EntraToken = { Type: "AWS::ApiGatewayV2::Authorizer", Properties: { JwtConfiguration: { Issuer: issuer } } };
  };
  const tested = { [extensionVariables.extensionTestCaller]: CALLER };

  it.each([
    { given: "no test caller", variables: {}, says: "not tried, only Entra may call: set externalTenant.testCaller" },
    {
      given: "no secret of the test caller",
      variables: tested,
      says: `not tried, set the variable GATEHOUSE_CLIENT_SECRET to the secret of the test caller ${CALLER}`,
    },
  ])("not called with $given", async ({ variables, says }) => {
    extension(variables);
    const { exitCode, stdout } = await smoke();
    expect(stdout).toContain(`-   sign-up before-create-user as external-tenant: ${says}`);
    expect(exitCode).toBe(0);
  });

  it("called if there is a token", async () => {
    extension(tested);
    process.env.GATEHOUSE_TOKEN = await gate.token();
    const { exitCode, stdout } = await smoke();
    expect(stdout).toMatch(/^ok {2}record before-create-user as external-tenant: /m);
    expect(exitCode).toBe(0);
  });
});

it.each<{ given: string; seed(aws: TestAws): void; args?: readonly string[]; says: string }>([
  {
    given: "a stack that is not in the region",
    seed: () => undefined,
    args: ["--stack", "Nowhere"],
    says: "There is no stack Nowhere in eu-west-1",
  },
  { given: "a stack too old to know drills", seed: ({ outputs }) => delete outputs.DrillDomain, says: "it has no output DrillDomain" },
])("smoke makes no call to $given", async ({ seed, args = [], says }) => {
  seed(double.aws);
  const { exitCode, stdout, stderr } = await smoke(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain(says);
  expect(gate.received).toEqual([]);
});
