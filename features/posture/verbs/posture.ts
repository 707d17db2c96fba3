import { actingAt, doAct } from "../../../cli/act";
import { type CommandContext, type DeploymentOptions, type JsonOption, readNow } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { unknownGate } from "../../../cli/gates";
import { tellBeside } from "../../../cli/output";
import { createPoliciesAt } from "../../../cli/policy-folders";
import { localTime, momentAhead, spanFrom } from "../../../cli/typed";
import type { Row } from "../../../engine/sign-up/rule";
import { setMode } from "../acts";
import { changedPosture, LONGEST_REASON, type PostureFlaw } from "../change";
import { activePosture, type Posture, scheduledPosture } from "../posture";
import { describeMode } from "../words";
import { postureStore } from "../world";
import { gatelessRows } from "./hooks";

type Options = DeploymentOptions & JsonOption;

export async function showPostures(gate: string | undefined, options: Options, session: CommandContext): Promise<void> {
  const { output } = session;
  const deployment = await deploymentFor(options);
  const gates = gate === undefined ? deployment.gates : [knownGate(gate, deployment)];
  const rows = await postureStore(deployment.dynamodb, deployment.decisionsTable).all();
  const now = readNow(session);
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
  session: CommandContext,
): Promise<void> {
  const { output } = session;
  const now = readNow(session);
  const from = options.from === undefined ? undefined : momentAhead("--from", options.from, now, "begin");
  const until = parseEnd(options, from ?? now, now);
  const { reason } = options;
  const input = { state, reason, from, until };
  const deployment = await deploymentFor(options);
  const gate = gateName === undefined ? onlyGate(deployment) : knownGate(gateName, deployment);
  const acting = await actingAt(deployment);
  const row = await doAct(setMode, gate, input, {
    ...{ ...acting, place: { ...acting.place, policiesAt: createPoliciesAt(deployment) }, session, yes: options.yes },
    ask({ state: { row: before }, concerns }) {
      const report = tellBeside(options, output);
      for (const { code, text } of concerns) (code === "replaces-scheduled" ? report : output.warn)(text(localTime));
      const after = changedPosture(before, { ...input, gate, by: acting.actor.by, via: "command" }, now);
      return `${formatModeLines(gate, after, now).join("\n")}\nSet the gate like this?`;
    },
    describeRefusal: ({ code }) => flaws[code],
  });
  if (options.json) output.json(asJson(gate, row, now));
  else for (const line of formatModeLines(gate, row, now)) output.print(line);
}

/** Words for refusals, with the flags that mend them. */
const flaws: Readonly<Record<string, string>> = {
  "no-reason": "Say why: --reason 'bots sign up'. Your colleagues see it on every page, and in each decision.",
  "long-reason": `The reason is longer than ${LONGEST_REASON} characters: shorten it.`,
  "until-past": "It would be over already: write an --until in the future.",
  "until-before-from": "It would end before it begins: write an --until after --from.",
  "too-late": "Its end is too far away to be read back: write a shorter --for, or an earlier --until.",
  "open-has-no-time": "An open gate has no beginning and no end: leave out --for, --until and --from.",
  changed: "Somebody else has just set the gate. Nothing was changed: look at it with gate show, then repeat.",
} satisfies Readonly<Record<PostureFlaw | "changed", string>>;

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
  return { gate, ...(activePosture(row, now) ?? { state: "open" }), scheduled: scheduledRow };
}
