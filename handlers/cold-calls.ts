import { isWarmingCall } from "../adapters/aws/own-calls";
import type { World } from "../adapters/world";
import { type Clock, within } from "../engine/sign-up/time";

/** The gateway waits at most 29 s for an answer. If a timestamp is older, the clocks differ. */
export const GATEWAY_TIMEOUT_MS = 29_000;

/** Recognises calls that waited while Lambda started this environment. */
export interface ColdCalls {
  /**
   * Returns milliseconds from a call's arrival at the gateway to its handler. Undefined if the call did not wait for the environment, or if
   * the wait is not known.
   * @param arrivedAt epoch milliseconds
   */
  measureWait(arrivedAt: number | undefined): number | undefined;
  /** Notes the environment's first call. No later call can have waited for the environment. */
  noteCall(): void;
}

/** A call is cold if it is the environment's first, and arrived before the environment's process began. */
export function watchColdCalls({ clock, startedAt }: Pick<World, "clock" | "startedAt">): ColdCalls {
  let isNew = startedAt !== undefined;

  function noteCall(): void {
    isNew = false;
  }

  return {
    noteCall,
    measureWait(arrivedAt) {
      const isFirst = isNew;
      noteCall();
      if (!isFirst || startedAt === undefined || arrivedAt === undefined || arrivedAt >= startedAt) return undefined;
      const waited = Math.round(clock.now() - arrivedAt);
      return waited < GATEWAY_TIMEOUT_MS ? waited : undefined;
    },
  };
}

/** Shorter than the timeout of any function: after a timeout, Lambda would count an error, and call again. */
const LONGEST_MS = 2_000;

interface Preparation {
  readonly clock: Clock;
  readonly coldCalls: ColdCalls;
  openConnections(): Promise<unknown>;
  readSecrets(): Promise<unknown>;
}

/** Reads secrets only in a new environment: reading them every few minutes would cost more than the calls. */
export function keepWarm<Call extends readonly [unknown, ...unknown[]], Answer>(
  handler: (...call: Call) => Promise<Answer>,
  { clock, coldCalls, openConnections, readSecrets }: Preparation,
): (...call: Call) => Promise<Answer | undefined> {
  let isNew = true;

  /** Opens the connections even after a failed read of the secrets: the next person's call fails in the same way and reports it. */
  async function prepare(isFirst: boolean): Promise<void> {
    if (isFirst) await readSecrets().catch(() => undefined);
    await openConnections();
  }

  return async (...call) => {
    const isFirst = isNew;
    isNew = false;
    if (!isWarmingCall(call[0])) return await handler(...call);
    coldCalls.noteCall();
    await within(LONGEST_MS, clock, () => prepare(isFirst)).catch(() => undefined);
    return undefined;
  };
}

export function openConnections({ tables, secrets }: Pick<World, "tables" | "secrets">): Promise<unknown> {
  return Promise.all([tables.warm(), secrets.warm()]);
}
