import { dynamodb } from "../../adapters/aws/client";
import { systemClock } from "../../adapters/system";
import { tables } from "../../adapters/tables/tables";
import { within } from "../../engine/sign-up/time";
import { type Account, ASKING_LIMIT_MS } from "../aws/account";
import { cloudWatch, type Element, elementsOf, elementText, pagedElements } from "../aws/form";
import type { DeployedResource, Stack } from "../aws/stack";
import { CommandError } from "../failure";

/** What a stack used, and what it has. */
export interface Usage {
  readonly restCalls: number;
  readonly httpCalls: number;
  readonly lambdaCalls: number;
  readonly lambdaGbSeconds: number;
  readonly reads: number;
  /** In all regions. */
  readonly writes: number;
  /** In all regions, indexes with them. */
  readonly storedBytes: number;
  readonly recoverableBytes: number;
  /** One a decision: CloudWatch does not count what a bus is given. */
  readonly events: number;
  readonly logBytes: number;
  readonly alarmMetrics: number;
  readonly ownMetrics: number;
  readonly secrets: number;
  readonly dashboards: number;
  readonly firewalls: number;
  readonly firewallRules: number;
  readonly natGateways: number;
  readonly natBytes: number;
  readonly keys: number;
  /** Decisions by step. */
  readonly decisions: Readonly<Record<string, number>>;
}

/** Asks the stack's template for what there is, CloudWatch for what was used, and DynamoDB for what is kept. */
export async function usageOf(stack: Stack, stretch: Stretch): Promise<Usage> {
  const { account } = stack;
  const add = async (metrics: readonly Metric[]) => await sums(account, metrics, stretch);
  const count = async (type: string) => (await stack.resources(type)).length;
  const firewalls = await stack.resources("AWS::WAFv2::WebACL");
  const own = await ownMetrics(stack);
  const decided = own.filter(({ name }) => name === "Decisions");
  const decisions: Record<string, number> = {};
  for (const [index, number] of (await add(decided)).entries()) {
    const step = decided[index]?.dimensions.step ?? "";
    decisions[step] = (decisions[step] ?? 0) + number;
  }
  const rest = (await stack.resources("AWS::ApiGateway::RestApi")).map(({ properties }) =>
    metric("AWS/ApiGateway", "Count", { ApiName: String(properties.Name) }),
  );
  const http = (await stack.resources("AWS::ApiGatewayV2::Api")).map(({ physicalId: ApiId }) =>
    metric("AWS/ApiGateway", "Count", { ApiId }),
  );
  const logs = (await stack.resources("AWS::Logs::LogGroup")).map(({ physicalId: LogGroupName }) =>
    metric("AWS/Logs", "IncomingBytes", { LogGroupName }),
  );
  const gateways = await stack.resources("AWS::EC2::NatGateway");
  const passed = gateways.flatMap(({ physicalId: NatGatewayId }) =>
    ["BytesOutToDestination", "BytesInFromDestination"].map((name) => metric("AWS/NATGateway", name, { NatGatewayId })),
  );
  return {
    restCalls: total(await add(rest)),
    httpCalls: total(await add(http)),
    ...(await functionsOf(stack, add)),
    ...(await tablesOf(stack, add)),
    events: total(Object.values(decisions)),
    logBytes: total(await add(logs)),
    alarmMetrics: total((await stack.resources("AWS::CloudWatch::Alarm")).map(metricsUnder)),
    ownMetrics: own.length,
    secrets: await count("AWS::SecretsManager::Secret"),
    dashboards: await count("AWS::CloudWatch::Dashboard"),
    firewalls: firewalls.length,
    firewallRules: total(firewalls.map(({ properties: { Rules } }) => (Array.isArray(Rules) ? Rules.length : 0))),
    natGateways: gateways.length,
    natBytes: total(await add(passed)),
    keys: await count("AWS::KMS::Key"),
    decisions,
  };
}

type Adding = (metrics: readonly Metric[]) => Promise<readonly number[]>;

function metric(namespace: string, name: string, dimensions: Metric["dimensions"]): Metric {
  return { namespace, name, dimensions };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}

/** Those that functions and access logs count themselves. */
async function ownMetrics({ account, name }: Stack): Promise<readonly Metric[]> {
  return [...(await metricsIn(account, "Gatehouse", { service: name })), ...(await metricsIn(account, `Gatehouse/${name}`))];
}

/** An alarm on an expression is paid for by each metric in it. */
function metricsUnder({ properties: { Metrics } }: DeployedResource): number {
  return Array.isArray(Metrics) ? Metrics.filter((each) => each !== null && typeof each === "object" && "MetricStat" in each).length : 1;
}

const LEAST_MEMORY_MB = 128;

async function functionsOf(stack: Stack, add: Adding): Promise<Pick<Usage, "lambdaCalls" | "lambdaGbSeconds">> {
  const functions = await stack.resources("AWS::Lambda::Function");
  const of = (name: string) => functions.map(({ physicalId: FunctionName }) => metric("AWS/Lambda", name, { FunctionName }));
  const durations = await add(of("Duration"));
  const gbSeconds = functions.map(({ properties: { MemorySize } }, index) => {
    return ((durations[index] ?? 0) / 1_000) * ((Number(MemorySize) || LEAST_MEMORY_MB) / 1_024);
  });
  return { lambdaCalls: total(await add(of("Invocations"))), lambdaGbSeconds: total(gbSeconds) };
}

/** What DynamoDB says of a table. */
interface Described {
  readonly TableSizeBytes?: number;
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string; readonly IndexSizeBytes?: number }[];
  /** Copies in other regions. */
  readonly Replicas?: readonly unknown[];
}

