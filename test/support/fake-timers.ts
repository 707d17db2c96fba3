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
