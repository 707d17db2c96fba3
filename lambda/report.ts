import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { METRIC_NAMESPACE, type VersionFailure, versionDimensions } from "../adapters/aws/metrics";
import type { Failure } from "../engine/sign-up/decision";
import type { LooseEnd } from "../engine/sign-up/ports";
import type { DecisionRecord } from "../engine/sign-up/record";
import { UnfinishedError } from "../engine/sign-up/service-calls";
import type { Step } from "../engine/sign-up/sign-up";
import type { UpstreamFailure } from "../engine/sign-up/upstream";
import type { RuleResult } from "../engine/sign-up/verdict";
import { FunctionLogFormat } from "./log-format";
import type { RuleTime } from "./rule-times";

export const logger = new Logger({ logFormatter: new FunctionLogFormat() });
const metrics = new Metrics({ namespace: METRIC_NAMESPACE });

/** The one at which a failure stops nobody. */
const TOKEN_STEP: Step = "before-sending-token";

/** One line a decision. Names and codes only: never what a person typed. */
export function reportDecision(
  record: DecisionRecord,
  failure: Failure | undefined,
  gatewayRequestId: string | undefined,
  ruleTimes?: readonly RuleTime[],
): void {
  const line = {
    step: record.step,
    verdict: record.verdict,
    ...(record.rule !== undefined && { rule: record.rule }),
    ...(record.reasons.length > 0 && { reasons: record.reasons }),
    reference: record.reference,
    ...(record.personId !== undefined && { personId: record.personId }),
    durationMs: record.durationMs,
    trace: record.trace.filter(({ shadow, said }) => !shadow || said !== "unfinished").map(spelled),
    gatewayRequestId,
    ...(ruleTimes !== undefined && { ruleTimes }),
    ...decisionMetric(record),
  };
  if (failure === undefined) logger.info("decided", line);
  else
    logger.error(record.step === TOKEN_STEP ? "token without claims" : "failed closed", {
      ...line,
      failure: {
        why: failure.why,
        ...(failure.error instanceof UnfinishedError && { unfinished: failure.error.work }),
        ...traceOf(failure.error),
      },
    });
  for (const { upstreamFailure } of record.trace) if (upstreamFailure !== undefined) countUpstreamFailure(upstreamFailure);
  if (failure !== undefined) countFailure(record.step === TOKEN_STEP ? "ClaimsMissing" : "FailedClosed");
}

/** One line for a shadowed rule that has spoken. Names and codes only. */
export function reportShadow(result: RuleResult, step: Step, reference: string): void {
  logger.info("tried in shadow", { step, reference, trace: [spelled(result)] });
  if (result.upstreamFailure !== undefined) countUpstreamFailure(result.upstreamFailure);
}

/** Work of a rule failed once its decision was made, with nobody waiting for it. The alarm rings: the rule may have missed an await. */
export function reportLooseEnd({ rule, error }: Partial<LooseEnd>): void {
  logger.error("failed with nobody waiting", { ...(rule !== undefined && { rule }), failure: traceOf(error) });
  count("FailedClosed");
}

/** What a shadowed rule said found no record to stand in. */
export function reportLostShadow({ rule }: RuleResult, reference: string): void {
  logger.warn("result of a shadowed rule lost", { rule, reference });
  count("ShadowsLost");
}

/** The record could not be kept: it stands in the log instead, its person by a keyed hash alone. */
export function reportLostRecord(record: DecisionRecord, error: unknown): void {
  const { id: _, email: __, attributes: ___, ipAddress: ____, trace, ...rest } = record;
  const said = trace.map(({ rule, said, shadow, reasons, set, upstreamFailure }) => ({
    rule,
    said,
    shadow,
    reasons,
    set,
    upstreamFailure,
  }));
  logger.error("record lost", { record: { ...rest, trace: said }, failure: traceOf(error) });
  count("RecordsLost");
}

/** `verify-identity: block (idology timeout)` */
function spelled({ rule, said, shadow, upstreamFailure }: RuleResult): string {
  const failed =
    upstreamFailure &&
    ` (${[upstreamFailure.service, upstreamFailure.kind, upstreamFailure.status, upstreamFailure.at].filter((part) => part !== undefined).join(" ")})`;
  return `${rule}${shadow ? " (shadow)" : ""}: ${said}${failed ?? ""}`;
}

/** The line of a decision counts it, as CloudWatch reads metrics from lines: each line of its own is paid for. */
function decisionMetric({ rule, source }: DecisionRecord): object {
  const Dimensions = [["service", "verdict", ...(rule === undefined ? [] : ["rule"]), "source", "step"]];
  const CloudWatchMetrics = [{ Namespace: METRIC_NAMESPACE, Dimensions, Metrics: [{ Name: "Decisions" }] }];
  return { source, Decisions: 1, _aws: { Timestamp: Date.now(), CloudWatchMetrics } };
}

/** Once for the alarm, and once by the version that failed: a deployment is taken back by it. */
function countFailure(name: VersionFailure): void {
  const { AWS_LAMBDA_FUNCTION_NAME: lambda = "", AWS_LAMBDA_FUNCTION_VERSION: version = "" } = process.env;
  const single = metrics.singleMetric();
  single.addDimensions(versionDimensions(lambda, version));
  single.addMetric(name, MetricUnit.Count, 1);
  count(name);
}

/** Once for the alarm, and once by system and kind. The dimension `service` is taken: it tells one stack from another. */
function countUpstreamFailure({ service, kind }: UpstreamFailure): void {
  const single = metrics.singleMetric();
  single.addDimensions({ system: service, kind });
  single.addMetric("UpstreamFailures", MetricUnit.Count, 1);
  count("UpstreamFailures");
}

type Counted =
  | "ApprovalSettingsUnusable"
  | "ClaimsMissing"
  | "EventsSkipped"
  | "FailedClosed"
  | "HygieneProblems"
  | "MailsRefused"
  | "UpstreamFailures"
  | "ProvisioningFailed"
  | "ProvisioningOverdue"
  | "RecordsLost"
  | "RotationStuck"
  | "ShadowsLost"
  | "TestCallerCalls";

/** Counts one of what an alarm rings for, or a graph shows. */
export function count(name: Counted): void {
  metrics.addMetric(name, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

/** Tells how much there is of what an alarm watches. */
export function gauge(name: "CertificateDaysLeft", value: number): void {
  metrics.addMetric(name, MetricUnit.Count, value);
  metrics.publishStoredMetrics();
}

/** Where an error arose. Its message may quote claims, over several lines, so it stays out of the log. */
export function traceOf(error: unknown): { error: string; code?: string; at: readonly string[] } {
  if (!(error instanceof Error)) return { error: typeof error, at: [] };
  const { message, stack = "" } = error;
  const begin = stack.indexOf(message);
  const after = begin < 0 ? "" : stack.slice(begin + message.length);
  const frames = after.split("\n").filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  const code = "code" in error && typeof error.code === "string" && /^[A-Z][A-Z_]{2,60}$/.test(error.code) ? error.code : undefined;
  return { error: error.name, ...(code !== undefined && { code }), at: frames.slice(0, 5).map((frame) => frame.trim()) };
}
