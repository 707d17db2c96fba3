import { createServer } from "node:http";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { service } from "../../adapters/vendors/http/service";
import { type AnyRule, makeRule } from "../../engine/sign-up/rule";
import { AuditLog } from "../../features/notifications/stack/audit-log";
import { fixture } from "../fixtures";
import { asking, surroundings } from "../lambda/invoke";
import { anyPolicy } from "../support/any-policy";
import { listen } from "../support/dynamodb";
import { type SynthOptions, synthesize } from "../support/synth";

const { output } = surroundings();

interface QueryProperties {
  readonly Name: string;
  readonly QueryString: string;
  readonly LogGroupNames: readonly { readonly Ref: string }[];
}

function queriesIn(options: SynthOptions = {}) {
  const { template } = synthesize(options);
  const resources = template.toJSON().Resources as Record<string, { Type: string; Properties: QueryProperties }>;
  const found = Object.values(resources).filter(({ Type }) => Type === "AWS::Logs::QueryDefinition");
  const logGroups = Object.keys(resources).filter((id) => resources[id]?.Type === "AWS::Logs::LogGroup");
  return { queries: found.map(({ Properties }) => Properties), logGroups };
}

it("the stack saves queries under its name, over all function logs and access logs", () => {
  const { queries, logGroups } = queriesIn({
    externalTenant: { tenantId: "7d1f2c34-0b6e-4f2d-9a51-3e8c0d94b7a2", audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58" },
  });
  expect(queries.map(({ Name }) => Name).sort()).toEqual(["Gatehouse/errors by place", "Gatehouse/one call or last day of one person"]);
  for (const { LogGroupNames } of queries) expect(LogGroupNames.map(({ Ref }) => Ref).sort()).toEqual([...logGroups].sort());
});

it("the saved queries read every log group except the flow log and the audit log, which hold addresses", () => {
  const plain = queriesIn().logGroups;
  const { queries, logGroups } = queriesIn({
    folder: "test/infrastructure/policies/services",
    fixedOutgoingAddress: true,
    add: (gatehouse) => void new AuditLog(gatehouse, "Audit"),
  });
  const left = logGroups.filter((id) => !queries[0]?.LogGroupNames.some(({ Ref }) => Ref === id));
  expect(left).toEqual([expect.stringMatching(/^OutgoingFlowLog/), expect.stringMatching(/^AuditLog/)]);
  expect(plain.length).toBeGreaterThan(0);
});

it("the saved queries name at most 50 log groups, CloudWatch's limit, including the gateway's", () => {
  const { queries, logGroups } = queriesIn({
    add: (gatehouse) => {
      for (let index = 0; index < 50; index += 1) new LogGroup(gatehouse, `Own${index}Logs`);
    },
  });
  expect(logGroups.length).toBeGreaterThan(50);
  for (const { LogGroupNames } of queries) {
    expect(LogGroupNames).toHaveLength(50);
    expect(LogGroupNames[0]?.Ref).toMatch(/AccessLog/);
  }
});

/** `failure.at.0`, as queries name what is inside. */
function pathsIn(value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inside]) => pathsIn(inside, path === "" ? name : `${path}.${name}`))];
}

const words = /^(fields|filter|like|stats|sort|limit|by|as|asc|desc|bin|count|max|latest|pct|\d+m?)$/;

/** Neither what the language has, nor what CloudWatch adds, nor what the query names itself. */
function fieldsIn(query: string): readonly string[] {
  const code = query.replace(/^#.*$/gm, "").replace(/"[^"]*"/g, "");
  const named = [...code.matchAll(/ as (\w+)/g)].map(([, name]) => name);
  return [...code.matchAll(/(?<![@\w.])[A-Za-z][\w.]*/g)]
    .map(([name]) => name)
    .filter((name) => !words.test(name) && !named.includes(name));
}

it("all queries, also on the dashboard, use only fields and dimensions that functions or gateways write", async () => {
  const { template } = synthesize({ folder: "test/infrastructure/policies/services", dashboard: true });
  const accessLog = JSON.stringify(template.findResources("AWS::ApiGateway::Stage")).match(/"Format":("(?:[^"\\]|\\.)*")/)?.[1] ?? "";
  const crm = createServer((_, response) => response.end("{}"));
  process.env.GATEHOUSE_ENDPOINT_CRM = await listen(crm);
  const asks = makeRule({
    name: "asks",
    uses: [service("crm", { url: "https://crm.example" })],
    decide: async (_, { services }) => {
      await services.call("crm", { path: "/" });
      return { kind: "continue" };
    },
  });
  const breaks = makeRule({
    name: "breaks",
    decide: () => {
      throw new Error("broken");
    },
  });
  const ask = (rule: AnyRule) => asking(anyPolicy([rule]))({ body: fixture("b2b-before-create-google") });
  for (const rule of [asks, breaks]) await ask(rule);
  crm.close();
  crm.closeAllConnections();
  await ask(asks);
  const written = new Set([...output.lines().flatMap((line) => pathsIn(line)), ...pathsIn(JSON.parse(JSON.parse(accessLog)))]);

  const saved = Object.values(template.findResources("AWS::Logs::QueryDefinition")).map(
    ({ Properties }) => Properties.QueryString as string,
  );
  const board = JSON.stringify(template.findResources("AWS::CloudWatch::Dashboard"));
  const [shown] = /stats pct[^"]*by bin\(5m\)/.exec(board) ?? [];
  const named = [...saved, (shown ?? "").replaceAll("calls.fraud", "calls.crm")].map(fieldsIn);
  for (const fields of named) expect(fields.length).toBeGreaterThan(0);
  expect(named.flat().filter((name) => !written.has(name))).toEqual([]);

  const text = board.replace(/\\+/g, "");
  expect(text).toMatch(/SUM."Decisions".* GROUP BY "gate", "verdict"/);
  for (const dimensions of dimensionsOf("Decisions")) expect(dimensions).toEqual(expect.arrayContaining(["service", "gate", "verdict"]));
  const [, schema = ""] = /SUM."UpstreamFailures". FROM SCHEMA."Gatehouse", ([^)]*)\)/.exec(text) ?? [];
  expect(dimensionsOf("UpstreamFailures")).toContainEqual(schema.replaceAll('"', "").split(", "));
});

/** By what the lines of functions count something, in the order of the alphabet. */
function dimensionsOf(metric: string): readonly (readonly string[])[] {
  interface Counted {
    readonly Dimensions: readonly (readonly string[])[];
    readonly Metrics: readonly { readonly Name: string }[];
  }
  const counted = output
    .lines()
    .flatMap(({ _aws: embedded }) => (embedded as { CloudWatchMetrics?: readonly Counted[] })?.CloudWatchMetrics ?? []);
  const own = counted.filter(({ Metrics }) => Metrics.some(({ Name }) => Name === metric));
  return own.flatMap(({ Dimensions }) => Dimensions.map((each) => [...each].sort()));
}
