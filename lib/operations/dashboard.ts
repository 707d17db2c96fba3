import { Aspects, Duration, Lazy } from "aws-cdk-lib";
import {
  AlarmStatusWidget,
  type CfnDashboard,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  Metric,
  Stats,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnQueryDefinition, LogGroup } from "aws-cdk-lib/aws-logs";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import * as v from "valibot";
import { pascalCase } from "../../adapters/aws/deployment-name";
import { COLD_MS, METRIC_NAMESPACE } from "../../adapters/report";
import { optionSchema } from "../../engine/option-schema";
import type { GateScope, StackFeature } from "../feature";
import type { GatehouseScope } from "../gatehouse-scope";
import { listStepUses } from "../policy-folder/policy-folder";
import { RetainedTable } from "../resources/retained-table";
import { PERIOD } from "./alarms";
import { countByValues, countDecisions } from "./metrics";

export interface DashboardOption {
  /**
   * True for a CloudWatch dashboard. An account's first three dashboards are free, others cost $3 a month. If rules call systems outside,
   * each view of the dashboard reads the steps' logs of the shown time. This costs $0.005 a GB.
   * @default true
   */
  readonly dashboard?: boolean;
}

/** A limit of CloudWatch, for one widget. */
const MOST_ALARMS = 100;
const ROW = { width: 24 };
const THIRD = { width: 8, period: PERIOD };

/** A dashboard for somebody on call: which alarms ring, which answers the gates give, and where calls fail or wait. */
export const dashboardFeature: StackFeature<DashboardOption, void> = {
  order: 87,
  name: "dashboard",
  options: optionSchema<DashboardOption>({ dashboard: v.optional(v.boolean()) }),
  wanted: (_, { dashboard: isWanted = true }) => isWanted,
  build(scope) {
    const place = new Construct(scope, "Dashboard");
    const board = new CloudWatchDashboard(place, "Board", { defaultInterval: Duration.hours(3) });
    // cfn-lint 1.51.0 refuses tags of a dashboard (E3002).
    (board.node.defaultChild as CfnDashboard).addPropertyDeletionOverride("Tags");
    // The widgets are added at synthesis, because the app may add its own parts until then.
    Aspects.of(place).add({ visit: (node) => void (node === place && board.addWidgets(...buildWidgets(scope))) });
  },
};

function buildWidgets(scope: GateScope): readonly IWidget[] {
  const { alarms, name, api } = scope;
  const latencies = [50, 95, 99].map((percent) => api.metricLatency({ statistic: Stats.percentile(percent), label: `p${percent}` }));
  return [
    new TextWidget({ ...ROW, height: 1, markdown: `**${name}** Runbook: ${alarms.runbook()}` }),
    new AlarmStatusWidget({ ...ROW, height: 4, title: "Alarms", alarms: alarms.all.slice(0, MOST_ALARMS) }),
    new GraphWidget({ ...THIRD, title: "Answers by gate and verdict", left: [countByValues("Decisions", name, ["gate", "verdict"])] }),
    new GraphWidget({ ...THIRD, title: "Calls", left: [api.metricCount()], right: [api.metricClientError()] }),
    new GraphWidget({ ...THIRD, title: "Answer time (ms)", left: latencies }),
    coldCalls(scope),
    ...graph("Failures", alarms.metricsOf("FailedClosed", "ClaimsMissing", "RecordsLost", "SecretsUnread", "FunctionErrors")),
    ...graph("Answered by the gateway: throttled, crashed", alarms.metricsOf("StaticBlockPages", "UnansweredCalls", "ExtensionErrors")),
    ...graph("Throttles of functions and tables", throttles(scope)),
    ...graph("Streams: age of what waits (ms)", alarms.ages),
    ...graph("Dead letters", deadLetters(scope)),
    ...systemsOutside(scope),
  ];
}

/** Returns a graph; empty if there are no metrics, because the stack lacks the resources to show. */
function graph(title: string, leftMetrics: readonly IMetric[]): readonly GraphWidget[] {
  return leftMetrics.length === 0 ? [] : [new GraphWidget({ ...THIRD, title, left: [...leftMetrics] })];
}

function coldCalls({ name }: GateScope): IWidget {
  const createMetric = (statistic: string, label: string) =>
    new Metric({ namespace: METRIC_NAMESPACE, metricName: COLD_MS, dimensionsMap: { service: name }, statistic, label, period: PERIOD });
  const share = new MathExpression({
    label: "% of calls",
    period: PERIOD,
    expression: "100 * cold / calls",
    usingMetrics: { cold: createMetric(Stats.SAMPLE_COUNT, "cold"), calls: countDecisions(name, {}) },
  });
  return new GraphWidget({
    ...THIRD,
    title: "Cold calls (ms, % of calls)",
    left: [createMetric(Stats.percentile(50), "p50"), createMetric(Stats.percentile(95), "p95")],
    right: [share],
  });
}

