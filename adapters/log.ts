import type { MiddlewareObj } from "@middy/core";

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
  | "RoleAudienceRefused"
  | "RoleIssuerRefused"
  | "RoleOtherRefused"
  | "RoleSubjectRefused"
  | "RotationStuck"
  | "RowsSkipped"
  | "StreamsUnread"
  | "SecretsUnread"
  | "ShadowsLost"
  | "TestCallerCalls"
  | "UnusualSignUps";

/** Lines for operators, and counts for alarms. Neither contains anything that a person typed. */
export interface Log {
  info(message: string, facts?: object): void;
  warn(message: string, facts?: object): void;
  error(message: string, facts?: object): void;
  /** Adds one to a metric. @param by dimensions besides `service`, which every metric has */
  count(name: MetricName, by?: Readonly<Record<string, string>>): void;
  /** Sets the current value of a metric that an alarm watches. */
  gauge(name: "CertificateDaysLeft", value: number): void;
  /** Middlewares that run before each call. The call's log lines then name the invocation. */
  readonly middlewares: readonly MiddlewareObj[];
}
