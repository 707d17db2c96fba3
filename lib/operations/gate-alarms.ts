import type { GateScope } from "../feature";
import type { GatehouseScope } from "../gatehouse-scope";
import { listStepUses } from "../policy-folder/policy-folder";
import { asksOutside } from "../sign-up/sign-up-step";
import { PERIOD } from "./alarms";

/** Adds the alarms that belong to no feature. Each feature adds its own alarms. */
export function watchGates(scope: GateScope): void {
  const { alarms, facts } = scope;
  const { policy } = facts;
  alarms.alarmOnCount("FailedClosed", "A sign-up was blocked because a rule or a read failed.");
  if (policy.some(({ step }) => step === "before-sending-token")) {
    alarms.alarmOnCount("ClaimsMissing", "A token was sent without its claims, because a rule or a read failed.");
  }
  alarms.alarmOnCount("RecordsLost", "A decision could not be recorded; the log has it.");
  if (policy.some(asksOutside)) watchUpstream(scope);
  if (policy.flatMap(listStepUses).some((use) => "secret" in use)) {
    const what = "A rule's secret could not be read again; its last value counts for five minutes.";
    alarms.alarmOnCount("SecretsUnread", what);
  }
  // No sign-up waits for the functions in `watched`. If a step crashes, or Lambda refuses to run it, another alarm rings.
  if (scope.watched.length === 0) return;
  const errors = scope.watched.map((each) => each.metricErrors({ period: PERIOD }));
  alarms.alarmOnSum("FunctionErrors", errors, "A function that no call waits for crashed or timed out.");
}

/** Rings when calls to systems outside fail. */
export function watchUpstream({ alarms }: GatehouseScope): void {
  alarms.once("UpstreamFailures", (id) => alarms.alarmOnCount(id, "A call to a system outside failed."));
}
