import { Duration } from "aws-cdk-lib";
import { MathExpression, type MathExpressionOptions, type Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { type IFilterPattern, type LogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { METRIC_NAMESPACE } from "../../adapters/report";
import type { Step } from "../../engine/sign-up/sign-up";
import { PERIOD } from "./alarms";

interface CountedLines {
  readonly accessLog: LogGroup;
  readonly service: string;
  readonly metricName: string;
  readonly filterPattern: IFilterPattern;
}

/** Counts matching lines. If lines came and none matched, the value is 0: all metrics of a log have the same times. */
export function countLines(scope: Construct, { accessLog, service, metricName, filterPattern }: CountedLines): Metric {
  const filter = new MetricFilter(scope, `${metricName}Filter`, {
    logGroup: accessLog,
    metricNamespace: `Gatehouse/${service}`,
    metricName,
    metricValue: "1",
    defaultValue: 0,
    filterPattern,
  });
  return filter.metric({ statistic: Stats.SUM, period: PERIOD });
}

function namedMetrics(letter: string, metrics: readonly Metric[]): Record<string, Metric> {
  return Object.fromEntries(metrics.map((metric, index) => [`${letter}${index}`, metric]));
}

/**
 * Counts the refused calls of all routes. A route's refused calls count only in periods in which no call to the route was answered.
 * @param refusedCalls one metric for each route, in the order of `answeredCalls`
 */
export function refusedAlone(refusedCalls: readonly Metric[], answeredCalls: readonly Metric[]): MathExpression {
  return new MathExpression({
    expression: refusedCalls.map((_, index) => `IF(r${index} > 0 AND a${index} < 1, r${index}, 0)`).join(" + "),
    usingMetrics: { ...namedMetrics("r", refusedCalls), ...namedMetrics("a", answeredCalls) },
    period: PERIOD,
  });
}

/** Counts the calls of all routes. */
export function hourlyCalls(answeredCalls: readonly Metric[]): MathExpression {
  return new MathExpression({
    expression: answeredCalls.map((_, index) => `a${index}`).join(" + "),
    usingMetrics: namedMetrics("a", answeredCalls),
    period: Duration.hours(1),
  });
}

/** The decisions to count. */
export interface DecisionMetricOptions extends MathExpressionOptions {
  /** The gate's name; `default` is the unnamed gate. @default any */
  readonly gate?: string;
  /** @default any */
  readonly verdict?: "block" | "continue" | "invalid";
  /** @default any */
  readonly step?: Step;
  /** The rule that decided, by its name. @default any */
  readonly rule?: string;
}

/**
 * Counts the decisions that have all these values. Each combination of dimensions is a metric of its own, so a query of Metrics Insights
 * adds the metrics up.
 * @param service the Gatehouse's name
 */
export function countDecisions(service: string, { gate, verdict, step, rule, ...options }: DecisionMetricOptions): MathExpression {
  const having = Object.entries({ service, gate, verdict, step, rule }).flatMap(([name, value]) =>
    value === undefined ? [] : [`"${name}" = '${value}'`],
  );
  // A name without quotes could be a keyword. The values need no escapes: CloudWatch and the policy refuse names with a quote.
  return new MathExpression({
    label: ["Decisions", gate, verdict, step, rule].filter((each) => each !== undefined).join(" "),
    period: PERIOD,
    ...options,
    expression: `SELECT SUM("Decisions") FROM "${METRIC_NAMESPACE}" WHERE ${having.join(" AND ")}`,
  });
}

/**
 * Returns a query with one line of a graph for each combination of values of the dimensions `by`.
 * @param schema all dimensions of the metric; if undefined, every metric that has the dimensions `by` is included
 */
export function countByValues(metricName: string, service: string, by: readonly string[], schema?: readonly string[]): MathExpression {
  const from = schema === undefined ? `"${METRIC_NAMESPACE}"` : `SCHEMA(${[METRIC_NAMESPACE, ...schema].map(quoteName).join(", ")})`;
  const expression = `SELECT SUM(${quoteName(metricName)}) FROM ${from} WHERE "service" = '${service}' GROUP BY ${by.map(quoteName).join(", ")}`;
  // If the label is empty, CloudWatch labels each line with the values of its dimensions.
  return new MathExpression({ label: "", period: PERIOD, expression });
}

function quoteName(name: string): string {
  return `"${name}"`;
}
