import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { unknownGate } from "../../../cli/gates";
import { policyFolderFor } from "../../../cli/policy-folders";
import { localTime, momentAhead, spanFrom } from "../../../cli/typed";
import type { Row } from "../../../engine/sign-up/rule";
import { PolicyError, SetupError } from "../../../lib/errors";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { warnWithoutApproval } from "../../../lib/policy-folder/policy-warnings";
import { commitRow } from "../../audit/store/audited-tables";
import { openAuditStore } from "../../audit/verbs/trail";
import { changedPosture, LONGEST_REASON, type PostureChange, type PostureFlaw, postureFlaw } from "../change";
import { type ActivePosture, activePosture, type Posture, scheduledPosture } from "../posture";
import { type PostureStore, postureStore } from "../store/postures";
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
  const posture = {
    state,
    via: "command",
    ...(options.reason !== undefined && { reason: options.reason }),
    ...(from && { from }),
    ...(until && { until }),
  } as const;
  const flaw = postureFlaw({ ...posture, gate: "", by: "" }, now);
  if (flaw !== undefined) throw new CommandError(flaws[flaw]);
  const deployment = await deploymentFor(options);
  const gate = gateName === undefined ? onlyGate(deployment) : knownGate(gateName, deployment);
  const store = storeAt(deployment);
  const before = (await store.of([gate])).get(gate);
  const change: PostureChange = { ...posture, gate, by: await deployment.caller() };
  const after = changedPosture(before, change, now);
  const report = options.json ? output.warn : output.print;
  const scheduledRow = scheduledPosture(before, now);
  const note = state === "approval" ? approvalNote(gate, deployment) : undefined;
  if (note !== undefined) output.warn(note);
  if (scheduledRow !== undefined) report(`Replaces what is scheduled: ${postureText(scheduledRow)}`);
  if (!options.yes) await requireConfirmation(`${formatModeLines(gate, after, now).join("\n")}\nSet the gate like this?`);
  const trail = openAuditStore(deployment);
  const postureWrite = { before, after, write: store.replacing(before, after) };
  const isWritten = await commitRow(trail, "posture", postureWrite, { by: change.by, via: "command" }, now);
  if (!isWritten)
    throw new CommandError(`Somebody else has just set the gate ${gate}. Nothing was changed: look at it with gate show, then repeat.`);
  if (options.json) output.json(asJson(gate, after, now));
  else for (const line of formatModeLines(gate, after, now)) output.print(line);
}

function approvalNote(gate: string, { policy }: Deployment): string | undefined {
  try {
    return warnWithoutApproval(loadPolicyFolder(policyFolderFor({ gate }, policy)));
  } catch (error) {
    if (!(error instanceof PolicyError || error instanceof CommandError || error instanceof SetupError)) throw error;
    return "If no rule of the gate's policy asks for approval, approval acts as listed.";
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

const flaws: Readonly<Record<PostureFlaw, string>> = {
  "no-reason": "Say why: --reason 'bots sign up'. Your colleagues see it on every page, and in each decision.",
  "long-reason": `The reason is longer than ${LONGEST_REASON} characters: shorten it.`,
  "until-past": "It would be over already: write an --until in the future.",
  "until-before-from": "It would end before it begins: write an --until after --from.",
  "open-has-no-time": "An open gate has no beginning and no end: leave out --for, --until and --from.",
};

function formatModeLines(gate: string, row: Row | undefined, now: Date): readonly string[] {
  const active = activePosture(row, now);
  const scheduledRow = scheduledPosture(row, now);
  return [
    `${gate}: ${active === undefined ? "open" : postureText(active)}`,
    ...(scheduledRow === undefined ? [] : [`${gate}, scheduled: ${postureText(scheduledRow)}`]),
  ];
}

/** Formats a posture: "closed from … until …, by kim: bots sign up". */
function postureText({ state, reason, by, from, until, unreadable }: ActivePosture): string {
  const parts = [
    `${state}${from === undefined ? "" : ` from ${localTime(from)}`} ${until === undefined ? "until somebody changes it" : `until ${localTime(until)}`}`,
    ...(by === undefined ? [] : [`by ${by}`]),
    ...(unreadable === undefined ? [] : [`because its row cannot be read (column ${unreadable}): open the gate, or set it again`]),
  ];
  return `${parts.join(", ")}${reason === undefined ? "" : `: ${reason}`}`;
}

function asJson(gate: string, row: Row | undefined, now: Date): object {
  const scheduledRow = scheduledPosture(row, now);
  return { gate, ...(activePosture(row, now) ?? { state: "open" }), ...(scheduledRow && { scheduled: scheduledRow }) };
}
