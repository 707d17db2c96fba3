import {
  type Act,
  type Attempt,
  type Audit,
  type Concern,
  carryOutEach,
  type Doing,
  type Reviewed,
  reviewEach,
} from "../adapters/operator/act";
import type { OperatorPlace, Uses } from "../adapters/operator/world";
import { momentId } from "../adapters/system";
import type { Actor } from "../engine/audited-change";
import { splitIntoChunks } from "../engine/collections";
import { type CommandContext, readNow } from "./command";
import { requireConfirmation } from "./confirmed";
import type { Deployment } from "./deployment";
import { CommandError } from "./failure";
import { localTime } from "./typed";
import { operatorPlace } from "./view";

export interface Acting {
  readonly place: OperatorPlace;
  readonly actor: Actor;
  readonly session: Pick<CommandContext, "output" | "time">;
  /** True if --yes was typed: it answers everything that can be answered. */
  readonly yes?: boolean | undefined;
  readonly audit?: Audit | undefined;
  /** Stops the question and the act. */
  readonly interruption?: AbortController | undefined;
  /** @default 1 */
  readonly atOnce?: number;
}

export interface Possible<State> extends Reviewed<State> {
  /** Among all targets. */
  readonly index: number;
}

export type ActEnd<Outcome> = { readonly outcome: Outcome } | { readonly refusal: Concern };

interface ManyActs<State, Outcome> extends Acting {
  /** The reviews of all targets, if they were just made. The act then writes only what is still so. @default they are made */
  readonly reviewed?: readonly Reviewed<State>[];
  /**
   * Shows what the act would do and what speaks against it, for all targets on which it can be done.
   * @returns the question, or undefined to go on without one
   */
  ask(possible: readonly [Possible<State>, ...Possible<State>[]]): string | undefined;
  /** Called once for each target: first for those on which the act cannot be done. */
  report(index: number, end: ActEnd<Outcome>): void;
}

type Wanted<Target, Input> = Pick<Attempt<Target, Input>, "target" | "input">;

const TARGETS_AT_ONCE = 100;

/** Reviews an act on each target, asks about all of them together, then does it. What was shown counts as answered. */
export async function doActs<U extends Uses, Target, Input, State, Outcome>(
  act: Act<U, Target, Input, State, Outcome>,
  wanted: readonly Wanted<Target, Input>[],
  { place, actor, session, yes, audit, interruption, atOnce, reviewed: known, ask, report }: ManyActs<State, Outcome>,
): Promise<void> {
  const id = momentId(readNow(session));
  const doing = (): Doing => ({ actor, act: id, now: readNow(session), signal: interruption?.signal, atOnce });
  const possible: (Possible<State> & Wanted<Target, Input>)[] = [];
  for (const some of splitIntoChunks([...wanted.entries()], TARGETS_AT_ONCE)) {
    const each = some.map(([, attempt]) => attempt);
    const reviews =
      known === undefined ? await reviewEach(act, each, place, doing()) : some.map(([index]) => known[index] as Reviewed<State>);
    for (const [at, reviewed] of reviews.entries()) {
      const [index, attempt] = some[at] as (typeof some)[number];
      const refusal = reviewed.concerns.find(({ weight }) => weight === "refused");
      if (refusal === undefined) possible.push({ ...reviewed, ...attempt, index });
      else report(index, { refusal });
    }
  }
  const [first, ...others] = possible;
  if (first === undefined) return;
  const question = ask([first, ...others]);
  if (question !== undefined && !yes) await requireConfirmation(question, interruption);
  for (const some of splitIntoChunks(possible, TARGETS_AT_ONCE)) {
    const attempts = some.map(({ target, input, state, concerns }) => ({
      ...{ target, input, seen: act.version?.(state), state: known && state },
      answered: yes ? ("all" as const) : concerns.map(({ code }) => code),
    }));
    for (const [at, result] of (await carryOutEach(act, attempts, place, doing(), audit)).entries()) {
      const { index } = some[at] as (typeof some)[number];
      if (result.kind === "done") report(index, { outcome: result.outcome });
      else report(index, { refusal: result.kind === "stopped" ? result.concerns[0] : changed });
    }
  }
}

const changed: Concern = {
  code: "changed",
  weight: "refused",
  text: () => "Somebody else has just changed it: look at it again, then repeat.",
};

interface OneAct<State> extends Acting {
  /** As in `doActs`. */
  readonly reviewed?: Reviewed<State>;
  /** Begins the lines about what speaks against the act. */
  readonly name?: string;
  /** @default without `yes`, warns of what speaks against the act, and asks if that needs an answer */
  ask?(reviewed: Reviewed<State>): string | undefined;
  /** @default the act's words */
  describeRefusal?(refusal: Concern): string | undefined;
}

/** Does an act on one target. Throws if it cannot be done. */
export async function doAct<U extends Uses, Target, Input, State, Outcome>(
  act: Act<U, Target, Input, State, Outcome>,
  target: Target,
  input: Input,
  { name, ask, describeRefusal, reviewed, ...acting }: OneAct<State>,
): Promise<Outcome> {
  const describe = ({ text }: Concern) => `${name === undefined ? "" : `${name}: `}${text(localTime)}`;
  let outcome: Outcome | undefined;
  await doActs(act, [{ target, input }], {
    ...acting,
    reviewed: reviewed && [reviewed],
    ask([only]) {
      if (ask !== undefined) return ask(only);
      if (!acting.yes) for (const concern of only.concerns) acting.session.output.warn(describe(concern));
      return only.concerns.some(({ weight }) => weight !== "shown") ? "Go on?" : undefined;
    },
    report(_, end) {
      if ("refusal" in end) throw new CommandError(describeRefusal?.(end.refusal) ?? describe(end.refusal));
      outcome = end.outcome;
    },
  });
  return outcome as Outcome;
}

/** Reviews an act on one target. Throws if it cannot be done. */
export async function reviewOne<U extends Uses, Target, Input, State, Outcome>(
  act: Act<U, Target, Input, State, Outcome>,
  target: Target,
  input: Input,
  { place, actor, session, interruption, describeRefusal }: Acting & Pick<OneAct<State>, "describeRefusal">,
): Promise<Reviewed<State>> {
  const doing = { actor, now: readNow(session), signal: interruption?.signal };
  const [reviewed] = (await reviewEach(act, [{ target, input }], place, doing)) as [Reviewed<State>];
  const refusal = reviewed.concerns.find(({ weight }) => weight === "refused");
  if (refusal !== undefined) throw new CommandError(describeRefusal?.(refusal) ?? refusal.text(localTime));
  return reviewed;
}

/** The caller of AWS at a deployment, for acts that ask no more of their actor. */
export async function actingAt(deployment: Deployment): Promise<Pick<Acting, "place" | "actor">> {
  return { place: operatorPlace(deployment), actor: { by: await deployment.caller(), via: "command" } };
}
