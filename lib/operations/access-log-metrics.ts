import { Duration } from "aws-cdk-lib";
import { MathExpression, type Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { type IFilterPattern, type LogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { PERIOD } from "./alarms";

interface CountedLines {
  readonly accessLog: LogGroup;
  readonly service: string;
  readonly metricName: string;
  readonly filterPattern: IFilterPattern;
}

/** Counts matching lines. If lines came and none matched, the value is 0: all metrics of a log have the same times. */
export function countedLines(scope: Construct, { accessLog, service, metricName, filterPattern }: CountedLines): Metric {
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
