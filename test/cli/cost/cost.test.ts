import { priceList as price } from "../../../cli/cost/prices";
import { record } from "../records";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../support";
import { type BilledAws, playBilledAws } from "./aws";

const DAY_MS = 86_400_000;
const decided = (step: string) => ({
  namespace: "Gatehouse",
  name: "Decisions",
  dimensions: { service: "Gatehouse", verdict: "continue", rule: "none", source: "b2b", step },
});

const aws: BilledAws = {
  created: new Date(Date.now() - 400 * DAY_MS).toISOString(),
  outputs: { DecisionsTable: "decisions", AccessListTable: "handed-in" },
  resources: {
    Api: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "Gatehouse" } },
    ConsoleApi: { Type: "AWS::ApiGatewayV2::Api" },
    Step: { Type: "AWS::Lambda::Function", Properties: { MemorySize: 1024 } },
    Publisher: { Type: "AWS::Lambda::Function", Properties: { MemorySize: 256 } },
    Small: { Type: "AWS::Lambda::Function" },
    decisions: { Type: "AWS::DynamoDB::GlobalTable" },
    Log: { Type: "AWS::Logs::LogGroup" },
    Secret: { Type: "AWS::SecretsManager::Secret" },
    Alarm: { Type: "AWS::CloudWatch::Alarm" },
    Sum: { Type: "AWS::CloudWatch::Alarm", Properties: { Metrics: [...Array(12).fill({ MetricStat: {} }), { Expression: "a + b" }] } },
    Firewall: { Type: "AWS::WAFv2::WebACL", Properties: { Rules: [{}, {}] } },
    Nat: { Type: "AWS::EC2::NatGateway" },
  },
  sums: {
    "AWS/ApiGateway/Count Gatehouse": [1_000_000, 1_000_000],
    "AWS/ApiGateway/Count ConsoleApi": [3_000],
    "AWS/Lambda/Invocations Step": [2_000_000],
    "AWS/Lambda/Duration Step": [60_000_000],
    "AWS/Lambda/Duration Publisher": [8_000],
    "AWS/Lambda/Duration Small": [8_000],
    "AWS/DynamoDB/ConsumedReadCapacityUnits handed-in": [18_000_000],
    "AWS/DynamoDB/ConsumedReadCapacityUnits decisions by-day": [40],
    "AWS/DynamoDB/ConsumedWriteCapacityUnits decisions": [2_000_000],
    "AWS/DynamoDB/ConsumedWriteCapacityUnits decisions by-day": [1_000_000, 1_000_000],
    "AWS/Logs/IncomingBytes Log": [2_000_000_000],
    "AWS/NATGateway/BytesOutToDestination Nat": [1_000_000_000],
    "Gatehouse/Decisions Gatehouse continue none b2b after-sign-in": [600_000, 400_000],
    "Gatehouse/Decisions Gatehouse continue none b2b before-create-user": [900_000],
    "Gatehouse/Decisions Gatehouse continue none b2b before-sending-token": [5_000_000],
  },
  ownMetrics: [
    ...["after-sign-in", "before-create-user", "before-sending-token"].map(decided),
    ...Array.from({ length: 9 }, (_, index) => ({ namespace: "Gatehouse/Gatehouse", name: `Answered${index}`, dimensions: {} })),
  ],
  tables: {
    decisions: {
      TableSizeBytes: 1e9,
      GlobalSecondaryIndexes: [{ IndexName: "by-day", IndexSizeBytes: 5e8 }],
      Replicas: [{ RegionName: "eu-central-1" }],
    },
    "handed-in": { TableSizeBytes: 1e9 },
  },
  status: "Complete",
};

playBilledAws(aws);
beforeEach(() => {
  aws.status = "Complete";
});

interface Line {
  readonly part?: string;
  readonly used?: string;
  readonly dollars: number;
  readonly aMonth: number;
  readonly perThousandSignUps?: number;
}

