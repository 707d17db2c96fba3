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
 * Returns a query of Metrics Insights, because each combination of dimensions is a metric of its own. Graphs and alarms accept such a
 * query.
 * @param service the Gatehouse's name
 */
export function decisionsCounted(service: string, { gate, verdict, step, rule, ...options }: DecisionMetricOptions): MathExpression {
  const having = Object.entries({ service, gate, verdict, step, rule }).flatMap(([name, value]) =>
    value === undefined ? [] : [`"${name}" = '${value}'`],
  );
  // Quotes keep the names from being keywords. No value contains a quote: CloudWatch and the policy refuse such names.
  return new MathExpression({
    label: ["Decisions", gate, verdict, step, rule].filter((each) => each !== undefined).join(" "),
    period: PERIOD,
    ...options,
    expression: `SELECT SUM("Decisions") FROM "${METRIC_NAMESPACE}" WHERE ${having.join(" AND ")}`,
  });
}

/**
 * Returns a graph with a line for each value of some dimensions.
 * @param schema all dimensions of the metric; if undefined, every metric that has `by` is included
 */
export function countedByValues(metricName: string, service: string, by: readonly string[], schema?: readonly string[]): MathExpression {
  const from = schema === undefined ? `"${METRIC_NAMESPACE}"` : `SCHEMA(${[METRIC_NAMESPACE, ...schema].map(quoteName).join(", ")})`;
  const expression = `SELECT SUM(${quoteName(metricName)}) FROM ${from} WHERE "service" = '${service}' GROUP BY ${by.map(quoteName).join(", ")}`;
  // With an empty label, CloudWatch labels each line with its values.
  return new MathExpression({ label: "", period: PERIOD, expression });
}

function quoteName(name: string): string {
  return `"${name}"`;
}
