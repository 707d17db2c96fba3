import type { AuditWay } from "../../engine/audited-change";
import { makeWorld, type OperatorPlace, type Uses, type WorldOf } from "./world";

/** Who acts, and by which door. */
export interface Actor {
  readonly by: string;
  readonly name?: string;
  readonly via: AuditWay;
}

/**
 * The answer that a concern needs from the actor. `shown`: none. `asked`: a yes. `typed`: a typed word. `refused`: the act cannot be done, whatever
 * the actor answers.
 */
export type Weight = "shown" | "asked" | "typed" | "refused";

/** How a door writes a moment, ISO 8601: in the reader's zone and language. */
export type WriteTime = (iso: string) => string;

/** Something that speaks against an act on a target. */
export interface Concern<Code extends string = string> {
  readonly code: Code;
  readonly weight: Weight;
  /** For operators, in the reader's language. */
  text(time: WriteTime): string;
}

/**
 * An act of an operator, the same at every door: a door reads the target and the input, shows the concerns as it asks, and says the outcome.
 * `concerns` is pure, so every door says the same of the same state.
 */
export interface Act<U extends Uses, Target, Input, State, Outcome> {
  /** In records of answered concerns and in docs: `partners.add`. */
  readonly name: string;
  readonly may: "Reader" | "Approver" | "Administrator";
  readonly uses: U;
  /** Reads everything that the concerns and the act itself depend on. */
  read(target: Target, world: WorldOf<U>, now: Date): Promise<State>;
  /** Returns a text that differs once the target has changed. A door that showed the target sends it back. @default nothing was shown */
  version?(state: State): string | undefined;
  concerns(state: State, input: Input, actor: Actor): readonly Concern[];
  /** Writes, conditional on what was read. @returns undefined if somebody else was faster */
  perform(state: State, input: Input, world: WorldOf<U>, actor: Actor, now: Date): Promise<Outcome | undefined>;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of acts holds acts on any target.
export type AnyAct = Act<any, any, any, any, any>;

export interface Attempt<Target, Input> {
  readonly target: Target;
  readonly input: Input;
  /** The version of the target that the actor saw. @default the actor saw none */
  readonly seen?: string | undefined;
  /** The codes of concerns that the actor answered, or "all". A refusal cannot be answered. */
  readonly answered: readonly string[] | "all";
}

export type ActResult<Outcome> =
  /** `shown`: what spoke against it and asked for no answer. */
  | { readonly kind: "done"; readonly outcome: Outcome; readonly shown: readonly Concern[] }
  | { readonly kind: "stopped"; readonly concerns: readonly [Concern, ...Concern[]] }
  /** Somebody else changed the target since the actor saw it, or was faster. */
  | { readonly kind: "changed" };

/** Does an act once nothing speaks against it that the actor has not answered. */
export async function carryOut<U extends Uses, Target, Input, State, Outcome>(
  act: Act<U, Target, Input, State, Outcome>,
  { target, input, seen, answered }: Attempt<Target, Input>,
  place: OperatorPlace,
  actor: Actor,
  now: Date,
): Promise<ActResult<Outcome>> {
  const world = makeWorld(act.uses, place);
  const state = await act.read(target, world, now);
  const concerns = act.concerns(state, input, actor);
  const stop = (open: readonly Concern[]) => {
    const [first, ...others] = open;
    return first && ({ kind: "stopped", concerns: [first, ...others] } as const);
  };
  const refusal = stop(concerns.filter(({ weight }) => weight === "refused"));
  if (refusal !== undefined) return refusal;
  if (seen !== undefined && act.version?.(state) !== seen) return { kind: "changed" };
  const isAnswered = ({ code, weight }: Concern) => weight === "shown" || answered === "all" || answered.includes(code);
  const question = stop(concerns.filter((each) => !isAnswered(each)));
  if (question !== undefined) return question;
  const outcome = await act.perform(state, input, world, actor, now);
  if (outcome === undefined) return { kind: "changed" };
  return { kind: "done", outcome, shown: concerns.filter(({ weight }) => weight === "shown") };
}
