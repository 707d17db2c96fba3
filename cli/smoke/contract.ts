import { conform, type ProbedRule, UnreachableError } from "../../simulator/conformance/conform";
import { endpointAt } from "../conform/conform";
import type { Fault } from "../doctor/check";
import { counted } from "../output";
import type { SmokeTarget } from "./endpoint";
import { type SmokeResult, timed } from "./result";

/** Holds an address to Entra's contract, rule by rule, with requests that are all drills or unreadable. */
export async function contractAt({ target, step, name }: SmokeTarget, email: string): Promise<SmokeResult> {
  const { value: rules, durationMs } = await timed(async () => await probed(target, step, email));
  const kept = rules.filter(({ verdict }) => verdict === "pass").length;
  const faults = rules.filter(({ verdict }) => verdict === "fail").map(faultOf);
  return { check: "contract", what: name, durationMs, told: `${counted(kept, "rule")} hold`, faults };
}

async function probed(target: SmokeTarget["target"], step: SmokeTarget["step"], email: string): Promise<readonly ProbedRule[]> {
  try {
    return await conform(await endpointAt(target, step, email));
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    const says = "the address can be reached";
    const failures = [{ probe: "good-request", found: error.code }];
    return [{ step, rule: "connection", says, source: "", verdict: "fail", probes: 1, failures }];
  }
}

function faultOf({ rule, says, failures, probes }: ProbedRule): Fault {
  const [first] = failures;
  const what = `${rule} does not hold in ${failures.length} of ${probes}: ${says}. ${first === undefined ? "" : `${first.probe}: ${first.found}.`}`;
  const mend = "Look for what stands in front of the gate and answers in its place; docs/conform.md has the rules.";
  return { id: `contract.${rule}`, what: what.trim(), mend };
}
