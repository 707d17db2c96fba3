import { Worker } from "node:worker_threads";

/** A clock ends work only after this many times its limit, because work also lasts long when the processor is busy with other work. */
const PATIENCE = 15;
const LOOK_MS = 100;

/** The limit that work has reached: the processor time, or the far longer time by the clock, which work that only waits reaches. */
export type LimitReached = "processor" | "clock";

/** Returns the longest time by the clock for work with this processor time. */
export const clockLimit = (limitMs: number): number => limitMs * PATIENCE;

/**
 * Limits the processor time of work in a thread of this process. The processor time of the whole process counts, so the work must also have
 * lasted that long.
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

/** Code of a thread that ends its process. It needs its own thread, because an endless loop blocks the thread in which it runs. */
const ENDING = `
  const { limitMs, lookMs, says } = require("node:worker_threads").workerData;
  const begun = process.cpuUsage();
  setInterval(() => {
    const { user, system } = process.cpuUsage(begun);
    if ((user + system) / 1_000 < limitMs) return;
    require("node:fs").writeSync(2, says);
    process.kill(process.pid, "SIGKILL");
  }, lookMs);`;

/** Ends this process once it has used this much processor time from now on. @param says the text that is then written to stderr */
export function endAtProcessorTime(limitMs: number, says: string): void {
  new Worker(ENDING, { eval: true, execArgv: [], workerData: { limitMs, lookMs: LOOK_MS, says } }).unref();
}
