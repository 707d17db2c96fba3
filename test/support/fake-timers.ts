import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";

/** Vitest's fake timers, by which `node:timers/promises` waits too. */
export function fakeTimers(): void {
  vi.useFakeTimers();
  vi.spyOn(timers, "setTimeout").mockImplementation(
    (ms, value, { signal } = {}) =>
      new Promise((resolve) => {
        setTimeout(() => resolve(value as never), ms);
        signal?.addEventListener("abort", () => resolve(value as never));
      }),
  );
  syncBuiltinESMExports();
}

export function realTimers(): void {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  vi.useRealTimers();
}

/** Sets the clock of a suite, which goes on from there. Timers stay real. @param at with enough time left in its hour for a slow run */
export function startClock(at = "2026-11-25T12:10:00.000Z"): void {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date(at), shouldAdvanceTime: true, advanceTimeDelta: 1 });
}
