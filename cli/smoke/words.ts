import type { DeploymentOptions } from "../command";
import { counted } from "../output";
import { placeFlags } from "../place-flags";
import type { SmokeResult } from "./result";

/** One line, and two for each fault. */
export function resultLines({ check, what, durationMs, told, faults, skipped }: SmokeResult): readonly string[] {
  if (skipped !== undefined) return [`-   ${check} ${what}: not tried, ${skipped}`];
  const took = durationMs === undefined ? "" : ` (${durationMs} ms)`;
  if (faults === undefined || faults.length === 0) return [`ok  ${check} ${what}${told === undefined ? "" : `: ${told}`}${took}`];
  return faults.flatMap((fault) => [`!!  ${fault.id}: ${check} ${what}: ${fault.what}${took}`, `    ${fault.mend}`]);
}

/** What all of it comes to. */
export function summaryLines(results: readonly SmokeResult[], email: string, options: DeploymentOptions): readonly string[] {
  const faults = results.flatMap((result) => result.faults ?? []).length;
  const skipped = results.filter((result) => result.skipped !== undefined).length;
  const tried = results.length - skipped;
  const untried = skipped === 0 ? "" : `, ${skipped} not tried`;
  return [
    `${counted(tried, "check")}${untried}: ${faults === 0 ? "all is well" : `${counted(faults, "thing")} to mend`}.`,
    `What is kept of them: npx --no-install entra-gatehouse decisions --email ${email}${placeFlags(options)}`,
  ];
}
