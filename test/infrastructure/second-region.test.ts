import { SECRET_PLACE } from "../../adapters/aws/deployment-name";
import { type AnyTableName, tables } from "../../adapters/tables/tables";
import { tableShapes } from "../../features/row-kinds";
import { CALL_MS } from "../../handlers/stream-relay";
import { everything } from "../support/everything";
import { type SynthOptions, synthesize } from "../support/synth";

interface Resource {
  readonly Properties: Record<string, unknown>;
  readonly Metadata?: Record<string, unknown>;
}

const FIRST = "eu-west-1";
const SECOND = "eu-central-1";
const domain = (region: string, record: "primary" | "secondary") => ({
  domainName: "signup.contoso.com",
  certificateArn: `arn:aws:acm:${region}:111111111111:certificate/00000000-0000-0000-0000-000000000000`,
  failover: { hostedZoneId: "Z0123456789ABC", record },
});
const common: SynthOptions = {
  folder: "samples/policies/approval",
  console: { tenantId: "contoso.onmicrosoft.com", clientId: "00000000-0000-0000-0000-000000000000" },
  rotation: {},
  webhooks: [{ name: "crm", url: "https://crm.contoso.com/hook" }],
  expectSignUps: { withinHours: 24 },
};

const first = synthesize({ ...common, env: { region: FIRST }, replicas: [SECOND], customDomain: domain(FIRST, "primary") }).template;
const resources = (template: typeof first, type: string) => Object.values(template.findResources(type)) as Resource[];

/** What `npm run gate -- backup standby` prints, of this template. */
const handedIn = {
  tables: Object.fromEntries(
    (Object.keys(tables) as AnyTableName[]).map((name) => [
      name,
      tableShapes[name].streamed ? `arn:aws:dynamodb:${SECOND}:111111111111:table/${name}/stream/2026-11-20T22:00:00.000` : name,
    ]),
  ),
  secrets: Object.fromEntries(
    resources(first, "AWS::SecretsManager::Secret").map(({ Metadata }, index) => [
      String(Metadata?.[SECRET_PLACE]),
      `arn:aws:secretsmanager:${SECOND}:111111111111:secret:S${index}-a1B2c3`,
    ]),
  ),
};
const waiting: SynthOptions = { ...common, env: { region: SECOND }, standby: true, ...handedIn, customDomain: domain(SECOND, "secondary") };

const following = (template: typeof first) =>
  resources(template, "AWS::Lambda::EventSourceMapping").filter(({ Properties }) => "StartingPosition" in Properties);

describe.each([
  { of: "the first region", template: first },
  { of: "the second region", template: synthesize(waiting).template },
  { of: "a stack with everything", template: synthesize(everything).template },
])("streams of $of", ({ template }) => {
  const functions = template.findResources("AWS::Lambda::Function") as Record<string, Resource>;
  const [relay = ""] = Object.keys(functions).filter((id) => id.startsWith("StreamRelay"));
  const relayed = JSON.stringify(functions[relay]?.Properties.Environment).split("RELAYED_STREAMS")[1] ?? "";
  const readers = [...new Set([...relayed.matchAll(/"Ref":"(\w+)"/g)].map(([, id = ""]) => id))].filter((id) => id in functions).sort();
  const statements = (id: string) =>
    resources(template, "AWS::IAM::Policy")
      .filter(({ Properties }) => JSON.stringify(Properties.Roles) === JSON.stringify([{ Ref: roleOf(functions[id]) }]))
      .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);

  // AWS advises one beside replication, which reads the same shards.
  it("have one reader each", () => {
    const arns = following(template).map(({ Properties }) => JSON.stringify(Properties.EventSourceArn));
    expect(arns.length).toBeGreaterThanOrEqual(5);
    expect(new Set(arns).size).toBe(arns.length);
  });

  it("with several functions are read by a relay that may only call these functions", () => {
    const calls = statements(relay).filter(({ Action }) => Action === "lambda:InvokeFunction");
    expect(calls.map(({ Resource }) => [Resource].flat())).toEqual([readers.map((id) => ({ "Fn::GetAtt": [id, "Arn"] }))]);
    const actions = new Set(statements(relay).flatMap(({ Action }) => Action));
    expect([...actions].filter((action) => !/Stream|Record|ShardIterator|^logs:|^kms:|^xray:/.test(action)).sort()).toEqual([
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "lambda:InvokeFunction",
      "sqs:SendMessage",
    ]);
  });

  it("with several functions cannot be read by these functions themselves", () => {
    expect(readers.length).toBeGreaterThanOrEqual(5);
    for (const id of readers) {
      const own = following(template).filter(({ Properties }) => JSON.stringify(Properties.FunctionName) === JSON.stringify({ Ref: id }));
      const read = statements(id).filter(({ Action }) => [Action].flat().includes("dynamodb:GetRecords"));
      expect(read.flatMap(({ Resource }) => [Resource].flat().map((each) => JSON.stringify(each))).sort()).toEqual(
        own.map(({ Properties }) => JSON.stringify(Properties.EventSourceArn)).sort(),
      );
    }
  });

  it("have a relay that may run longer than its slowest function, and whose list fits into a variable", () => {
    const timeout = (id: string) => Number(functions[id]?.Properties.Timeout);
    for (const id of readers) expect(timeout(id) * 1_000).toBeLessThan(CALL_MS);
    expect(timeout(relay) * 1_000).toBeGreaterThan(CALL_MS);
    // Names take up to 64 characters, ARNs of streams 160.
    expect(
      relayed.replaceAll(/\{"Ref":"\w+"\}/g, "n".repeat(64)).replaceAll(/\{"Fn::GetAtt":\[[^\]]+\]\}/g, "a".repeat(160)).length,
    ).toBeLessThan(3_500);
  });
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

