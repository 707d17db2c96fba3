import { randomUUID } from "node:crypto";
import type { Services } from "../engine/sign-up/rule";
import type { Clock } from "../engine/sign-up/time";

let now = () => Date.now();

/** From here on the clock keeps to the `Date` of this moment: in a case, another one stands still for the policy, not for what limits it. */
export function keepMachineTime(): void {
  const machine = Date;
  now = () => machine.now();
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