function throttles(scope: GateScope): readonly IMetric[] {
  const all = scope.node.findAll();
  return [
    ...all.filter((each) => each instanceof LambdaFunction).map((each) => each.metricThrottles()),
    ...all
      .filter((each) => each instanceof RetainedTable)
      .flatMap(({ table }) => ["ReadThrottleEvents", "WriteThrottleEvents"].map((each) => table.metric(each, { statistic: Stats.SUM }))),
  ];
}

/** A dead-letter queue is one that has no dead-letter queue itself. */
function deadLetters(scope: GateScope): readonly IMetric[] {
  const queues = scope.node.findAll().filter((each) => each instanceof Queue);
  return queues
    .filter(({ deadLetterQueue }) => deadLetterQueue === undefined)
    .map((each) => each.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }));
}

function systemsOutside({ alarms, answering, facts, name }: GateScope): readonly IWidget[] {
  const systems = [...new Set(facts.policy.flatMap(listStepUses).flatMap((use) => ("service" in use ? [use.service] : [])))];
  const failures = alarms
    .metricsOf("UpstreamFailures")
    .map(() => countByValues("UpstreamFailures", name, ["system", "kind"], upstreamSchema));
  if (systems.length === 0) return graph("Failures of systems outside", failures);
  return [
    ...graph("Failures of systems outside", failures),
    new LogQueryWidget({
      ...THIRD,
      title: "Time of systems outside (ms, p95)",
      view: LogQueryVisualizationType.LINE,
      logGroupNames: answering.map((each) => each.function.logGroup.logGroupName),
      queryLines: [`stats ${systems.map((each) => `pct(\`calls.${each}\`, 95)`).join(", ")} by bin(5m)`],
    }),
  ];
}

/** All dimensions of UpstreamFailures, in alphabetical order, because CloudWatch stores them in this order. */
const upstreamSchema = ["kind", "service", "system"];

/** A limit of CloudWatch, for one query. */
const MOST_LOG_GROUPS = 50;

const queries = {
  "one call or last day of one person": [
    "# Put a reference code, a personId, or the request id of the gateway's own page in place of K7QD-9MXD.",
    "# Above, choose 1d for a person's last day, and more for a call before that.",
    "# The gateway's line bears the request id alone, which the step's line calls gatewayRequestId.",
    "fields @timestamp, @log, message, route, status, step, verdict, rule, reference, gatewayRequestId, personId",
    '| filter @message like "K7QD-9MXD"',
    "| sort @timestamp asc",
    "| limit 1000",
  ],
  "errors by place": [
    "# why CODE, with the code of a line, names the line of your policy.",
    'filter level = "ERROR"',
    "| stats count(*) as times, max(@timestamp) as latest, latest(reference) as code by message, rule, failure.error, failure.at.0",
    "| sort times desc",
  ],
} as const;

/** Queries over the functions' log lines and the gateways' access logs, under the Gatehouse's name. */
export const logQueriesFeature: StackFeature<object, void> = {
  order: 90,
  name: "log-queries",
  build(scope) {
    new LogQueries(scope, "Queries");
  },
};

class LogQueries extends Construct {
  constructor(gatehouse: GatehouseScope, id: string) {
    super(gatehouse, id);
    // Evaluated after the app's own parts have been added.
    const logGroupNames = Lazy.list({ produce: () => findLogGroups(gatehouse).map(({ logGroupName }) => logGroupName) });
    for (const [name, lines] of Object.entries(queries)) {
      new CfnQueryDefinition(this, pascalCase(name), {
        name: `${gatehouse.name}/${name}`,
        queryString: lines.join("\n"),
        logGroupNames,
      });
    }
  }
}

/** Leaves out the log groups of network flows. Also leaves out the log groups of events, because they hold people's addresses. */
function findLogGroups(gatehouse: GatehouseScope): readonly LogGroup[] {
  const all = gatehouse.node.findAll().filter((each) => each instanceof LogGroup);
  const accessLogs = all.filter(({ node }) => node.id === "AccessLog");
  return [...accessLogs, ...all.filter(({ node }) => node.id.endsWith("Logs"))].slice(0, MOST_LOG_GROUPS);
}