function roleOf(of: Resource | undefined): string {
  return JSON.stringify(of?.Properties.Role).match(/GetAtt":\["(\w+)"/)?.[1] ?? "";
}

describe("the first of two regions", () => {
  it("copies each secret to the regions of its tables, and outputs its own region", () => {
    const secrets = resources(first, "AWS::SecretsManager::Secret");
    for (const { Properties } of secrets) expect(Properties.ReplicaRegions).toEqual([{ Region: SECOND }]);
    expect(Object.keys(handedIn.secrets).sort()).toEqual([
      "Approval/Settings",
      "ApprovalMail/Settings",
      "Console/ClientSecret",
      "Console/SessionKey",
      "Credentials/Secret",
      "Decisions/PersonKey",
      "Rotation/Settings",
      "Webhooks/crm/Key",
    ]);
  });

  it("serves the domain while its health check passes", () => {
    first.hasResourceProperties("AWS::Route53::RecordSet", {
      Name: "signup.contoso.com",
      Type: "A",
      HostedZoneId: "Z0123456789ABC",
      Failover: "PRIMARY",
      HealthCheckId: {},
    });
    const [check] = resources(first, "AWS::Route53::HealthCheck");
    expect(check?.Properties.HealthCheckConfig).toMatchObject({
      Type: "HTTPS",
      ResourcePath: "/health",
      RequestInterval: 30,
      FailureThreshold: 3,
    });
    first.hasResourceProperties("AWS::ApiGatewayV2::Route", { RouteKey: "GET /health", AuthorizationType: "NONE" });
    // Fewer would let one stranger move everybody to the other region.
    first.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 },
      AccessLogSettings: { Format: JSON.stringify({ requestId: "$context.requestId", status: "$context.status" }) },
    });
  });

  it("processes the work that follows decisions and requests", () => {
    for (const { Properties } of resources(first, "AWS::Lambda::EventSourceMapping")) expect(Properties.Enabled ?? true).toBe(true);
    for (const { Properties } of resources(first, "AWS::Events::Rule")) expect(Properties.State).toBe("ENABLED");
  });

  it("can become the standby once the second takes over, with unchanged tables and with its stream readers off", () => {
    const { template } = synthesize({ ...common, env: { region: FIRST }, replicas: [SECOND], standby: true });
    expect(template.findResources("AWS::DynamoDB::GlobalTable")).toEqual(first.findResources("AWS::DynamoDB::GlobalTable"));
    const streams = following(template);
    expect(streams.map(({ Properties }) => Properties.Enabled)).toEqual(streams.map(() => false));
  });
});

