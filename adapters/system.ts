import { randomUUID } from "node:crypto";
import type { Services } from "../engine/sign-up/rule";
import type { Clock } from "../engine/sign-up/time";

let now = () => Date.now();

/** The clock keeps the machine's `Date`, because a policy's case stops the policy's time, but the case's own limits go on. */
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
