import { randomUUID } from "node:crypto";
import type { Services } from "../engine/sign-up/rule";
import type { Clock } from "../engine/sign-up/time";

let now = () => Date.now();

/**
 * While `replacement` is the global `Date`, the clock uses the machine's. So a policy's case can stop the policy's time without stopping
 * the case's own limits.
 */
export function keepMachineTime(replacement: DateConstructor): void {
  const machine = Date;
  now = () => (Date === replacement ? machine : Date).now();
}

export const systemClock: Clock = {
  now: () => now(),
  startTimer(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

export const system: Pick<Services, "clock" | "random"> = {
  clock: systemClock,
  random: { fraction: () => Math.random(), uuid: () => randomUUID() },
};
