import type { Fault } from "../doctor/check";

/** One thing that was tried, and what came of it. */
export interface SmokeResult {
  readonly check: "sign-up" | "record" | "contract" | "topic" | "alarm";
  /** "suppliers/before-create-user as b2c", or an alarm's name. */
  readonly what: string;
  readonly durationMs?: number;
  /** What is worth knowing where all is well. */
  readonly told?: string;
  /** Absent where it was not tried. */
  readonly faults?: readonly Fault[];
  /** Why it was not tried. */
  readonly skipped?: string;
}

/** Does it, and says how long that took. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly durationMs: number }> {
  const started = performance.now();
  const value = await work();
  return { value, durationMs: Math.round(performance.now() - started) };
}
