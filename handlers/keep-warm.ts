import { isWarmingCall } from "../adapters/aws/own-calls";
import type { World } from "../adapters/world";
import { type Clock, within } from "../engine/sign-up/time";
import type { ColdCalls } from "./cold-calls";

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
