import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Dashboard as CloudWatchDashboard, GraphWidget, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { gatePrefix } from "../../adapters/aws/deployment-name";
import { CERTIFICATE_WARNING_DAYS } from "../../adapters/graph/certificates";
import { limitsOf } from "../../adapters/preview/limits";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { AccessEnds } from "../access/access";
import type { ApprovalApi } from "../approval-api/approval-api";
import type { ApprovalMail } from "../approval-mail/approval-mail";
import type { Approvals } from "../approvals/approvals";
import type { GatehouseScope } from "../gatehouse-scope";
import type { Partners } from "../partners/partners";
import { type PolicyStep, usesOf } from "../policy-folder/policy-folder";
import type { ConnectorRotation } from "../rotation/connector-rotation";
import { ofGate } from "../sign-up/gate-words";
import { asksOutside, type SignUpStep } from "../sign-up/sign-up-step";
import { PERIOD } from "./alarms";

/** The parts of a Gatehouse that alarms look at together. */
interface WatchedParts {
  readonly policy: readonly PolicyStep[];
  readonly steps: readonly SignUpStep[];
  readonly gates: readonly string[];
  readonly approvals: Approvals | undefined;
  readonly approvalApi: ApprovalApi | undefined;
  readonly mail: ApprovalMail | undefined;
  readonly partners: Partners | undefined;
  readonly access: AccessEnds | undefined;
  readonly rotation: ConnectorRotation | undefined;
  /** Whether Graph is asked whose a token is. */
  readonly readsAccounts: boolean;
}

/** Alarms on what several parts have in common; each part declares its own. */
export function watchParts({ alarms }: GatehouseScope, parts: WatchedParts): void {
  const { policy, approvals, mail, rotation } = parts;
  alarms.alarmOnCount("FailedClosed", "A sign-up was blocked because a rule or a read failed.");
  if (policy.some(({ step }) => step === "before-sending-token")) {
    alarms.alarmOnCount("ClaimsMissing", "A token was sent without its claims, because a rule or a read failed.");
  }
  if (policy.some((step) => limitsOf(step.policy).length > 0)) {
    alarms.alarmOnCount("LimitsUnread", "A limit was taken for reached, because DynamoDB was too busy to read its count.");
  }
  alarms.alarmOnCount("RowsSkipped", "A function skipped a changed row of a table that it can never handle.");
  alarms.alarmOnCount("RecordsLost", "A decision could not be recorded; the log has it.");
  if (policy.some(asksOutside) || parts.readsAccounts) alarms.alarmOnCount("UpstreamFailures", "A call to a system outside failed.");
  if (policy.flatMap(usesOf).some((use) => "secret" in use)) {
    const what = "A rule's secret could not be read again; its last value counts for five minutes.";
    alarms.alarmOnCount("SecretsUnread", what);
  }
  if (approvals?.provisioning !== undefined || mail !== undefined) {
    const what = "The settings of approvals are missing or malformed: no account can be made, or no mail sent.";
    alarms.alarmOnCount("ApprovalSettingsUnusable", what);
  }
  if (rotation !== undefined || approvals?.provisioning !== undefined) {
    const what = `A certificate that a connector shows, or by which Gatehouse signs in to Graph, ends within ${CERTIFICATE_WARNING_DAYS} days.`;
    alarms.alarmAtLast("CertificateDaysLeft", CERTIFICATE_WARNING_DAYS, what, "CertificateEnds");
  }
  for (const gate of parts.gates) {
    const steps = parts.steps.filter((step) => step.gate === gate).map((step) => step.function);
    watchGate(alarms, { gate, steps, others: gate === DEFAULT_GATE ? workersOf(parts) : [] });
  }
}

/** What runs besides. Not the readers of streams: what they crash on comes again until they take it, and the alarm on their lag rings. */
function workersOf({ approvals, approvalApi, mail, partners, access }: WatchedParts): readonly IFunction[] {
  return [approvals?.sweeper, approvalApi?.function, mail?.function, mail?.decisions?.function, partners?.looker, access?.worker].filter(
    (each) => each !== undefined,
  );
}

interface WatchedGate {
  readonly gate: string;
  readonly steps: readonly IFunction[];
  /** What runs besides. */
  readonly others: readonly IFunction[];
}

/**
 * Each gate by itself: an alarm adds up a few functions and no more. Not the authorizer: it turns away a wrong password by an
 * error, and where it fails or Lambda refuses to run it, the alarm on calls that no function answered rings.
 */
function watchGate(alarms: GatehouseScope["alarms"], { gate, steps, others }: WatchedGate): void {
  alarms.alarmOnSum(
    `${gatePrefix(gate)}Throttles`,
    steps.map((each) => each.metricThrottles({ period: PERIOD })),
    `Lambda refused to run a function${ofGate(gate)} because too many run already.`,
    "throttles",
  );
  alarms.alarmOnSum(
    `${gatePrefix(gate)}FunctionErrors`,
    [...steps, ...others].map((each) => each.metricErrors({ period: PERIOD })),
    `A function${ofGate(gate)} crashed or timed out.`,
    "function-errors",
  );
}

export interface DashboardProps {
  readonly api: RestApi | HttpApi;
  readonly functions: readonly IFunction[];
}

/** Calls, answer times and errors at a glance. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { api, functions }: DashboardProps) {
    super(scope, id);
    const latency = [50, 95, 99].map((percent) => api.metricLatency({ statistic: Stats.percentile(percent), label: `p${percent}` }));
    new CloudWatchDashboard(this, "Board", {
      widgets: [
        [
          new GraphWidget({ title: "Calls", left: [api.metricCount()], right: [api.metricClientError()] }),
          new GraphWidget({ title: "Answer time (ms)", left: latency }),
          new GraphWidget({ title: "Function errors", left: functions.map((each) => each.metricErrors()) }),
        ],
      ],
    });
  }
}
