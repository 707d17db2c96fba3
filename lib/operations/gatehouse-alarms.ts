import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { gatePrefix } from "../../adapters/aws/deployment-name";
import { CERTIFICATE_WARNING_DAYS } from "../../adapters/graph/certificate-ends";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { AccessList } from "../access-list/access-list";
import type { ApprovalApi } from "../approvals/approval-api";
import type { ApprovalMail } from "../approvals/approval-mail";
import type { Approvals } from "../approvals/approvals";
import type { AuditTrail } from "../audit/audit-trail";
import type { DecisionCounts } from "../events/decision-counts";
import type { Decisions } from "../events/decisions";
import type { GatehouseScope } from "../gatehouse-scope";
import type { PolicyStep } from "../policy-folder/policy-folder";
import type { ConnectorRotation } from "../sign-up/connector-rotation";
import type { Credentials } from "../sign-up/credentials";
import { ofGate } from "../sign-up/gate-words";
import { asksOutside, type SignUpStep } from "../sign-up/sign-up-step";
import { PERIOD } from "./alarms";

/** The parts of a Gatehouse that alarms look at together. */
export interface WatchedParts {
  readonly policy: readonly PolicyStep[];
  readonly steps: readonly SignUpStep[];
  readonly gateCredentials: ReadonlyMap<string, Credentials>;
  readonly accessList: AccessList;
  readonly decisions: Decisions;
  readonly counts: DecisionCounts;
  readonly trail: AuditTrail;
  readonly approvals: Approvals | undefined;
  readonly approvalApi: ApprovalApi | undefined;
  readonly mail: ApprovalMail | undefined;
  readonly rotation: ConnectorRotation | undefined;
}

/** Alarms on what several parts have in common; each part declares its own. */
export function watchParts({ alarms }: GatehouseScope, parts: WatchedParts): void {
  const { policy, approvals, mail, rotation } = parts;
  alarms.alarmOnCount("FailedClosed", "A sign-up was blocked because a rule or a read failed.");
  if (policy.some(({ step }) => step === "before-sending-token")) {
    alarms.alarmOnCount("ClaimsMissing", "A token was sent without its claims, because a rule or a read failed.");
  }
  alarms.alarmOnCount("RecordsLost", "A decision could not be recorded; it stands in the log.");
  if (policy.some(asksOutside)) alarms.alarmOnCount("UpstreamFailures", "A call to a system outside failed.");
  if (approvals?.provisioning !== undefined || mail !== undefined) {
    const what = "The settings of approvals are missing or malformed: no account can be made, or no mail sent.";
    alarms.alarmOnCount("ApprovalSettingsUnusable", what);
  }
  if (rotation !== undefined || approvals?.provisioning !== undefined) {
    const what = `A certificate that a connector shows, or by which Gatehouse signs in to Graph, ends within ${CERTIFICATE_WARNING_DAYS} days.`;
    alarms.alarmAtLast("CertificateDaysLeft", CERTIFICATE_WARNING_DAYS, what, "CertificateEnds");
  }
  for (const [gate, credentials] of parts.gateCredentials) {
    const steps = parts.steps.filter((step) => step.gate === gate).map((step) => step.function);
    watchGate(alarms, { gate, steps, authorizer: credentials.function });
  }
  // Beside the gates' alarms: one alarm adds up ten functions at most.
  alarms.alarmOnSum("WorkerErrors", errorsOf(workersOf(parts)), "A function behind the gates crashed or timed out.", "function-errors");
}

/** What runs behind the gates, every reader of a stream among it. */
function workersOf({ accessList, decisions, counts, trail, approvals, approvalApi, mail }: WatchedParts): readonly IFunction[] {
  const always = [accessList.hygiene, decisions.publisher, counts.counter, trail.reader];
  return [...always, ...(approvals?.functions ?? []), approvalApi?.function, mail?.function].filter((each) => each !== undefined);
}

function errorsOf(functions: readonly IFunction[]): readonly IMetric[] {
  return functions.map((each) => each.metricErrors({ period: PERIOD }));
}

interface WatchedGate {
  readonly gate: string;
  readonly steps: readonly IFunction[];
  readonly authorizer: IFunction;
}

/** Each gate by itself: an alarm adds up a few functions and no more. */
function watchGate(alarms: GatehouseScope["alarms"], { gate, steps, authorizer }: WatchedGate): void {
  alarms.alarmOnSum(
    `${gatePrefix(gate)}Throttles`,
    [...steps, authorizer].map((each) => each.metricThrottles({ period: PERIOD })),
    `Lambda refused to run a function${ofGate(gate)} because too many run already.`,
    "throttles",
  );
  // Not the authorizer, which turns away a wrong password by an error: its own failures show as static block pages.
  alarms.alarmOnSum(
    `${gatePrefix(gate)}FunctionErrors`,
    errorsOf(steps),
    `A function${ofGate(gate)} crashed or timed out.`,
    "function-errors",
  );
}
