import { type Act, type Concern, type Doing, type Reviewed, reviewAct } from "../../../adapters/operator/act";
import type { OperatorPlace, Uses } from "../../../adapters/operator/world";
import { momentId } from "../../../adapters/system";
import type { CommandContext, DeploymentOptions } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import type { Deployment } from "../../../cli/deployment";
import { formatCount, type Output } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import { splitIntoChunks } from "../../../engine/collections";
import { readActor } from "../../approvals/verbs/approver";
import { createPolicies } from "../../approvals/verbs/longest-days";

/** The place of an act by command, and the answers that were typed with it. */
export interface Acting {
  readonly place: OperatorPlace;
  readonly output: Output;
  readonly yes: boolean | undefined;
  doing(): Doing;
}

export async function openActing(
  deployment: Deployment,
  options: DeploymentOptions & { readonly yes?: boolean },
  { output, time }: CommandContext,
): Promise<Acting> {
  const actor = await readActor(options, deployment);
  const place = { ...operatorPlace(deployment, output), policiesAt: createPolicies(deployment, output) };
  const now = () => time?.now() ?? new Date();
  const act = momentId(now());
  return { place, output, yes: options.yes, doing: () => ({ actor, act, now: now() }) };
}

const AT_ONCE = 100;

/** Returns what speaks against an act on each target. The inputs are in the order of the targets. */
export async function reviewEach<U extends Uses, Target, Input, State>(
  act: Act<U, Target, Input, State, unknown>,
  targets: readonly Target[],
  inputs: readonly Input[],
  { place, doing }: Acting,
): Promise<readonly Reviewed<State>[]> {
  const reviewed: Reviewed<State>[] = [];
  const now = doing();
  for (const some of splitIntoChunks(targets, AT_ONCE)) {
    const first = reviewed.length;
    const [input] = inputs;
    const states = await reviewAct(act, some, input as Input, place, now);
    reviewed.push(
      ...states.map(({ state }, index) => ({ state, concerns: act.concerns(state, (inputs[first + index] ?? input) as Input, now.actor) })),
    );
  }
  return reviewed;
}

const SHOWN = 50;

const INVITED =
  "A deny always wins, and so does an approval where no rule asks for approval. While such an entry stands, an invitation lets nobody in.";

/**
 * Warns of what speaks against an act, and asks about it unless --yes was typed. Look-alike domains alone are asked about only in a
 * terminal. @returns the codes that are answered
 */
export async function askAbout(
  { output, yes }: Pick<Acting, "output" | "yes">,
  reviewed: readonly Reviewed<{ readonly email: string }>[],
  verb: string,
): Promise<readonly string[]> {
  const found = reviewed.flatMap(({ state, concerns }) =>
    concerns.flatMap((concern) => (concern.weight === "refused" ? [] : [{ ...concern, email: state.email }])),
  );
  const ofGateOrDomain: readonly string[] = ["look-alike", "no-rule", "gate-not-open"];
  const line = ({ code, text, email }: Concern & { readonly email: string }) =>
    ofGateOrDomain.includes(code) ? text(localTime) : `${email}: ${text(localTime)}`;
  const listLines = (code: string) => [...new Set(found.filter((each) => each.code === code).map(line))];
  const alike = listLines("look-alike");
  const denied = listLines("denied-by-list");
  const others = found.filter(({ code }) => code !== "look-alike" && code !== "denied-by-list");
  warnOfAll(alike, output);
  warnOfAll(denied, output);
  if (denied.length > 0) output.warn(INVITED);
  warnOfAll([...new Set(others.map(line))], output);
  if (!yes && denied.length > 0) await requireConfirmation(`${verb} ${formatCount(denied.length, "denied person", "denied people")}?`);
  else if (!yes && alike.length > 0 && process.stdin.isTTY && process.stderr.isTTY)
    await requireConfirmation(`${verb} people of ${formatCount(alike.length, "such domain")}?`);
  return ["look-alike", ...(denied.length > 0 || yes ? ["denied-by-list"] : [])];
}

function warnOfAll(lines: readonly string[], output: Output): void {
  for (const line of lines.slice(0, SHOWN)) output.warn(line);
  if (lines.length > SHOWN) output.warn(`and ${lines.length - SHOWN} more.`);
}