type OfTables = Pick<Usage, "reads" | "writes" | "storedBytes" | "recoverableBytes">;

async function tablesOf(stack: Stack, add: Adding): Promise<OfTables> {
  // Those handed in are no resources of the stack.
  const made = [...(await stack.resources("AWS::DynamoDB::GlobalTable")), ...(await stack.resources("AWS::DynamoDB::Table"))];
  const named = Object.values(tables).flatMap(({ output }) => stack.output(output) ?? []);
  const names = new Set([...made.map(({ physicalId }) => physicalId), ...named]);
  const all = await Promise.all([...names].map((name) => ofTable(stack, name, add)));
  const sum = (of: keyof OfTables) => total(all.map((each) => each[of]));
  return { reads: sum("reads"), writes: sum("writes"), storedBytes: sum("storedBytes"), recoverableBytes: sum("recoverableBytes") };
}

async function ofTable({ account }: Stack, TableName: string, add: Adding): Promise<OfTables> {
  const { Table } = await within(ASKING_LIMIT_MS, systemClock, (signal) =>
    account.client(dynamodb).call<{ Table: Described }>("DescribeTable", { TableName }, signal),
  );
  const { TableSizeBytes: own = 0, GlobalSecondaryIndexes: indexes = [], Replicas: copies = [] } = Table;
  const places = [{ TableName }, ...indexes.map(({ IndexName }) => ({ TableName, GlobalSecondaryIndexName: IndexName }))];
  const of = (name: string) => places.map((each) => metric("AWS/DynamoDB", name, each));
  const regions = 1 + copies.length;
  return {
    reads: total(await add(of("ConsumedReadCapacityUnits"))),
    writes: total(await add(of("ConsumedWriteCapacityUnits"))) * regions,
    storedBytes: (own + total(indexes.map(({ IndexSizeBytes = 0 }) => IndexSizeBytes))) * regions,
    recoverableBytes: own * regions,
  };
}

/** A metric of CloudWatch. */
interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface Stretch {
  readonly from: Date;
  readonly to: Date;
}

/** CloudWatch keeps sums of an hour for 455 days, and shorter ones for days or weeks. */
const PERIOD_S = 3_600;
/** What a call may ask for is 500; its answer holds 100,800 values, and 30 days of a hundred metrics are 72,000. */
const METRICS_A_CALL = 100;

/** What each metric adds up to, in their order; one that never had a value is 0. Throws a CommandError where AWS leaves one out. */
async function sums(account: Account, metrics: readonly Metric[], stretch: Stretch): Promise<readonly number[]> {
  const all: number[] = [];
  for (let at = 0; at < metrics.length; at += METRICS_A_CALL) {
    all.push(...(await sumsOf(account, metrics.slice(at, at + METRICS_A_CALL), stretch)));
  }
  return all;
}

async function sumsOf(account: Account, metrics: readonly Metric[], { from, to }: Stretch): Promise<readonly number[]> {
  const form = {
    Action: "GetMetricData",
    StartTime: from.toISOString(),
    EndTime: to.toISOString(),
    ...Object.assign({}, ...metrics.map(queryOf)),
  };
  const found = metrics.map(() => 0);
  for await (const { Id, Values, StatusCode } of pagedElements(account, cloudWatch, form, "MetricDataResults")) {
    // "PartialData" goes on with the next page.
    if (StatusCode === "Forbidden" || StatusCode === "InternalError") {
      throw new CommandError(
        `CloudWatch does not report all that was used (${StatusCode}): cloudwatch:GetMetricData is needed. Try again.`,
      );
    }
    const index = Number(elementText(Id).slice(1));
    found[index] = elementsOf(Values).reduce<number>((sum, value) => sum + Number(elementText(value)), found[index] ?? 0);
  }
  return found;
}

function queryOf({ namespace, name, dimensions }: Metric, index: number): Readonly<Record<string, string>> {
  const query = `MetricDataQueries.member.${index + 1}`;
  const metric = `${query}.MetricStat.Metric`;
  const pairs = Object.entries(dimensions).flatMap(([key, value], place) => [
    [`${metric}.Dimensions.member.${place + 1}.Name`, key],
    [`${metric}.Dimensions.member.${place + 1}.Value`, value],
  ]);
  return {
    [`${query}.Id`]: `m${index}`,
    [`${metric}.Namespace`]: namespace,
    [`${metric}.MetricName`]: name,
    ...Object.fromEntries(pairs),
    [`${query}.MetricStat.Period`]: String(PERIOD_S),
    [`${query}.MetricStat.Stat`]: "Sum",
  };
}

/** The metrics of a namespace that had a value in the last two weeks. @param dimensions those that they have at least */
async function metricsIn(
  account: Account,
  namespace: string,
  dimensions: Readonly<Record<string, string>> = {},
): Promise<readonly Metric[]> {
  const filters = Object.entries(dimensions).flatMap(([name, value], index) => [
    [`Dimensions.member.${index + 1}.Name`, name],
    [`Dimensions.member.${index + 1}.Value`, value],
  ]);
  const found: Metric[] = [];
  const form = { Action: "ListMetrics", Namespace: namespace, ...Object.fromEntries(filters) };
  for await (const { MetricName, Dimensions } of pagedElements(account, cloudWatch, form, "Metrics")) {
    const pairs = (elementsOf(Dimensions) as readonly Element[]).map(({ Name, Value }) => [elementText(Name), elementText(Value)]);
    found.push({ namespace, name: elementText(MetricName), dimensions: Object.fromEntries(pairs) });
  }
  return found;
}
