import { type Concern, carryOut, type Reviewed, reviewAct } from "../../../adapters/operator/act";
import { assertNotRefused } from "../../../cli/act";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { unknownGate } from "../../../cli/gates";
import { policyFolderFor } from "../../../cli/policy-folders";
import { localTime, momentAhead, spanFrom } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import type { Policy } from "../../../engine/sign-up/policy";
import type { Row } from "../../../engine/sign-up/rule";
import { PolicyError, SetupError } from "../../../lib/errors";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { type GateState, modeVersion, setMode } from "../acts";
import { changedPosture, LONGEST_REASON, type PostureFlaw } from "../change";
import { activePosture, type Posture, scheduledPosture } from "../posture";
import { type PostureStore, postureStore } from "../store/postures";
import { describeMode } from "../words";
import { gatelessRows } from "./hooks";

type Options = DeploymentOptions & JsonOption;

export async function showPostures(gate: string | undefined, options: Options, { output, time }: CommandContext): Promise<void> {
  const deployment = await deploymentFor(options);
  const gates = gate === undefined ? deployment.gates : [knownGate(gate, deployment)];
  const rows = await storeAt(deployment).all();
  const now = time?.now() ?? new Date();
  for (const each of gates) {
    if (options.json) output.json(asJson(each, rows.get(each), now));
    else for (const line of formatModeLines(each, rows.get(each), now)) output.print(line);
  }
  if (gate === undefined) for (const fault of gatelessRows(rows, deployment.gates)) output.warn(`${fault.what} ${fault.fix}`);
}

interface SetOptions extends Options {
  readonly reason?: string;
  readonly for?: string;
  readonly until?: string;
  readonly from?: string;
  readonly yes?: boolean;
}

export async function setPosture(
  gateName: string | undefined,
  state: Posture,
  options: SetOptions,
  { output, time }: CommandContext,
): Promise<void> {
  const now = time?.now() ?? new Date();
  const from = options.from === undefined ? undefined : momentAhead("--from", options.from, now, "begin");
  const until = parseEnd(options, from ?? now, now);
  const { reason } = options;
  const input = { state, ...(reason !== undefined && { reason }), ...(from && { from }), ...(until && { until }) };
  const deployment = await deploymentFor(options);
  const gate = gateName === undefined ? onlyGate(deployment) : knownGate(gateName, deployment);
  const by = await deployment.caller();
  const policies = loadPolicies(gate, deployment);
  const place = { ...operatorPlace(deployment), policiesAt: () => policies };
  const doing = { actor: { by, via: "command" }, now } as const;
  const [{ state: gateState, concerns }] = (await reviewAct(setMode, [gate], input, place, doing)) as [Reviewed<GateState>];
  assertNotRefused(concerns, describeRefusal);
  const report = options.json ? output.warn : output.print;
  for (const { code, text } of concerns) (code === "replaces-scheduled" ? report : output.warn)(text(localTime));
  const after = changedPosture(gateState.row, { ...input, gate, ...doing.actor }, now);
  if (!options.yes) await requireConfirmation(`${formatModeLines(gate, after, now).join("\n")}\nSet the gate like this?`);
  const attempt = { target: gate, input, seen: modeVersion(gateState.row), answered: "all" } as const;
  const result = await carryOut(setMode, attempt, place, doing);
  if (result.kind === "stopped") assertNotRefused(result.concerns, describeRefusal);
  if (result.kind !== "done")
    throw new CommandError(`Somebody else has just set the gate ${gate}. Nothing was changed: look at it with gate show, then repeat.`);
  if (options.json) output.json(asJson(gate, result.outcome, now));
  else for (const line of formatModeLines(gate, result.outcome, now)) output.print(line);
}

const describeRefusal = ({ code, text }: Concern) => flaws[code] ?? text(localTime);

/** The act's words with the flags that mend it. */
const flaws: Readonly<Record<string, string>> = {
  "no-reason": "Say why: --reason 'bots sign up'. Your colleagues see it on every page, and in each decision.",
  "long-reason": `The reason is longer than ${LONGEST_REASON} characters: shorten it.`,
  "until-past": "It would be over already: write an --until in the future.",
  "until-before-from": "It would end before it begins: write an --until after --from.",
  "open-has-no-time": "An open gate has no beginning and no end: leave out --for, --until and --from.",
} satisfies Readonly<Record<PostureFlaw, string>>;

/** Undefined if the gate's policy cannot be loaded. */
function loadPolicies(gate: string, { policy }: Deployment): readonly Policy[] | undefined {
  try {
    return loadPolicyFolder(policyFolderFor({ gate }, policy)).map((step) => step.policy);
  } catch (error) {
    if (!(error instanceof PolicyError || error instanceof CommandError || error instanceof SetupError)) throw error;
    return undefined;
  }
}

function storeAt({ dynamodb, decisionsTable }: Deployment): PostureStore {
  return postureStore(dynamodb, decisionsTable);
}

function knownGate(gate: string, { gates }: Deployment): string {
  if (!gates.includes(gate)) throw unknownGate(gate, gates);
  return gate;
}

function onlyGate({ gates }: Deployment): string {
  const [gate, ...others] = gates;
  if (gate === undefined || others.length > 0) throw new CommandError(`Name the gate, one of ${gates.join(", ")}.`);
  return gate;
}

function parseEnd(options: SetOptions, begins: Date, now: Date): Date | undefined {
  if (options.for !== undefined) return new Date(begins.getTime() + spanFrom("--for", options.for));
  return options.until === undefined ? undefined : momentAhead("--until", options.until, now, "end");
}

function formatModeLines(gate: string, row: Row | undefined, now: Date): readonly string[] {
  const active = activePosture(row, now);
  const scheduledRow = scheduledPosture(row, now);
  return [
    `${gate}: ${active === undefined ? "open" : describeMode(localTime, active)}`,
    ...(scheduledRow === undefined ? [] : [`${gate}, scheduled: ${describeMode(localTime, scheduledRow)}`]),
  ];
}

function asJson(gate: string, row: Row | undefined, now: Date): object {
  const scheduledRow = scheduledPosture(row, now);
  return { gate, ...(activePosture(row, now) ?? { state: "open" }), ...(scheduledRow && { scheduled: scheduledRow }) };
}
