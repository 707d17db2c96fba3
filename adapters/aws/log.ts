import { LogFormatter, Logger, LogItem } from "@aws-lambda-powertools/logger";
import type { LogAttributes, UnformattedAttributes } from "@aws-lambda-powertools/logger/types";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Context } from "aws-lambda";
import { METRIC_NAMESPACE } from "./metrics";

/** What is counted for an alarm or a graph. */
export type MetricName =
  | "AccessRunFailed"
  | "AccessRunWaiting"
  | "ApprovalSettingsUnusable"
  | "ClaimsMissing"
  | "FailedClosed"
  | "HygieneProblems"
  | "LimitsUnread"
  | "MailsRefused"
  | "UpstreamFailures"
  | "ProvisioningFailed"
  | "ProvisioningOverdue"
  | "RecordsLost"
  | "RotationStuck"
  | "RowsSkipped"
  | "SecretsUnread"
  | "ShadowsLost"
  | "TestCallerCalls"
  | "UnusualSignUps";

/** Lines for operators, and counts for alarms. Neither holds anything that a person typed. */
export interface Log {
  info(message: string, facts?: object): void;
  warn(message: string, facts?: object): void;
  error(message: string, facts?: object): void;
  /** Counts one. @param by counts it also under these dimensions, beside `service`, which every metric has */
  count(name: MetricName, by?: Readonly<Record<string, string>>): void;
  /** Sets how much there is of what an alarm watches. */
  gauge(name: "CertificateDaysLeft", value: number): void;
  /** The lines that follow name this invocation. */
  begin(invocation: Context): void;
}

/** The log of a function: one line of JSON each, from which CloudWatch reads the metrics. */
export function awsLog(): { readonly log: Log } {
  const logger = new Logger({ logFormatter: new FunctionLogFormat() });
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
  const log: Log = {
    info: (message, facts = {}) => logger.info(message, facts as LogAttributes),
    warn: (message, facts = {}) => logger.warn(message, facts as LogAttributes),
    error: (message, facts = {}) => logger.error(message, facts as LogAttributes),
    count(name, by) {
      if (by !== undefined) {
        const single = metrics.singleMetric();
        single.addDimensions(by);
        single.addMetric(name, MetricUnit.Count, 1);
      }
      metrics.addMetric(name, MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
    },
    gauge(name, value) {
      metrics.addMetric(name, MetricUnit.Count, value);
      metrics.publishStoredMetrics();
    },
    begin: (invocation) => logger.addContext(invocation),
  };
  return { log };
}

/** Each byte is paid for: the log group already says which function wrote a line, and how much memory it has. */
class FunctionLogFormat extends LogFormatter {
  formatAttributes(given: UnformattedAttributes, reported: LogAttributes): LogItem {
    const { logLevel, message, timestamp, serviceName, lambdaContext, xRayTraceId } = given;
    const attributes = {
      level: logLevel,
      message,
      timestamp: this.formatTimestamp(timestamp),
      service: serviceName,
      cold_start: lambdaContext?.coldStart || undefined,
      function_request_id: lambdaContext?.awsRequestId,
      xray_trace_id: xRayTraceId,
    };
    return new LogItem({ attributes }).addAttributes(reported);
  }
}
