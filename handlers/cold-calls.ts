import type { World } from "../adapters/world";

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
