import { MathExpression, type MathExpressionOptions } from "aws-cdk-lib/aws-cloudwatch";
import { METRIC_NAMESPACE } from "../../adapters/report";
import type { Step } from "../../engine/sign-up/sign-up";
import { PERIOD } from "./alarms";

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
export function decisionsCounted(service: string, { gate, verdict, step, rule, ...options }: DecisionMetricOptions): MathExpression {
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
export function countedByValues(metricName: string, service: string, by: readonly string[], schema?: readonly string[]): MathExpression {
  const from = schema === undefined ? `"${METRIC_NAMESPACE}"` : `SCHEMA(${[METRIC_NAMESPACE, ...schema].map(quoteName).join(", ")})`;
  const expression = `SELECT SUM(${quoteName(metricName)}) FROM ${from} WHERE "service" = '${service}' GROUP BY ${by.map(quoteName).join(", ")}`;
  // If the label is empty, CloudWatch labels each line with the values of its dimensions.
  return new MathExpression({ label: "", period: PERIOD, expression });
}

function quoteName(name: string): string {
  return `"${name}"`;
}
