import * as v from "valibot";
import { anyText } from "../engine/fields";
import { DeadlineError } from "../engine/sign-up/time";
import { ASKING_LIMIT_MS } from "./aws/account";
import { explainError, type Fault } from "./failure";

/** `--json` prints this result. */
export interface ProbeResult {
  readonly check: string;
  /** Present if a check has several probes: "suppliers/before-create-user as b2c", or an alarm's name. */
  readonly what?: string;
  readonly durationMs?: number;
  /** A remark if no fault was found. */
  readonly told?: string;
  /** Absent if the probe was skipped. */
  readonly faults?: readonly Fault[];
  readonly skipped?: string;
}

export const nothingWrong: readonly Fault[] = [];

class SkippedProbe extends Error {}

export function skipProbe(why: string): never {
  throw new SkippedProbe(why);
}

export class FaultError extends Error {
  constructor(readonly fault: Fault) {
    super(fault.what);
  }
}

export function failProbe(id: string, what: string, fix: string): never {
  throw new FaultError({ id, what, fix });
}

/** `told`: a probe without a fault has something to report. */
export type ProbeFindings = readonly Fault[] | (Required<Pick<ProbeResult, "faults">> & Pick<ProbeResult, "told">);

/** Never rejects. If something such as a missing permission prevents the probe, the result has a fault. */
export async function probe(check: string, look: () => Promise<ProbeFindings>): Promise<ProbeResult> {
  try {
    const findings = await look();
    return { check, ...("faults" in findings ? findings : { faults: findings }) };
  } catch (error) {
    const isLate = error instanceof DeadlineError;
    const fix = isLate ? `It took longer than ${ASKING_LIMIT_MS / 1_000} s: check the network and the proxy.` : explainError(error);
    const unknown = { id: `${check}.unknown`, what: `The check ${check} could not run.`, fix };
    return { check, ...(readEnd(error) ?? { faults: [unknown] }) };
  }
}

export async function timedProbe(
  check: string,
  what: string,
  look: () => Promise<Required<Pick<ProbeResult, "faults">> & Pick<ProbeResult, "told" | "durationMs">>,
): Promise<ProbeResult> {
  const startedMs = performance.now();
  try {
    const findings = await look();
    return { check, what, durationMs: Math.round(performance.now() - startedMs), ...findings };
  } catch (error) {
    const end = readEnd(error);
    if (end === undefined) throw error;
    return { check, what, ...end };
  }
}

function readEnd(error: unknown): Pick<ProbeResult, "faults" | "skipped"> | undefined {
  if (error instanceof SkippedProbe) return { skipped: error.message };
  return error instanceof FaultError ? { faults: [error.fault] } : undefined;
}

/** Returns one line if there is no fault, and at least two lines for each fault. */
export function probeLines({ check, what, durationMs, told, faults = [], skipped }: ProbeResult): readonly string[] {
  const name = what === undefined ? check : `${check} ${what}`;
  if (skipped !== undefined) return [`-   ${name}: not tried, ${skipped}`];
  const took = durationMs === undefined ? "" : ` (${durationMs} ms)`;
  if (faults.length === 0) return [`ok  ${name}${told === undefined ? "" : `: ${told}`}${took}`];
  return faults.flatMap((fault) => {
    const [first = "", ...more] = `${what === undefined ? "" : `${name}: `}${fault.what}${took}`.split("\n");
    return [`!!  ${fault.id}: ${first}`, ...more.map((line) => `    ${line}`), `    ${fault.fix}`];
  });
}

export const faultJson = v.strictObject({ id: anyText("Such as `aws.bootstrap`."), what: anyText(), fix: anyText("What to do about it.") });
