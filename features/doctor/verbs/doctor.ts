import type { CommandContext, DeploymentOptions } from "../../../cli/command";
import { noteLocalTime } from "../../../cli/environment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { nothingWrong, type ProbeResult, probeLines, skipProbe } from "../../../cli/probe";
import { groupBy } from "../../../engine/collections";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { appRoot } from "../../../lib/app-root";
import { summariseWaits } from "../../counts/cold-calls";
import { isCounted } from "../../counts/counts";
import { decisionStore } from "../../decisions/store/decisions";
import { awsCheck, bootstrapCheck, concurrencyCheck, deployRolesCheck, logRoleCheck, mailCheck, senderCheck } from "./account-checks";
import { type DoctorCheck, type DoctorContext, type DoctorOptions, doctorContext, inTables } from "./check";
import { consoleCheck, consoleRegistrationCheck } from "./console-checks";
import { certificateCheck, dnsCheck, trustStoreCheck } from "./domain-checks";
import {
  accountLookupCheck,
  arrivalsCheck,
  graphCheck,
  guestPoliciesCheck,
  invitationsCheck,
  rotationCheck,
  signInsCheck,
} from "./graph-checks";
import { federationCheck } from "./graph-workers";
import { esbuildCheck, issuerCheck, localCheck, nodeCheck, packagesCheck, policyCheck, settingsCheck } from "./machine-checks";
import { alarmsCheck, deployedPolicyCheck, endpointCheck, replicasCheck, secretsCheck, stackCheck } from "./stack-checks";
import { streamsCheck } from "./stream-checks";
import { listCheck, mailsCheck, rowsCheck, tablesCheck, typedChecks, workCheck } from "./table-checks";

const DAYS = 7;
const PAGE_ROWS = 100;
const PAGES = 5;

export const coldCallsCheck = inTables("cold-calls", async ({ client, names: { decisions } }) => {
  if (decisions === undefined) skipProbe("the stack names no table of decisions");
  const store = decisionStore(client, decisions);
  const now = new Date();
  const records: DecisionRecord[] = [];
  let pages = 0;
  for await (const page of store.between(new Date(now.getTime() - DAYS * MS_PER_DAY), now, PAGE_ROWS)) {
    records.push(...(await store.whole(page)));
    pages += 1;
    if (pages === PAGES) break;
  }
  return { faults: nothingWrong, told: describeColdSignUps(records) };
});

export function describeColdSignUps(records: readonly DecisionRecord[]): string {
  const waits = signUpWaits(records);
  const cold = summariseWaits(waits.flatMap((ms) => (ms > 0 ? [{ ms, count: 1 }] : [])));
  const signUps = formatCount(waits.length, "sign-up");
  if (cold === undefined) return `none of ${signUps} in the last ${DAYS} days waited for a cold start`;
  const share = ((100 * cold.count) / waits.length).toFixed(1);
  return `${cold.count} of ${signUps} in the last ${DAYS} days (${share} %) waited for a cold start: ${cold.medianMs} ms (median), ${cold.p95Ms} ms (p95)`;
}

/**
 * Returns how long each sign-up waited for cold starts, in milliseconds. A sign-up is one person's calls at one gate, each within an hour
 * of the previous call.
 */
function signUpWaits(records: readonly DecisionRecord[]): readonly number[] {
  const calls = records.filter((record) => record.step !== "before-sending-token" && isCounted(record));
  const people = groupBy(calls, ({ personId, gate = DEFAULT_GATE, id }) => JSON.stringify([gate, personId ?? id]));
  return [...people.values()].flatMap((some) => {
    const waits: number[] = [];
    let last = Number.NEGATIVE_INFINITY;
    for (const { at, coldMs = 0 } of [...some].sort((one, other) => (one.at < other.at ? -1 : 1))) {
      const isNext = Date.parse(at) - last < MS_PER_HOUR;
      last = Date.parse(at);
      waits.push(isNext ? (waits.pop() ?? 0) + coldMs : coldMs);
    }
    return waits;
  });
}

