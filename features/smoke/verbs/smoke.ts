import { stackFor } from "../../../cli/aws/stack";
import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { formatCount } from "../../../cli/output";
import { type ProbeResult, probeLines } from "../../../cli/probe";
import { decisionStore } from "../../decisions/store/decisions";
import { ringAlarms, skipAlarms } from "./alarms";
import { drillAddress, listEndpoints, type SmokeTarget } from "./endpoint";
import { contractAt, recordOn } from "./record";
import { LET_IN, signUpAt } from "./sign-up";

export interface SmokeOptions extends DeploymentOptions, JsonOption {
  /** True if the command also tests whether endpoints keep the contract with Entra: see docs/conform.md. */
  readonly conform: boolean;
  readonly alarms?: boolean;
}

export async function smoke(options: SmokeOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const deployment = await deploymentFor(options);
  const email = drillAddress(deployment);
  const results: ProbeResult[] = [];
  for await (const result of everything(deployment, options, email)) {
    results.push(result);
    if (options.json) output.json(result);
    else for (const line of probeLines(result)) output.print(line);
  }
  const faults = results.flatMap((result) => result.faults ?? []).length;
  if (faults > 0 && session.exitCode === exitCodes.done) session.exitCode = exitCodes.findings;
  if (options.json) return;
  const skippedCount = results.filter((result) => result.skipped !== undefined).length;
  output.print(describeResult({ tried: results.length - skippedCount, skippedCount, faults }));
  output.print(`What is kept of them: npm run gate -- decisions --email ${email}${placeFlags(options)}`);
}

/** Says that all is well only of what was tried. */
export function describeResult({ tried, skippedCount, faults }: Readonly<Record<"tried" | "skippedCount" | "faults", number>>): string {
  if (tried === 0) return `0 checks, ${skippedCount} not tried: nothing is known.`;
  const what = skippedCount === 0 ? formatCount(tried, "check") : `${formatCount(tried, "check")}, ${skippedCount} not tried`;
  if (faults > 0) return `${what}: ${formatCount(faults, "thing")} to fix.`;
  return skippedCount === 0 ? `${what}: all is well.` : `${what}: all is well in what was tried.`;
}

async function* everything(deployment: Deployment, options: SmokeOptions, email: string): AsyncGenerator<ProbeResult> {
  yield* signUps(deployment, options, email);
  const stack = options.alarms && !options.local ? await stackFor(options) : undefined;
  if (stack === undefined) yield skipAlarms(options.local === true);
  else yield* ringAlarms(stack);
}

/**
 * Returns a skip at `before-sending-token`, where unreadable requests of the contract's test ring an alarm. Undefined for other steps, with
 * `--local`, or if the command tests alarms.
 */
function ringsForContract({ step, name }: SmokeTarget, { local, alarms }: SmokeOptions): ProbeResult | undefined {
  if (step !== "before-sending-token" || local || alarms) return undefined;
  return { check: "contract", what: name, skipped: "its unreadable requests ring the alarm claims-missing: --alarms tries it" };
}

/** Stops after an endpoint that lets the drill pass. */
async function* signUps(deployment: Deployment, options: SmokeOptions, email: string): AsyncGenerator<ProbeResult> {
  const store = decisionStore(deployment.dynamodb, deployment.decisionsTable);
  for (const endpoint of await listEndpoints(deployment, options)) {
    const { result, target, reference } = await signUpAt(endpoint, email);
    yield result;
    if (result.faults?.some(({ id }) => id === LET_IN)) return;
    if (target === undefined || result.faults?.length) continue;
    const record = await recordOn(store, endpoint, { email, reference });
    yield record;
    // Only a checked record proves that the endpoint treats a drill as a drill.
    if (options.conform && !record.faults?.length) yield ringsForContract(endpoint, options) ?? (await contractAt(endpoint, target, email));
  }
}
