import { MathExpression, type MathExpressionOptions } from "aws-cdk-lib/aws-cloudwatch";
import { METRIC_NAMESPACE } from "../../adapters/report";
import type { Step } from "../../engine/sign-up/sign-up";
import { PERIOD } from "./alarms";

/** The decisions to count. */
export interface DecisionMetricOptions extends MathExpressionOptions {
  /** `default` is the unnamed one. @default any */
  readonly gate?: string;
  /** @default any */
  readonly verdict?: "block" | "continue" | "invalid";
  /** @default any */
  readonly step?: Step;
  /** The rule that decided, by its name. @default any */
  readonly rule?: string;
}

/** A query of Metrics Insights, as each combination is a metric of its own: graphs and alarms take it. @param service the Gatehouse's name */
export function decisionsCounted(service: string, { gate, verdict, step, rule, ...options }: DecisionMetricOptions): MathExpression {
  const having = Object.entries({ service, gate, verdict, step, rule }).flatMap(([name, value]) =>
    value === undefined ? [] : [`"${name}" = '${value}'`],
  );
  // Names in quotes are no keywords. No value has a quote: CloudWatch and the policy refuse such names.
  return new MathExpression({
    label: ["Decisions", gate, verdict, step, rule].filter((each) => each !== undefined).join(" "),
    period: PERIOD,
    ...options,
    expression: `SELECT SUM("Decisions") FROM "${METRIC_NAMESPACE}" WHERE ${having.join(" AND ")}`,
  });
}

/** A line of a graph for each value of some dimensions. @param schema all that such a metric has; each that has `by`, if undefined */
export function countedByValues(metricName: string, service: string, by: readonly string[], schema?: readonly string[]): MathExpression {
  const from = schema === undefined ? `"${METRIC_NAMESPACE}"` : `SCHEMA(${[METRIC_NAMESPACE, ...schema].map(quoteName).join(", ")})`;
  const expression = `SELECT SUM(${quoteName(metricName)}) FROM ${from} WHERE "service" = '${service}' GROUP BY ${by.map(quoteName).join(", ")}`;
  // Without a label of ours a line has its values.
  return new MathExpression({ label: "", period: PERIOD, expression });
}

function quoteName(name: string): string {
  return `"${name}"`;
}
