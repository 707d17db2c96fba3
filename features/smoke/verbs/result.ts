import { type DeploymentOptions, placeFlags } from "../../../cli/command";
import type { Fault } from "../../../cli/failure";
import { counted } from "../../../cli/output";

/** One thing that was tried, and what came of it. */
export interface SmokeResult {
  readonly check: "sign-up" | "record" | "contract" | "topic" | "alarm";
  /** "suppliers/before-create-user as b2c", or an alarm's name. */
  readonly what: string;
  readonly durationMs?: number;
  /** A remark if all is well. */
  readonly told?: string;
  /** Absent if it was not tried. */
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

/** One line, and two for each fault. */
export function resultLines({ check, what, durationMs, told, faults, skipped }: SmokeResult): readonly string[] {
  if (skipped !== undefined) return [`-   ${check} ${what}: not tried, ${skipped}`];
  const took = durationMs === undefined ? "" : ` (${durationMs} ms)`;
  if (faults === undefined || faults.length === 0) return [`ok  ${check} ${what}${told === undefined ? "" : `: ${told}`}${took}`];
  return faults.flatMap((fault) => [`!!  ${fault.id}: ${check} ${what}: ${fault.what}${took}`, `    ${fault.fix}`]);
}

export function summaryLines(results: readonly SmokeResult[], email: string, options: DeploymentOptions): readonly string[] {
  const faults = results.flatMap((result) => result.faults ?? []).length;
  const skipped = results.filter((result) => result.skipped !== undefined).length;
  const tried = results.length - skipped;
  const untried = skipped === 0 ? "" : `, ${skipped} not tried`;
  return [
    `${counted(tried, "check")}${untried}: ${faults === 0 ? "all is well" : `${counted(faults, "thing")} to fix`}.`,
    `What is kept of them: npm run gate -- decisions --email ${email}${placeFlags(options)}`,
  ];
}
