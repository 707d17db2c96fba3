import type { Clock } from "../../../engine/sign-up/time";

/** A clock that moves when it is told to. */
export interface FakeClock extends Clock {
  /** How many timers run. */
  readonly running: number;
  /** Lets that many milliseconds pass, and every timer that is due by then go off. */
  advance(milliseconds: number): void;
}

export function fakeClock(start = 0): FakeClock {
  let time = start;
  const timers = new Map<() => void, number>();
  return {
    get running() {
      return timers.size;
    },
    now: () => time,
    startTimer(milliseconds, callback) {
      const goOff = () => callback();
      timers.set(goOff, time + milliseconds);
      return () => timers.delete(goOff);
    },
    advance(milliseconds) {
      time += milliseconds;
      for (const [goOff, at] of [...timers]) {
        if (at > time) continue;
        timers.delete(goOff);
        goOff();
      }
    },
  };
}

/** The machine's clock, ten times as fast: for tests that wait for a deadline. */
export function fastClock(times = 10): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * times,
    startTimer(milliseconds, callback) {
      const timer = setTimeout(callback, milliseconds / times);
      return () => clearTimeout(timer);
    },
  };
}
