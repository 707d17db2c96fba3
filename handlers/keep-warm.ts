import { isWarmingCall } from "../adapters/aws/own-calls";
import type { World } from "../adapters/world";
import { type Clock, within } from "../engine/sign-up/time";
import type { ColdCalls } from "./cold-calls";

/**
 * Maximum duration of a warming call. It is shorter than the timeout of any function. After a timeout, Lambda would count an error, and
 * call again.
 */
const LONGEST_MS = 2_000;

/** Work that makes an environment ready, besides loading the function's code. */
interface Preparation {
  readonly clock: Clock;
  readonly coldCalls: ColdCalls;
  openConnections(): Promise<unknown>;
  /** Reads the secrets that later calls find in memory. */
  readSecrets(): Promise<unknown>;
}

/**
 * Answers warming calls with nothing, and passes all other calls to the handler. Secrets are read only in a new environment: reading them
 * again every few minutes, while nobody signs up, would cost more than the calls.
 */
export function keepWarm<Call extends readonly [unknown, ...unknown[]], Answer>(
  handler: (...call: Call) => Promise<Answer>,
  { clock, coldCalls, openConnections, readSecrets }: Preparation,
): (...call: Call) => Promise<Answer | undefined> {
  let isNew = true;

  /**
   * Makes the environment ready. If the secrets cannot be read, opens the connections all the same: the next person's call fails in the
   * same way and reports the failure.
   */
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

/** Opens closed connections of the clients for tables and secrets. */
export function openConnections({ tables, secrets }: Pick<World, "tables" | "secrets">): Promise<unknown> {
  return Promise.all([tables.warm(), secrets.warm()]);
}
