import { LogFormatter, Logger, LogItem } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import type { LogAttributes, UnformattedAttributes } from "@aws-lambda-powertools/logger/types";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Log } from "../log";
import { METRIC_NAMESPACE } from "../report";
import type { StepWorld } from "../world";
import { awsRuntime, awsSecrets, type Limits, stepTables } from "./world-parts";

// The world on AWS, in parts: each function's file combines the parts that its handler needs. Parts that only some functions need are in
// files of their own: awsTables, awsMail, awsDirectory, awsBus, awsFunctions, awsAlarms, awsTemplates, awsArchive.

/** Creates a function's log. Each entry is a line of JSON, from which CloudWatch reads the metrics. */
export function awsLog(): { readonly log: Log } {
  const logger = new Logger({ logFormatter: new FunctionLogFormat() });
  let opened: Metrics | undefined;
  // Metrics are created at the first count, not before, because a cold call would wait for them. Most calls count nothing here: a
  // decision's metrics are in its log line.
  const openMetrics = () => (opened ??= new Metrics({ namespace: METRIC_NAMESPACE }));
  const log: Log = {
    info: (message, facts = {}) => logger.info(message, facts as LogAttributes),
    warn: (message, facts = {}) => logger.warn(message, facts as LogAttributes),
    error: (message, facts = {}) => logger.error(message, facts as LogAttributes),
    count(name, by) {
      const metrics = openMetrics();
      if (by !== undefined) {
        const single = metrics.singleMetric();
        single.addDimensions(by);
        single.addMetric(name, MetricUnit.Count, 1);
      }
      metrics.addMetric(name, MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
    },
    gauge(name, value) {
      const metrics = openMetrics();
      metrics.addMetric(name, MetricUnit.Count, value);
      metrics.publishStoredMetrics();
    },
    // With `logEvent: false`, no environment variable can turn on the logging of events. An event contains what people typed.
    middlewares: [injectLambdaContext(logger, { logEvent: false, resetKeys: true })],
  };
  return { log };
}

export function stepWorld(limits?: Limits): StepWorld {
  return { ...awsRuntime(), ...awsLog(), ...stepTables(limits), ...awsSecrets(limits) };
}

/**
 * Limits for a step whose caller waits two seconds. An attempt may take 500 ms, so that time for a second attempt remains if a packet is
 * lost.
 */
export const extensionLimits = { attemptTimeoutMs: 500 } as const satisfies Limits;

/** The world of a step whose caller waits two seconds. */
export const extensionWorld = (): StepWorld => stepWorld(extensionLimits);

/** Leaves out the function's name and memory. The log group already identifies the function, and each byte of a log costs money. */
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
