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

/** Lines for operators, and counts for alarms. Neither holds anything that a person typed. */
export interface Log {
  info(message: string, facts?: object): void;
  warn(message: string, facts?: object): void;
  error(message: string, facts?: object): void;
  /** Counts one. @param by counts it also under these dimensions, beside `service`, which every metric has */
  count(name: MetricName, by?: Readonly<Record<string, string>>): void;
  /** Sets how much there is of what an alarm watches. */
  gauge(name: "CertificateDaysLeft", value: number): void;
  /** Middlewares that each call passes first: its lines name the invocation. */
  readonly middlewares: readonly MiddlewareObj[];
}
