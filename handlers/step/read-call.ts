import type { Context } from "aws-lambda";
import { environment } from "../../adapters/aws/environment";
import { addGate } from "../../engine/protocols/body";
import { readDeadlineMs, within } from "../../engine/sign-up/time";
import { GATEWAY_TIMEOUT_MS } from "../cold-calls";
import type { ArrivedCall, KeyedCall, LoadedHashes, ParsedCall, ServedStep, StepMiddleware, TimedCall } from "./step";

/** Least time between an answer and the function's own timeout. */
const ANSWER_MS = 300;

export function timeCall<Event>({
  dialect,
  policy,
  coldCalls,
  world: { clock, settings },
}: ServedStep<Event>): StepMiddleware<ArrivedCall<Event>> {
  const deadlineMs = Math.min(readDeadlineMs(policy), dialect.longestMs ?? Number.POSITIVE_INFINITY);
  return {
    before(request) {
      const { event } = request.event;
      const now = new Date(clock.now());
      const gateway = dialect.call(event);
      const due = computeDue(gateway.arrivedAt, request.context, { now: now.getTime(), deadlineMs });
      const ruleTimes = settings[environment.ruleTimes] === undefined ? undefined : [];
      // Measured from the call's arrival at the gateway, so it includes any wait for the authorizer's environment.
      const coldMs = coldCalls.measureWait(gateway.arrivedAt) ?? gateway.authorizerColdMs;
      const call: TimedCall<Event> = { event, gateway, now, due, coldMs, ruleTimes };
      request.event = call;
    },
  };
}

/** Returns when the answer is due, in epoch milliseconds. `deadlineMs` counts from the request's arrival at the gateway. */
function computeDue(
  arrivedAt: number | undefined,
  context: Context,
  { now, deadlineMs }: { readonly now: number; readonly deadlineMs: number },
): number {
  const elapsed = now - (arrivedAt ?? now);
  const waitedMs = elapsed > 0 && elapsed < GATEWAY_TIMEOUT_MS ? elapsed : 0;
  const lambdaMs = context.getRemainingTimeInMillis?.() ?? deadlineMs;
  return now + Math.min(deadlineMs - waitedMs, lambdaMs - ANSWER_MS);
}

/** Reading the key of people's hashes may take half of the call's remaining time. */
export function loadHashes<Event>({ hashes, world: { clock } }: ServedStep<Event>): StepMiddleware<TimedCall<Event>> {
  async function tryHashes(due: number): Promise<LoadedHashes> {
    try {
      return { ok: true, hashes: await within((due - clock.now()) / 2, clock, hashes) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  return {
    async before(request) {
      const call: KeyedCall<Event> = { ...request.event, hashed: await tryHashes(request.event.due) };
      request.event = call;
    },
  };
}

export function parseSignUp<Event>({ dialect, policy, gate, world }: ServedStep<Event>): StepMiddleware<KeyedCall<Event>> {
  const listAttributes = world.settings[environment.listAttributes]?.split(",");
  return {
    before(request) {
      const parsed = addGate(dialect.parse(request.event.gateway.request, policy.step, listAttributes), gate);
      const call: ParsedCall<Event> = { ...request.event, parsed };
      request.event = call;
    },
  };
}
