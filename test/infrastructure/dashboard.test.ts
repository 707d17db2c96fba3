import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Stack, Tags } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { COLD_MS } from "../../adapters/report";
import { packageRoot } from "../../lib/app-root";
import { Gatehouse } from "../../lib/gatehouse";
import { everything } from "../support/everything";
import { type SynthOptions, synthesize } from "../support/synth";

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
interface Widget {
  readonly type: string;
  readonly properties: {
    readonly title?: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly alarms?: readonly string[];
    readonly markdown?: string;
    readonly query?: string;
  };
}

/** Tokens stand as ids in it: `<TrailReader9FA44021>`. */
function dashboardOf(options: SynthOptions) {
  const resources = synthesize(options).template.toJSON().Resources as Readonly<Record<string, Resource>>;
  const [board] = Object.values(resources).filter(({ Type }) => Type === "AWS::CloudWatch::Dashboard");
  const text = JSON.stringify(board?.Properties.DashboardBody, (_, value) => value["Fn::Join"]?.[1] ?? nameOf(value));
  const body = (JSON.parse(text) as readonly string[]).join("");
  const { widgets } = JSON.parse(body) as { readonly widgets: readonly Widget[] };
  return { resources, widgets, titles: widgets.map(({ type, properties }) => properties.title ?? type) };
}

function nameOf(value: { readonly Ref?: string; readonly "Fn::GetAtt"?: readonly [string, string] }): unknown {
  const id = value?.Ref ?? value?.["Fn::GetAtt"]?.[0];
  return id === undefined ? value : `<${id}>`;
}

// An external tenant waits too little for the policy's systems.
const { externalTenant: _, ...options } = everything;
const folder = "test/infrastructure/policies/services";
const everyPart = dashboardOf({ ...options, folder, runbookUrl: "https://wiki.contoso.com/gate" });
const shipped = dashboardOf({ dashboard: true });

/** Names that the functions' log takes: the compiler holds them to it. A cold call's wait is in the line of its decision. */
const counted = [
  ...[...readFileSync(join(packageRoot, "adapters", "log.ts"), "utf8").matchAll(/^ {2}\| "(\w+)"/gm)].map(([, name]) => name),
  COLD_MS,
];

/** What names the resource whose metric it is. */
const dimensions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "AWS/Lambda": { FunctionName: "AWS::Lambda::Function" },
  "AWS/DynamoDB": { TableName: "AWS::DynamoDB::GlobalTable" },
  "AWS/SQS": { QueueName: "AWS::SQS::Queue" },
  "AWS/ApiGateway": { ApiName: "AWS::ApiGateway::RestApi", ApiId: "AWS::ApiGatewayV2::Api" },
};

/** Why nothing would ever show of it. */
function flawOf(resources: Readonly<Record<string, Resource>>, [namespace, name, ...rest]: readonly unknown[]): string | undefined {
  const all = Object.entries(resources);
  if (namespace === "Gatehouse") return counted.includes(String(name)) ? undefined : `no function counts ${name}`;
  if (String(namespace).startsWith("Gatehouse/")) {
    const filters = all.filter(([, { Type }]) => Type === "AWS::Logs::MetricFilter").map(([, each]) => JSON.stringify(each.Properties));
    return filters.some((each) => each.includes(`"MetricName":"${name}"`)) ? undefined : `no filter counts ${name}`;
  }
  const type = dimensions[String(namespace)]?.[String(rest[0])];
  const isOne = ([id, { Type, Properties }]: readonly [string, Resource]) =>
    Type === type && [`<${id}>`, Properties.Name].includes(rest[1] as string);
  return all.some(isOne) ? undefined : `${namespace} ${name} of ${rest[0]} ${rest[1]}, which is not in the stack`;
}

it.each([
  { of: "the shipped policy", board: shipped },
  { of: "every option", board: everyPart },
])("every metric on the dashboard exists in the stack: $of", ({ board: { resources, widgets } }) => {
  const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? []);
  const plain = metrics.filter(([first]) => typeof first === "string");
  expect(plain.length).toBeGreaterThan(10);
  expect(plain.flatMap((each) => flawOf(resources, each) ?? [])).toEqual([]);
  const queries = metrics.flatMap(([first]) => (first as { expression?: string }).expression?.match(/SELECT SUM\("(\w+)"\)/)?.[1] ?? []);
  expect(queries.length).toBeGreaterThan(0);
  expect(queries.filter((each) => each !== "Decisions" && !counted.includes(each))).toEqual([]);
});

it("the dashboard starts with all alarms of the Gatehouse and a link to the runbook", () => {
  const [runbook, alarms] = everyPart.widgets;
  expect(runbook?.properties.markdown).toBe("**Gatehouse** Runbook: https://wiki.contoso.com/gate");
  const own = Object.keys(everyPart.resources).filter(
    (id) => everyPart.resources[id]?.Type === "AWS::CloudWatch::Alarm" && id.startsWith("Alarms"),
  );
  expect([...(alarms?.properties.alarms ?? [])].sort()).toEqual(own.map((id) => `<${id}>`).sort());
});

it("the dashboard shows only the parts that the stack has", () => {
  const always = [
    "text",
    "Alarms",
    "Answers by gate and verdict",
    "Calls",
    "Answer time (ms)",
    "Cold calls (ms, % of calls)",
    "Failures",
    "Answered by the gateway: throttled, crashed",
    "Throttles of functions and tables",
    "Streams: age of what waits (ms)",
    "Dead letters",
  ];
  expect(shipped.titles).toEqual(always);
  expect(everyPart.titles).toEqual([...always, "Failures of systems outside", "Time of systems outside (ms, p95)"]);
});

it("the dashboard has none of the app's tags, because cfn-lint 1.51.0 refuses tags there (E3002)", () => {
  const app = new App({ context: { "aws:cdk:bundling-stacks": [] } });
  const stack = new Stack(app, "Own");
  new Gatehouse(stack, "SignUp", { policy: "policy" });
  Tags.of(app).add("team", "identity");
  const template = Template.fromStack(stack);
  const tagged = Object.values(template.toJSON().Resources as Readonly<Record<string, Resource>>).filter(
    ({ Properties }) => Properties?.Tags,
  );
  expect(tagged.length).toBeGreaterThan(5);
  template.resourceCountIs("AWS::CloudWatch::Dashboard", 1);
  template.resourcePropertiesCountIs("AWS::CloudWatch::Dashboard", { Tags: Match.absent() }, 1);
});
