import { randomUUID } from "node:crypto";
import type { Services } from "../engine/sign-up/rule";
import type { Clock } from "../engine/sign-up/time";

let now = () => Date.now();

/**
 * While `Date` is `replacement`, makes the clock use the machine's own `Date`. A policy's case replaces `Date` to stop the policy's time,
 * but the case's own time limits must go on.
 */
export function keepMachineTime(replacement: DateConstructor): void {
  const machine = Date;
  now = () => (Date === replacement ? machine : Date).now();
}

/** The machine's own clock and timers. */
export const systemClock: Clock = {
  now: () => now(),
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
