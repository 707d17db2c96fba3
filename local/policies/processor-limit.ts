import { Worker } from "node:worker_threads";

/**
 * The limit by the clock is this many times the limit of processor time, because work takes longer while the processor is busy with other
 * work.
 */
const PATIENCE = 15;
const LOOK_MS = 100;

/** The limit of processor time, or the far longer limit by the clock. Work that only waits reaches the limit by the clock. */
export type LimitReached = "processor" | "clock";

export const clockLimit = (limitMs: number): number => limitMs * PATIENCE;

/**
 * Watches the processor time, which is known only for the whole process. Other threads use some of it, so this limit is not reached before
 * `limitMs` have also passed by the clock.
 * @param onReached is called at most once
 * @returns a function that ends the watch
 */
export function limitProcessorTime(
  limitMs: number,
  onReached: (limitReached: LimitReached) => void,
  clockMs = clockLimit(limitMs),
): () => void {
  const startMark = { at: performance.now(), usage: process.cpuUsage() };
  const timer = setInterval(() => {
    const lastedMs = performance.now() - startMark.at;
    const { user, system } = process.cpuUsage(startMark.usage);
    const hasReached = lastedMs >= limitMs && (user + system) / 1_000 >= limitMs;
    if (!hasReached && lastedMs < clockMs) return;
    clearInterval(timer);
    onReached(hasReached ? "processor" : "clock");
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** Runs in a thread of its own, because an endless loop blocks every timer in the loop's thread. */
const ENDING = `
  const { limitMs, lookMs, says } = require("node:worker_threads").workerData;
  const begun = process.cpuUsage();
  setInterval(() => {
    const { user, system } = process.cpuUsage(begun);
    if ((user + system) / 1_000 < limitMs) return;
    require("node:fs").writeSync(2, says);
    process.kill(process.pid, "SIGKILL");
  }, lookMs);`;

/** Kills this process once it has used `limitMs` of processor time since this call. Before that, writes `says` to stderr. */
export function endAtProcessorTime(limitMs: number, says: string): void {
  new Worker(ENDING, { eval: true, execArgv: [], workerData: { limitMs, lookMs: LOOK_MS, says } }).unref();
}