describe("a stack's bill", () => {
  const months = (30 * 24) / 730;
  let lines: ReadonlyMap<string | undefined, Line>;
  beforeAll(async () => {
    const all = jsonLines(await gatehouse("cost", "--json")) as readonly Line[];
    lines = new Map(all.map((line) => [line.part, line]));
  });

  it.each([
    { part: "API Gateway, REST", dollars: 2e6 * price.restCall, why: "each API by its name" },
    { part: "API Gateway, HTTP", dollars: 3_000 * price.httpCall, why: "each HTTP API by its id" },
    { part: "Lambda, calls", dollars: 2e6 * price.lambdaCall, why: "every function" },
    {
      part: "Lambda, time",
      dollars: (60_000 + 2 + 1) * price.lambdaGbSecond,
      why: "each function by its memory, 128 MB where none is said",
    },
    { part: "DynamoDB, reads", dollars: 18_000_040 * price.read, why: "tables handed in, and indexes, too" },
    { part: "DynamoDB, writes", dollars: 2 * 4e6 * price.write, why: "each region's copy, and each index" },
    { part: "DynamoDB, kept", dollars: (2 * 1.5 + 1) * price.storedGbMonth * months, why: "tables and indexes in each region" },
    { part: "DynamoDB, recoverable", dollars: (2 + 1) * price.recoverableGbMonth * months, why: "tables alone" },
    { part: "EventBridge", dollars: 6.9e6 * price.event, why: "an event a decision" },
    { part: "CloudWatch, logs", dollars: 2 * price.logGb, why: "what came in" },
    { part: "CloudWatch, own metrics", dollars: 2 * price.ownMetric * months, why: "beyond ten" },
    { part: "CloudWatch, alarms", dollars: 3 * price.alarmMetric * months, why: "each metric of an expression, beyond ten" },
    { part: "Secrets Manager", dollars: price.secret * months, why: "each" },
    { part: "WAF", dollars: (price.firewall + 2 * price.firewallRule) * months + 2e6 * price.firewallCall, why: "list, rules and calls" },
    { part: "Outgoing address", dollars: 720 * price.natHour + price.natGb, why: "by the hour, and what passed" },
  ])("has $part: $why", ({ part, dollars }) => {
    const line = lines.get(part);
    expect(line?.dollars).toBeCloseTo(dollars, 3);
    expect(line?.aMonth).toBeCloseTo(dollars / months, 3);
    expect(line?.perThousandSignUps).toBeCloseTo(dollars / 1_000, 6);
  });

  it("adds up, leaves out what the stack does not have, and counts as sign-ups what the busiest step was asked", () => {
    const { dollars, ...sum } = lines.get(undefined) as Line;
    const parts = [...lines.values()].filter(({ part }) => part !== undefined);
    expect(dollars).toBeCloseTo(
      parts.reduce((total, each) => total + each.dollars, 0),
      6,
    );
    expect(sum).toMatchObject({ region: "eu-west-1", signUps: 1_000_000, prices: { region: "us-east-1" } });
    expect([...lines.keys()]).not.toContain("Dashboards");
  });
});

it("shows people a table, whose prices they are, and what is not in it", async () => {
  const { exitCode, stdout, stderr } = await gatehouse("cost", "--since", "30d");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/^The stack Gatehouse in eu-west-1, \S+ to \S+ \(30\.0 days\), 1,000,000 sign-ups\n/);
  expect(stdout).toMatch(/^PART +USED +A MONTH +PER 1,000 SIGN-UPS$/m);
  expect(stdout).toMatch(/^API Gateway, REST +2,000,000 calls +7\.10 +0\.0070$/m);
  expect(stdout).toMatch(/^together +[\d.]+ +[\d.]+$/m);
  expect(stdout).toContain("Prices are those of us-east-1; eu-west-1 may cost 10 to 30 % more.");
  expect(stdout).toContain("Not counted: ");
});

it("begins with the stack where that is younger", async () => {
  const { stdout } = await gatehouse("cost", "--since", "455d");
  expect(stdout).toContain("(400.0 days)");
  expect(stdout).toContain("The stack is younger than the time that was asked for");
});

it.each([
  { args: ["--since", "30"], says: "--since 30 is not a past time: write 30m, 2h, 7d" },
  { args: ["--since", "0d"], says: "--since 0d is too near or too far: write a time from 1h to 455d back" },
  { args: ["--since", "456d"], says: "--since 456d is too near or too far" },
  { args: ["--stack", "Nowhere"], says: "There is no stack Nowhere: see --stack, --stage, --region and --profile." },
])("says what is wrong with $args", async ({ args, says }) => {
  const { exitCode, stdout, stderr } = await gatehouse("cost", ...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain(says);
});

it("does not take what CloudWatch keeps to itself for nothing", async () => {
  aws.status = "Forbidden";
  const { exitCode, stdout, stderr } = await gatehouse("cost");
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain("CloudWatch does not report all that was used (Forbidden): cloudwatch:GetMetricData is needed.");
});

describe("with --local", () => {
  let instance: TestInstance;
  beforeAll(async () => {
    instance = await startInstance();
  });
  afterAll(() => instance.close());

  it("prices the sign-ups that npm start keeps by the arithmetic of docs/costs.md, and says what it does not know", async () => {
    for (const step of ["after-sign-in", "before-create-user"] as const) await instance.decisions.keep(record(step, 24, { step }), 90);
    const { exitCode, stdout } = await gatehouse("cost", ...instance.local);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^The running npm start, as if AWS had served it, .*, 1 sign-up$/m);
    expect(stdout).toMatch(/^API Gateway, REST +of a million: 2 million calls at \$3\.50 a million +0\.00 +0\.0070$/m);
    expect(stdout).toContain("It keeps 2 decisions of that time");
    expect(stdout).toContain("Not known here: ");
  });
});
