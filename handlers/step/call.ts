import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { environment } from "../../adapters/aws/environment";
import type { RuleTime } from "../../adapters/report";
import { atGate, type GatewayCall, type Parsed } from "../../engine/protocols/dialect";
import type { PersonHashes } from "../../engine/sign-up/person";
import { deadlineOf, within } from "../../engine/sign-up/time";
import { dueAt } from "../gateway";
import type { CallStage, StepSettings } from "./step";

type Response = APIGatewayProxyResult;

/** A call as it arrives. */
export interface Arriving<Event> {
  readonly event: Event;
  readonly context: Context;
}

/** A call with its circumstances. */
export interface TimedCall {
  readonly gateway: GatewayCall;
  readonly now: Date;
  /** When the answer is due, in epoch milliseconds. */
  readonly due: number;
  readonly hashed: Hashed;
  /** Filled as rules answer; absent where nobody wants to know. */
  readonly ruleTimes: RuleTime[] | undefined;
}

/** The hashes of people; not ok where their key could not be read in time. */
type Hashed = { readonly ok: true; readonly hashes: PersonHashes } | { readonly ok: false; readonly error: unknown };

/** A call whose request was read as far as it can be. */
export interface ReadCall extends TimedCall {
  readonly parsed: Parsed;
}

/** The time that a call has, and the hashes of people, if their key can be read in half of it. */
export function callContext<Event>(step: StepSettings<Event>): CallStage<Arriving<Event>, TimedCall, Response> {
  const { dialect, policy, hashes, world } = step;
  const { clock, settings } = world;
  const deadlineMs = Math.min(deadlineOf(policy), dialect.longestMs ?? Number.POSITIVE_INFINITY);

  async function hashesBy(due: number): Promise<Hashed> {
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
