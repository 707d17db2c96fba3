import { AsyncLocalStorage } from "node:async_hooks";
import { keepMachineTime, systemClock } from "../../adapters/system";
import type { Clock } from "../../engine/sign-up/time";

// This module sets the time in a case. A policy reads the case's fixed time, but time limits run at the machine's pace.

const fixedTime = new AsyncLocalStorage<number>();
const RealDate = globalThis.Date;

const CaseDate: DateConstructor = new Proxy(RealDate, {
  apply: () => new CaseDate().toString(),
  construct(target, args, newTarget): Date {
    const now = fixedTime.getStore();
    return Reflect.construct(target, args.length === 0 && now !== undefined ? [now] : args, newTarget === CaseDate ? target : newTarget);
  },
  get: (target, name) => (name === "now" ? () => fixedTime.getStore() ?? target.now() : Reflect.get(target, name)),
});

/**
 * Replaces `Date`. In work that `standingStill` runs, `new Date()` and `Date.now()` return the fixed time; elsewhere, the machine's time.
 */
export function installCaseTime(): void {
  if (globalThis.Date !== RealDate) return;
  keepMachineTime(CaseDate);
  globalThis.Date = CaseDate;
  RealDate.prototype.constructor = CaseDate;
}

/** Runs `work`. In it, `new Date()` and `Date.now()` return `now`. */
export function standingStill<T>(now: Date, work: () => T): T {
  installCaseTime();
  return fixedTime.run(now.getTime(), work);
}

/** Starts at a case's time, then advances at the machine's pace, and by `skip`. */
interface CaseClock extends Clock {
  /** Advances the clock, and runs the timers that are then due. */
  skip(milliseconds: number): void;
}

export function caseClock(begin: Date): CaseClock {
  const begunAt = systemClock.now();
  const timers = new Set<{ readonly due: number; fire(): void }>();
  let skippedMs = 0;
  const now = () => begin.getTime() + systemClock.now() - begunAt + skippedMs;
  return {
    now,
    startTimer(milliseconds, callback) {
      const timer = { due: now() + milliseconds, fire };
      const cancelReal = systemClock.startTimer(milliseconds, fire);
      function cancel() {
        timers.delete(timer);
        cancelReal();
      }
      function fire() {
        cancel();
        callback();
      }
      timers.add(timer);
      return cancel;
    },
    skip(milliseconds) {
      skippedMs += milliseconds;
      for (const timer of [...timers]) if (timer.due <= now()) timer.fire();
    },
  };
}
