import { LogFormatter, Logger, LogItem } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import type { LogAttributes, UnformattedAttributes } from "@aws-lambda-powertools/logger/types";
import type { Log } from "../log";
import { METRIC_NAMESPACE } from "../report";
import type { StepWorld } from "../world";
import { awsRuntime, awsSecrets, type Limits, stepTables } from "./world-without-log";

export { awsRuntime, awsSecrets };

// The world on AWS, in parts: each function's file combines the parts that its handler needs. Parts that only some functions need are in
// files of their own: awsTables, awsMail, awsDirectory, awsBus, awsFunctions, awsAlarms, awsTemplates, awsArchive.

/** Creates a function's log. Each entry is a line of JSON, from which CloudWatch reads the metrics. */
export function awsLog(): { readonly log: Log } {
  const logger = new Logger({ logFormatter: new FunctionLogFormat() });
  const log: Log = {
    info: (message, facts = {}) => logger.info(message, facts as LogAttributes),
    warn: (message, facts = {}) => logger.warn(message, facts as LogAttributes),
    error: (message, facts = {}) => logger.error(message, facts as LogAttributes),
    count(name, by) {
      if (by !== undefined) writeMetric(name, 1, by);
      writeMetric(name, 1);
    },
    gauge: (name, value) => writeMetric(name, value),
    // `logEvent` takes precedence over the environment variable: an event contains what people typed.
    middlewares: [injectLambdaContext(logger, { logEvent: false, resetKeys: true })],
  };
  return { log };
}

export function stepWorld(limits?: Limits): StepWorld {
  return { ...awsRuntime(), ...awsLog(), ...stepTables(limits), ...awsSecrets(limits) };
}

/** Limits for a caller that waits two seconds: if a packet is lost, time for a second attempt must remain. */
export const extensionLimits = { attemptTimeoutMs: 500 } as const satisfies Limits;

/** The world of a step whose caller waits two seconds. */
export const extensionWorld = (): StepWorld => stepWorld(extensionLimits);

/**
 * Writes a line from which CloudWatch reads a metric, as Powertools' metrics write it. Those would be 6 % of a step's bundle, and hardly any
 * call counts something: the metric of a decision is a part of its log line.
 */
function writeMetric(name: string, value: number, by: Readonly<Record<string, string>> = {}): void {
  const service = process.env.POWERTOOLS_SERVICE_NAME || "service_undefined";
  // CloudWatch refuses a metric with an empty dimension. Outside Lambda, a function has no version.
  const dimensions = { service, ...Object.fromEntries(Object.entries(by).filter(([, text]) => text !== "")) };
  const CloudWatchMetrics = [
    { Namespace: METRIC_NAMESPACE, Dimensions: [Object.keys(dimensions)], Metrics: [{ Name: name, Unit: "Count" }] },
  ];
  // Lambda would wrap a line of `console.log` in a line of its own.
  process.stdout.write(`${JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics }, ...dimensions, [name]: value })}\n`);
}

/** Leaves out the function's name and memory, because each byte of a log costs money: the log group shows them already. */
class FunctionLogFormat extends LogFormatter {
  formatAttributes(unformattedAttributes: UnformattedAttributes, reportedAttributes: LogAttributes): LogItem {
    const { logLevel, message, timestamp, serviceName, lambdaContext, xRayTraceId } = unformattedAttributes;
    const attributes = {
      level: logLevel,
      message,
      timestamp: this.formatTimestamp(timestamp),
      service: serviceName,
      cold_start: lambdaContext?.coldStart || undefined,
      function_request_id: lambdaContext?.awsRequestId,
      xray_trace_id: xRayTraceId,
    };
    return new LogItem({ attributes }).addAttributes(reportedAttributes);
  }
}
