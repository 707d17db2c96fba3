import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { failProbe, type ProbeResult, timedProbe } from "../../../cli/probe";
import { DRILL } from "../../../engine/sign-up/drill";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { DialectName, Step, TenantKind } from "../../../engine/sign-up/sign-up";
import { conform, type ProbedRule, UnreachableError } from "../../../simulator/conformance/conform";
import type { DecisionStore } from "../../decisions/store/decisions";
import { probeTargetAt, type Target } from "../../simulator/verbs/target";
import type { SmokeTarget } from "./endpoint";

const EVERY_MS = 250;
/** Maximum wait until a record is in the index, which usually lags by one second at most. */
const WAIT_MS = 15_000;

const dialects: Readonly<Record<TenantKind, DialectName>> = { workforce: "b2b", b2c: "b2c", "external-tenant": "external-tenant" };

type Called = Pick<SmokeTarget, "gate" | "step" | "tenant" | "name">;

interface Sought {
  readonly email: string;
  /** Undefined at the step `before-sending-token`, which has no page. */
  readonly reference: string | undefined;
}

export async function recordOn(store: DecisionStore, endpoint: Called, sought: Sought, waitMs = WAIT_MS): Promise<ProbeResult> {
  return await timedProbe("record", endpoint.name, async () => {
    const record = await pollRecord(store, endpoint, sought, waitMs);
    if (record === undefined) return { faults: [missing(waitMs, sought)] };
    return { told: `${record.reference}, decided in ${record.durationMs} ms`, faults: findRecordFaults(record) };
  });
}

async function pollRecord(store: DecisionStore, endpoint: Called, sought: Sought, waitMs: number): Promise<DecisionRecord | undefined> {
  const until = performance.now() + waitMs;
  for (;;) {
    const match = (await recordsBy(store, sought)).find(
      (record) =>
        record.step === endpoint.step && (record.gate ?? DEFAULT_GATE) === endpoint.gate && record.source === dialects[endpoint.tenant],
    );
    if (match !== undefined || performance.now() > until) return match;
    await sleep(EVERY_MS);
  }
}

async function recordsBy(store: DecisionStore, { email, reference }: Sought): Promise<readonly DecisionRecord[]> {
  if (reference !== undefined) return await store.byReference(reference);
  for await (const page of store.byEmail(email)) return page;
  return [];
}

function missing(waitMs: number, { reference }: Sought): Fault {
  const by = reference === undefined ? "" : ` ${reference}`;
  const fix = "Look in the step's log for record lost: it says why the table took none. docs/runbook.md, records-lost.";
  return { id: "record.missing", what: `The decision${by} has no record after ${waitMs / 1_000} s.`, fix };
}

const remedies: Readonly<Record<NonNullable<DecisionRecord["failure"]>, string>> = {
  read: "The step's function cannot read a table or the secret PersonKeySecret: look in its log for failed closed, then deploy again.",
  write: "The step's function cannot write to a table: look in its log for failed closed, then deploy again.",
  rule: "Look in the step's log for failed closed: it has the place in the rule's code.",
  deadline: "The step ran out of time: look in its log for what was slow, and at `deadline` of the policy.",
  request: "What answers is not a Gatehouse of this version: deploy again.",
};

function findRecordFaults({ failure, rule, reasons, reference, verdict, trace }: DecisionRecord): readonly Fault[] {
  if (failure !== undefined) {
    const at = rule ?? trace.find(({ said }) => said === "failed")?.rule;
    const what = `The decision failed${at === undefined ? "" : ` at the rule ${at}`} (${failure}): everybody is stopped like this.`;
    return [
      {
        id: `record.${failure}`,
        what,
        fix: `${remedies[failure]} npm run gate -- why ${reference} has the rest.`,
      },
    ];
  }
  if (verdict === "continue" || reasons.includes(DRILL)) return [];
  const fix = "Deploy this version again.";
  return [{ id: "record.other", what: `The decision ${reference} is not the one that a drill gets: ${reasons.join(", ")}.`, fix }];
}

/** Every request is a drill or unreadable. */
export async function contractAt({ step, name }: SmokeTarget, target: Target, email: string): Promise<ProbeResult> {
  return await timedProbe("contract", name, async () => {
    const rules = await probeContract(target, step, email);
    const passedCount = rules.filter(({ verdict }) => verdict === "pass").length;
    return { told: `${formatCount(passedCount, "rule")} hold`, faults: rules.filter(({ verdict }) => verdict === "fail").map(toFault) };
  });
}

async function probeContract(target: Target, step: Step, email: string): Promise<readonly ProbedRule[]> {
  try {
    return await conform(await probeTargetAt(target, step, email));
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    const what = `connection does not hold in 1 of 1: the address can be reached. good-request: ${error.code}.`;
    return failProbe("contract.connection", what, LOOK_IN_FRONT);
  }
}

const LOOK_IN_FRONT = "Look for what stands in front of the gate and answers in its place; docs/conform.md has the rules.";

function toFault({ rule, says, failures, probes }: ProbedRule): Fault {
  const [first] = failures;
  const what = `${rule} does not hold in ${failures.length} of ${probes}: ${says}. ${first === undefined ? "" : `${first.probe}: ${first.found}.`}`;
  return { id: `contract.${rule}`, what: what.trim(), fix: LOOK_IN_FRONT };
}
