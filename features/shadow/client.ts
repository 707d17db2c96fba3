import { type AwsConnection, AwsError, awsConnection, type ClientOptions } from "../../adapters/aws/client";
import { environment, requireVariable } from "../../adapters/aws/environment";
import type { FunctionStarter } from "../../adapters/aws/functions";
import { readErrorTrace } from "../../adapters/report";
import type { World } from "../../adapters/world";
import type { Postponed, ShadowCall } from "../../engine/sign-up/decision";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { within } from "../../engine/sign-up/time";

/** Maximum time that an answer waits until its shadowed rules are handed over. */
const LONGEST_SHADOW_CALL_MS = 500;

type AskShadows = (postponedCall: Postponed | undefined, record: DecisionRecord, due: number) => Promise<void>;

type ShadowWorld = Pick<World, "settings" | "clock" | "log">;

/**
 * Returns a function that starts the shadowed rules. Never rejects, and ends by `due`, in epoch milliseconds. If the start fails, the
 * person's answer stays the same.
 */
export function shadowCaller({ settings, clock, log }: ShadowWorld): AskShadows {
  const starter = shadowStarter(requireVariable(environment.shadowFunction, settings));
  void starter.warm();
  return async (postponedCall, { id, at, reference }, due) => {
    if (postponedCall === undefined) return;
    const call: ShadowCall = { record: { id, at, reference }, postponed: postponedCall };
    try {
      await within(Math.min(due - clock.now(), LONGEST_SHADOW_CALL_MS), clock, (signal) => starter.start(call, signal));
    } catch (error) {
      log.warn("shadowed rules not asked", { reference, failure: readErrorTrace(error) });
      log.count("ShadowsLost");
    }
  };
}

const lambda = { name: "lambda", endpointVariable: "AWS_ENDPOINT_URL_LAMBDA" } as const;

/** Uses the small client, which is fast: the person's answer waits until Lambda has accepted the event. Tries once. Throws AwsError. */
export function shadowStarter(name: string, options: ClientOptions = {}): FunctionStarter & Pick<AwsConnection, "warm"> {
  const connection = awsConnection(lambda, options);
  return {
    warm: connection.warm,
    async start(event, signal) {
      const headers = { "content-type": "application/json", "x-amz-invocation-type": "Event" };
      const path = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
      const { status } = await connection.post(path, headers, JSON.stringify(event), signal);
      if (status !== 202) throw new AwsError(`Http${status}`, "", status, {});
    },
  };
}
