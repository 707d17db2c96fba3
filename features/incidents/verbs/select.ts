import { actingAt, doAct, reviewOne } from "../../../cli/act";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { assertGate } from "../../../cli/gates";
import { lineDue } from "../../../cli/long-tasks";
import { warnOfUnreadable } from "../../../cli/output";
import { createPoliciesAt } from "../../../cli/policy-folders";
import { localTime, momentFrom } from "../../../cli/typed";
import { open } from "../acts/open";
import { readMarks, type Selection, type TypedMarks } from "../selection";
import { reportIncident } from "./show";

export interface SelectOptions extends DeploymentOptions, JsonOption, Omit<TypedMarks, "gate"> {
  readonly since?: string;
  readonly until?: string;
  readonly includeListed?: boolean;
}

const SAMPLE = 10;

export async function selectIncident(options: SelectOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const now = session.time?.now() ?? new Date();
  const selection = selectionFrom(options, now);
  const deployment = await deploymentFor({ ...options, gate: undefined } as DeploymentOptions);
  assertGate(options, deployment.gates);
  const isDue = lineDue();
  let read = 0;
  const target = {
    selection,
    onRead({ length }: readonly unknown[]) {
      read += length;
      if (isDue()) output.warn(`Reading: ${read} decisions that let somebody in …`);
    },
  };
  const { place, actor } = await actingAt(deployment);
  const acting = { place: { ...place, policiesAt: createPoliciesAt(deployment) }, actor, session };
  const reviewed = await reviewOne(open, target, {}, acting);
  warnOfUnreadable(output, reviewed.state.unreadable);
  for (const { code, text } of reviewed.concerns) {
    // The report counts the people.
    if (code !== "nobody") output.warn(`${code === "unknown-provider" ? "Warning: " : ""}${text(localTime)}`);
  }
  const incident = await doAct(open, target, {}, { ...acting, reviewed, yes: true });
  await reportIncident(incident, deployment, { ...options, limit: SAMPLE }, session);
}

function selectionFrom(options: SelectOptions, now: Date): Selection {
  const { since, until, includeListed } = options;
  if (since === undefined) throw new CommandError("Say when the attack was: --since 2026-11-20T02:00, and --until if it is over.");
  const from = momentFrom(since, now);
  const to = until === undefined ? now : momentFrom(until, now, "--until", "end");
  if (from > to) throw new CommandError(`--until ${until} is before --since ${since}.`);
  try {
    return { from: from.toISOString(), to: to.toISOString(), ...readMarks(options), ...(includeListed && { includeListed }) };
  } catch (error) {
    if (error instanceof TypeError) throw new CommandError(error.message);
    throw error;
  }
}
