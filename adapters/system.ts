import { randomUUID } from "node:crypto";
import type { Clock } from "../engine/sign-up/clock";
import type { Services } from "../engine/sign-up/rule";

// Kept: in a case, time stands still for a policy, but not for what limits it.
const { now } = Date;

/** The machine's own clock and timers. */
export const systemClock: Clock = {
  now,
  startTimer(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** The machine's own clock and randomness, for the engine's ports. */
export const system: Pick<Services, "clock" | "random"> = {
  clock: systemClock,
  random: { fraction: () => Math.random(), uuid: () => randomUUID() },
};
