import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { environment } from "../../adapters/aws/environment";
import { atGate } from "../../engine/protocols/body";
import { deadlineOf, within } from "../../engine/sign-up/time";
import type { Arriving, CallStage, HashesOfCall, ReadCall, StepSettings, TimedCall } from "./step";

type Response = APIGatewayProxyResult;

/** The gateway itself gives up after 29 s: a request stamped earlier than that has a clock we cannot go by. */
const GATEWAY_TIMEOUT_MS = 29_000;
/** Kept back of the function's own time for the answer. */
const ANSWER_MS = 300;

/** The time that a call has, and the hashes of people, if their key can be read in half of it. */
export function callContext<Event>(step: StepSettings<Event>): CallStage<Arriving<Event>, TimedCall, Response> {
  const { dialect, policy, hashes, world } = step;
  const { clock, settings } = world;
  const deadlineMs = Math.min(deadlineOf(policy), dialect.longestMs ?? Number.POSITIVE_INFINITY);

  async function hashesBy(due: number): Promise<HashesOfCall> {
    try {
      return { ok: true, hashes: await within((due - clock.now()) / 2, clock, hashes) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  return async ({ event, context }, rest) => {
    const now = new Date(clock.now());
    const gateway = dialect.call(event);
    const due = dueAt(gateway.arrivedAt, context, { now: now.getTime(), deadlineMs });
    const ruleTimes = settings[environment.ruleTimes] === undefined ? undefined : [];
    return await rest({ gateway, now, due, hashed: await hashesBy(due), ruleTimes });
  };
}

/** Reads the request as the dialect writes it. */
export function signUpFrom<Event>({ dialect, policy, gate, world }: StepSettings<Event>): CallStage<TimedCall, ReadCall, Response> {
  const listAttributes = world.settings[environment.listAttributes]?.split(",");
  return async (call, rest) =>
    await rest({ ...call, parsed: atGate(dialect.parse(call.gateway.request, policy.step, listAttributes), gate) });
}

/** When the answer is due, in epoch milliseconds: it counts from the request's arrival at the gateway. */
export function dueAt(
  arrivedAt: number | undefined,
  context: Context,
  { now, deadlineMs }: { readonly now: number; readonly deadlineMs: number },
): number {
  const elapsed = now - (arrivedAt ?? now);
  const trusted = elapsed > 0 && elapsed < GATEWAY_TIMEOUT_MS ? elapsed : 0;
  const lambdaMs = context.getRemainingTimeInMillis?.() ?? deadlineMs;
  return now + Math.min(deadlineMs - trusted, lambdaMs - ANSWER_MS);
}
