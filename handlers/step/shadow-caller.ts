import { environment, required } from "../../adapters/aws/environment";
import { traceOf } from "../../adapters/report";
import type { StepWorld } from "../../adapters/world";
import type { Postponed, ShadowCall } from "../../engine/sign-up/decision";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { within } from "../../engine/sign-up/time";

/** An answer does not wait longer to hand its shadowed rules over. */
const LONGEST_CALL_MS = 500;

type AskShadows = (postponed: Postponed | undefined, record: DecisionRecord, due: number) => Promise<void>;

type ShadowWorld = Pick<StepWorld, "settings" | "clock" | "log"> & Required<Pick<StepWorld, "shadows">>;

/**
 * Hands the shadowed rules that a decision passed by to a function of their own, at best effort: what becomes of it
 * changes nothing. Never rejects, and is over by `due`, epoch milliseconds.
 */
export function shadowCaller({ settings, shadows, clock, log }: ShadowWorld): AskShadows {
  const starter = shadows(required(environment.shadowFunction, settings));
  starter.warm();
  return async (postponed, { id, at, reference }, due) => {
    if (postponed === undefined) return;
    const call: ShadowCall = { record: { id, at, reference }, postponed };
    try {
      await within(Math.min(due - clock.now(), LONGEST_CALL_MS), clock, (signal) => starter.start(call, signal));
    } catch (error) {
      log.warn("shadowed rules not asked", { reference, failure: traceOf(error) });
      log.count("ShadowsLost");
    }
  };
}