describe("the second of two regions", () => {
  const { template } = synthesize(waiting);
  const streams = following(template);

  it("creates no table and no secret", () => {
    template.resourceCountIs("AWS::DynamoDB::GlobalTable", 0);
    template.resourceCountIs("AWS::SecretsManager::Secret", 0);
  });

  it("answers with the first region's credentials and key of hashes", () => {
    template.hasOutput("CredentialsSecret", { Value: handedIn.secrets["Credentials/Secret"] });
    template.hasOutput("PersonKeySecret", { Value: handedIn.secrets["Decisions/PersonKey"] });
    const policies = resources(template, "AWS::IAM::Policy").map(({ Properties }) => JSON.stringify(Properties));
    for (const arn of Object.values(handedIn.secrets).filter((each) => each !== handedIn.secrets["Webhooks/crm/Key"])) {
      expect(policies.some((each) => each.includes(arn))).toBe(true);
    }
  });

  it("reads no stream, sweeps nothing and rotates nothing, so that no work is done twice", () => {
    expect(streams).toHaveLength(7);
    for (const { Properties } of streams) expect(Properties).toMatchObject({ Enabled: false, StartingPosition: "TRIM_HORIZON" });
    const all = resources(template, "AWS::Events::Rule").filter(({ Properties }) => "ScheduleExpression" in Properties);
    // Its functions have to answer at once when they are needed.
    const schedules = all.filter(({ Properties }) => Properties.ScheduleExpression !== "rate(4 minutes)");
    expect(schedules).toHaveLength(all.length - 1);
    expect(schedules.map(({ Properties }) => Properties.State)).toEqual(Array(6).fill("DISABLED"));
  });

  it("serves if the first region is unhealthy, and does not ring if nobody calls", () => {
    template.hasResourceProperties("AWS::Route53::RecordSet", { Name: "signup.contoso.com", Failover: "SECONDARY" });
    template.resourceCountIs("AWS::Route53::HealthCheck", 0);
    expect(Object.keys(template.findResources("AWS::CloudWatch::Alarm")).filter((id) => id.includes("NoSignUps"))).toEqual([]);
  });

  it("takes over by one option, and then reads the waiting changes of the streams", () => {
    const promoted = synthesize({ ...waiting, standby: false }).template;
    const read = following(promoted);
    expect(read.map(({ Properties }) => Properties.Enabled)).toEqual(streams.map(() => true));
    promoted.resourceCountIs("AWS::DynamoDB::GlobalTable", 0);
  });
});

const without = <T extends object>(all: T, name: string) => Object.fromEntries(Object.entries(all).filter(([each]) => each !== name));

it.each<{ given: string; props: object; says: string }>([
  {
    given: "a standby without tables",
    props: { tables: without(handedIn.tables, "ledger") },
    says: "standby needs the copies of the other region's tables, and tables.ledger is missing. npm run gate -- backup standby --region FIRST --to SECOND prints",
  },
  {
    given: "a standby without secrets",
    props: { secrets: without(handedIn.secrets, "Credentials/Secret") },
    says: `standby needs the copies of the other region's secrets, and secrets["Credentials/Secret"] is missing. npm run gate -- backup standby`,
  },
  {
    given: "the first region's secret",
    props: { secrets: { ...handedIn.secrets, "Credentials/Secret": `arn:aws:secretsmanager:${FIRST}:111111111111:secret:S-a1B2c3` } },
    says: `secrets["Credentials/Secret"] is in the region eu-west-1, but the stack is in eu-central-1: hand in its copy there.`,
  },
  {
    given: "a secret's name",
    props: { secrets: { ...handedIn.secrets, "Credentials/Secret": "credentials" } },
    says: `secrets["Credentials/Secret"] is "credentials"; it must be a secret's whole ARN.`,
  },
  {
    given: "a secret that there is not",
    props: { secrets: { ...handedIn.secrets, "Credentails/Secret": handedIn.secrets["Credentials/Secret"] } },
    says: `secrets["Credentails/Secret"] is no secret of this Gatehouse: take it out, or write one of Approval/Settings, `,
  },
  {
    given: "a zone's name for its id",
    props: { customDomain: { ...domain(SECOND, "secondary"), failover: { hostedZoneId: "contoso.com", record: "secondary" } } },
    says: 'customDomain.failover.hostedZoneId is "contoso.com"; it must be the id of a hosted zone in Route 53',
  },
  {
    given: "a third kind of record",
    props: { customDomain: { ...domain(SECOND, "secondary"), failover: { hostedZoneId: "Z1", record: "tertiary" } } },
    says: 'customDomain.failover.record is "tertiary"; it must be "primary" or "secondary".',
  },
])("a pair of regions is refused for $given", ({ props, says }) => {
  expect(() => synthesize({ ...waiting, ...props } as SynthOptions)).toThrow(says);
});
