import { AsyncLocalStorage } from "node:async_hooks";

/** Time spent waiting for an outside system, summed over all calls of one sign-up. */
export interface ServiceTime {
  readonly service: string;
  readonly ms: number;
}

interface Timed {
  readonly service: string;
  readonly begun: number;
  ended?: number;
}

/** The calls that are measured now. Asynchronous storage holds them, so rules and vendors need not pass them on. */
const running = new AsyncLocalStorage<Timed[]>();

export async function timedCall<T>(service: string, call: () => Promise<T>): Promise<T> {
  const calls = running.getStore();
  if (calls === undefined) return await call();
  const timing: Timed = { service, begun: performance.now() };
  calls.push(timing);
  try {
    return await call();
  } finally {
    timing.ended = performance.now();
  }
}

/** Measures how long a function waits for each system. If a call still runs when the function ends, the call's time until then counts. */
export async function timingCalls<T>(run: () => Promise<T>): Promise<{ readonly result: T; readonly calls: readonly ServiceTime[] }> {
  const timings: Timed[] = [];
  const result = await running.run(timings, run);
  const now = performance.now();
  const sums = new Map<string, number>();
  for (const { service, begun, ended = now } of timings) sums.set(service, (sums.get(service) ?? 0) + ended - begun);
  return { result, calls: [...sums].map(([service, ms]) => ({ service, ms: Math.round(ms) })) };
}
