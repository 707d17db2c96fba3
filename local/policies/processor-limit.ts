import { Worker } from "node:worker_threads";

/** Work that the processor has no time for lasts long too, so a clock ends it only after this many times its limit. */
const PATIENCE = 15;
const LOOK_MS = 100;

/** Which limit work has reached: the processor's time, or the far longer one by the clock, which work that only waits reaches. */
export type LimitReached = "processor" | "clock";

/** The longest time by the clock for work with this much time of the processor. */
export const clockLimit = (limitMs: number): number => limitMs * PATIENCE;

/**
 * Limits the processor time of work in a thread of this process. Whatever else the process does counts too, so the work must also have
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

/** Code of a thread that ends its process: a loop lets nothing else of its own thread run. */
const ENDING = `
  const { limitMs, lookMs, says } = require("node:worker_threads").workerData;
  const begun = process.cpuUsage();
  setInterval(() => {
    const { user, system } = process.cpuUsage(begun);
    if ((user + system) / 1_000 < limitMs) return;
    require("node:fs").writeSync(2, says);
    process.kill(process.pid, "SIGKILL");
  }, lookMs);`;

/**
 * Ends this process once it has used this much processor time from now on.
 * @param says is written to stderr then
 */
export function endAtProcessorTime(limitMs: number, says: string): void {
  new Worker(ENDING, { eval: true, execArgv: [], workerData: { limitMs, lookMs: LOOK_MS, says } }).unref();
}
