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

const TICK_MS = 5;

/**
 * About ten times as fast as the machine's while a timer runs: for tests that wait for a deadline. However long the process got
 * no turn, that counts as one tick, so that what is due first comes first on a busy machine too.
 */
export function fastClock(times = 10): Clock {
  const clock = fakeClock(Date.now());
  let ticking: NodeJS.Timeout | undefined;
  const tick = () => {
    clock.advance(TICK_MS * times);
    if (clock.running > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
  return {
    now: clock.now,
    startTimer(milliseconds, callback) {
      ticking ??= setInterval(tick, TICK_MS);
      return clock.startTimer(milliseconds, callback);
    },
  };
}
