import { randomUUID } from "node:crypto";
import type { Services } from "../engine/sign-up/rule";
import type { Clock } from "../engine/sign-up/time";

let now = () => Date.now();

/**
 * Makes the clock use the machine's `Date` while `replacement` is the global `Date`. So a case can stop the policy's time, and the case's
 * own time limits still work.
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
