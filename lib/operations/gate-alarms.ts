import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { gatePrefix } from "../../adapters/aws/deployment-name";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { GateScope } from "../feature";
import type { GatehouseScope } from "../gatehouse-scope";
import { usesOf } from "../policy-folder/policy-folder";
import { ofGate } from "../sign-up/gate-words";
import { asksOutside } from "../sign-up/sign-up-step";
import { PERIOD } from "./alarms";

/** Alarms on what steps have in common; each feature declares its own. */
export function watchGates(scope: GateScope): void {
  const { alarms, facts } = scope;
  const { policy } = facts;
  alarms.alarmOnCount("FailedClosed", "A sign-up was blocked because a rule or a read failed.");
  if (policy.some(({ step }) => step === "before-sending-token")) {
    alarms.alarmOnCount("ClaimsMissing", "A token was sent without its claims, because a rule or a read failed.");
  }
  alarms.alarmOnCount("RowsSkipped", "A function skipped a changed row of a table that it can never handle.");
  alarms.alarmOnCount("RecordsLost", "A decision could not be recorded; the log has it.");
  if (policy.some(asksOutside)) watchUpstream(scope);
  if (policy.flatMap(usesOf).some((use) => "secret" in use)) {
    const what = "A rule's secret could not be read again; its last value counts for five minutes.";
    alarms.alarmOnCount("SecretsUnread", what);
  }
  for (const gate of scope.gateCredentials.keys()) {
    const steps = scope.steps.filter((step) => step.gate === gate).map((step) => step.function);
    watchGate(alarms, { gate, steps, others: gate === DEFAULT_GATE ? scope.watched : [] });
  }
}

/** Rings where calls of systems outside fail. */
export function watchUpstream({ alarms }: GatehouseScope): void {
  alarms.once("UpstreamFailures", (id) => alarms.alarmOnCount(id, "A call to a system outside failed."));
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
