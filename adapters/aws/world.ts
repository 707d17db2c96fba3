import { LogFormatter, Logger, LogItem } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import type { LogAttributes, UnformattedAttributes } from "@aws-lambda-powertools/logger/types";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Log } from "../log";
import { METRIC_NAMESPACE } from "../report";
import type { StepWorld } from "../world";
import { awsRuntime, awsSecrets, type Limits, stepTables } from "./world-parts";

// Each function's file combines the parts that its handler needs. Parts that only some functions need are in files of their own.

/** Each entry is a line of JSON, from which CloudWatch reads the metrics. */
export function awsLog(): { readonly log: Log } {
  const logger = new Logger({ logFormatter: new FunctionLogFormat() });
  let opened: Metrics | undefined;
  // Created at the first count, because a cold call would wait for it. A decision's metrics are in its log line.
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

/** The limits of a step whose caller waits two seconds. If a packet is lost, 500 ms an attempt leave time for a second one. */
export const extensionLimits = { attemptTimeoutMs: 500 } as const satisfies Limits;

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