const here: readonly DoctorCheck[] = [nodeCheck, packagesCheck, esbuildCheck, settingsCheck];
const inAws: readonly DoctorCheck[] = [
  awsCheck,
  bootstrapCheck,
  deployRolesCheck,
  certificateCheck,
  logRoleCheck,
  tablesCheck,
  issuerCheck,
  stackCheck,
  replicasCheck,
  dnsCheck,
  trustStoreCheck,
  secretsCheck,
  endpointCheck,
  alarmsCheck,
  streamsCheck,
  listCheck,
  rowsCheck,
  workCheck,
  mailsCheck,
  coldCallsCheck,
  ...typedChecks,
  senderCheck,
  graphCheck,
  invitationsCheck,
  guestPoliciesCheck,
  signInsCheck,
  arrivalsCheck,
  rotationCheck,
  accountLookupCheck,
  consoleCheck,
  consoleRegistrationCheck,
];

/** Checks of a group run in parallel. Loading or bundling the policy blocks the process, so such checks are in another group. */
const stages = (options: DeploymentOptions): readonly (readonly DoctorCheck[])[] =>
  options.local
    ? [here, [localCheck, listCheck, rowsCheck, workCheck, mailsCheck, ...typedChecks], [policyCheck]]
    : [here, inAws, [policyCheck], [concurrencyCheck], [mailCheck], [federationCheck], [deployedPolicyCheck]];

/** Checks whose faults would make a deployment fail after a minute, or would make the deployment do harm. */
export const BEFORE_DEPLOY = [
  awsCheck.name,
  bootstrapCheck.name,
  deployRolesCheck.name,
  certificateCheck.name,
  logRoleCheck.name,
  tablesCheck.name,
  replicasCheck.name,
];

export async function* examine(context: DoctorContext, names?: readonly string[]): AsyncGenerator<ProbeResult> {
  for (const stage of stages(context.options)) {
    yield* await Promise.all(stage.filter(({ name }) => names?.includes(name) ?? true).map((check) => check.run(context)));
  }
}

export async function doctor(options: DoctorOptions, context: CommandContext): Promise<void> {
  const { output } = context;
  // If the time zone database is outdated, times are shown an hour off. So the warning comes before any time.
  noteLocalTime();
  if (options.record !== undefined) {
    if (options.record === "-") throw new CommandError("--record needs a file, which it writes again after each call: - is none.");
    await (await import("./record/record")).recordForms({ ...options, record: options.record, port: options.port ?? 0 }, context);
    return;
  }
  const names = options.beforeDeploy ? BEFORE_DEPLOY : undefined;
  let count = 0;
  let checked = 0;
  const skippedChecks = new Map<string, string[]>();
  for await (const probeResult of examine(doctorContext(appRoot, options), names)) {
    const result = options.beforeDeploy ? dropUnknown(probeResult) : probeResult;
    count += result.faults?.length ?? 0;
    if (result.skipped === undefined) checked += 1;
    if (options.json) output.json(result);
    else if (result.skipped !== undefined) skippedChecks.set(result.skipped, [...(skippedChecks.get(result.skipped) ?? []), result.check]);
    else for (const line of probeLines(result)) output.print(line);
  }
  for (const [why, checks] of skippedChecks) output.print(`-   not checked, as ${why}: ${checks.join(", ")}`);
  if (!options.json) output.print(summaryLine(count, checked, skippedChecks.size > 0));
  if (count > 0) context.exitCode = exitCodes.faults;
}

export function summaryLine(count: number, checked: number, hasSkipped: boolean): string {
  if (count > 0) return `${formatCount(count, "thing")} to fix.`;
  if (checked === 0) return "Nothing was checked.";
  return hasSkipped ? "Nothing is wrong in what was checked." : "Nothing is wrong.";
}

/** Leaves out the fault `.unknown`. It says only that the check lacks a permission, which the deployment may not need. */
export function dropUnknown({ faults, ...result }: ProbeResult): ProbeResult {
  return { ...result, ...(faults && { faults: faults.filter(({ id }) => id !== `${result.check}.unknown`) }) };
}
