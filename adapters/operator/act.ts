import type { Actor } from "../../engine/audited-change";
import { mapInBatches } from "../../engine/collections";
import type { Row } from "../../engine/sign-up/rule";
import { momentId } from "../system";
import type { TableWrite } from "../tables/table";
import type { TransactionResult, WriteTogether } from "../tables/transaction";
import { makeWorld, type OperatorPlace, type Uses, type WorldOf } from "./world";

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
  /** A few words for a list, in the reader's language. @default the text */
  readonly title?: string;
  /** Shown by doors and in JSON beside the text: an entry, an earlier decision. */
  readonly facts?: object;
  /** True if the actor may not know it. A refusal is then told without its code. */
  readonly isUntold?: boolean;
}

/** The actor and the moment of an act. */
export interface Doing {
  readonly actor: Actor;
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
  /** True if the door only shows what speaks against the act, so that nobody needs what the actor may not know. @default false */
  readonly isShown?: boolean;
  /** The id of the act: rows and entries that it writes carry it. @default `carryOutEach` makes one for all its targets */
  readonly act?: string | undefined;
  /** Number of targets on which an act is done in parallel, at doors that write no entry of their own. @default 1 */
  readonly atOnce?: number;
  /** Makes the one write of an act that `writesOnce`, with its entry in the audit log. @default `perform` writes by itself */
  readonly write?: WriteTogether | undefined;
}

/** An entry that a door with an audit log of its own writes around the change. */
export interface ActEntry {
  readonly action: string;
  readonly subject: string;
  /** Keyed hash of the entry's person. @default computed from the entry */
  readonly person?: string;
  readonly before?: Row;
  readonly after?: Row;
  readonly act?: string | undefined;
  /** The number of rows that the act writes, and their marks, if one entry announces them all. */
  readonly count?: number;
  readonly marks?: readonly string[];
}

/**
 * An act of an operator, the same at every door: a door reads the target and the input, shows the concerns as it asks, and says the outcome.
 * `concerns` is pure, so every door says the same of the same state.
 */
export interface Act<U extends Uses, Target, Input, State, Outcome> {
  /** In records of answered concerns and in docs: `partners.add`. */
  readonly name: string;
  readonly may: "Requester" | "Decider" | "Reader" | "Approver" | "Administrator";
  readonly uses: U;
  /** Reads everything that the concerns and the act itself depend on, of each target in order. */
  read(targets: readonly Target[], world: WorldOf<U>, doing: Doing): Promise<readonly State[]>;
  /** Returns a text that differs once the target has changed. A door that showed the target sends it back. @default nothing was shown */
  version?(state: State): string | undefined;
  concerns(state: State, input: Input, actor: Actor): readonly Concern[];
  /** The audit log's entry, at doors that write one before the change. @default undefined: `perform` writes it, or a stream's reader does */
  entry?(state: State, input: Input, doing: Doing): ActEntry | undefined;
  /** Writes, conditional on what was read. @returns undefined if somebody else was faster, or a refusal that says what they did */
  perform(state: State, input: Input, world: WorldOf<U>, doing: Doing): Promise<Outcome | Refusal | undefined>;
  /** True if `perform` takes `write` for the rows of the act. @default a door with an audit log writes an entry before the act, and one after it */
  readonly writesOnce?: true;
}

/** The answer of an act whose target has changed between the read and the write. */
export class Refusal {
  constructor(readonly concern: Concern) {}
}

// biome-ignore lint/suspicious/noExplicitAny: a list of acts holds acts on any target.
export type AnyAct = Act<any, any, any, any, any>;

/** Makes the `read` of an act that reads each target by itself. */
export function readEach<Target, World, State>(read: (target: Target, world: World, doing: Doing) => Promise<State>) {
  return (targets: readonly Target[], world: World, doing: Doing) => Promise.all(targets.map((target) => read(target, world, doing)));
}

export interface Attempt<Target, Input, State = unknown> {
  readonly target: Target;
  readonly input: Input;
  /** The state, if the door has just read it: `perform` writes only what is still so. @default it is read */
  readonly state?: State;
  /** The version of the target that the actor saw. @default the actor saw none */
  readonly seen?: string | undefined;
  /** The codes of concerns that the actor answered, or "all". A refusal cannot be answered. */
  readonly answered: readonly string[] | "all";
  /** The codes of concerns that stop the act, whatever was answered. @default none */
  readonly unless?: readonly string[] | undefined;
}

export type ActResult<Outcome> =
  /** `concerns`: what spoke against it, as far as the actor may know. */
  | { readonly kind: "done"; readonly outcome: Outcome; readonly concerns: readonly Concern[] }
  | { readonly kind: "stopped"; readonly concerns: readonly [Concern, ...Concern[]] }
  /** Somebody else changed the target since the actor saw it, or was faster. */
  | { readonly kind: "changed" };

/** Writes entries into the audit log. */
export interface Audit {
  /** Writes an entry before a change, and its outcome after it. @param change returns false if somebody else was faster */
  around(entry: ActEntry, change: () => Promise<boolean>): Promise<unknown>;
  /** Makes the writes together with their entry, or none of them. */
  together(entry: ActEntry, writes: readonly TableWrite[]): Promise<TransactionResult>;
  /** Writes that a change was not made, because somebody else was faster. */
  lost(entry: ActEntry): Promise<unknown>;
}

interface AuthoredEntry<Via> extends ActEntry {
  readonly by: string;
  readonly name?: string;
  readonly via: Via;
}

interface AuditLog<Via> {
  audited(entry: AuthoredEntry<Via>, now: Date, change: () => Promise<boolean>): Promise<unknown>;
  transact(entry: AuthoredEntry<Via>, writes: readonly { readonly write: TableWrite }[], now: Date): Promise<TransactionResult>;
  tell(news: AuthoredEntry<Via> & { readonly outcome: "conflict" }, now: Date): Promise<unknown>;
}

/** @param author of all entries @param now called for each entry */
export function auditBy<Via extends "command" | "console" | "mail">(
  log: AuditLog<Via>,
  author: Omit<AuthoredEntry<Via>, Exclude<keyof ActEntry, "person">>,
  now: () => Date,
): Audit {
  return {
    around: (entry, change) => log.audited({ ...author, ...entry }, now(), change),
    together(entry, writes) {
      const audited = writes.map((write) => ({ write }));
      return log.transact({ ...author, ...entry }, audited, now());
    },
    lost: (entry) => log.tell({ ...author, ...entry, outcome: "conflict" }, now()),
  };
}

/** Does an act once nothing speaks against it that the actor has not answered. */
export async function carryOut<U extends Uses, Target, Input, State, Outcome>(
  act: Act<U, Target, Input, State, Outcome>,
  attempt: Attempt<Target, Input, State>,
  place: OperatorPlace,
  doing: Doing,
  audit?: Audit,
): Promise<ActResult<Outcome>> {
  const [result] = await carryOutEach(act, [attempt], place, doing, audit);
  return result as ActResult<Outcome>;
}

/** Does an act on several targets: reads them together, then does one after the other. @returns the results in order */
export async function carryOutEach<U extends Uses, Target, Input, State, Outcome>(
  act: Act<U, Target, Input, State, Outcome>,
  attempts: readonly Attempt<Target, Input, State>[],
  place: OperatorPlace,
  { act: id, ...others }: Doing,
  audit?: Audit,
): Promise<readonly ActResult<Outcome>[]> {
  const doing = { ...others, act: id ?? momentId(others.now) };
  const world = makeWorld(act.uses, place);
  const unread = attempts.filter(({ state }) => state === undefined).map(({ target }) => target);
  const states = unread.length === 0 ? [] : [...(await act.read(unread, world, doing))];
  const known = attempts.map(({ state }) => state ?? (states.shift() as State));
  return await mapInBatches([...attempts.entries()], doing.atOnce ?? 1, async ([index, attempt]): Promise<ActResult<Outcome>> => {
    const state = known[index] as State;
    const concerns = act.concerns(state, attempt.input, doing.actor);
    const stop = findStop(act, state, concerns, attempt);
    if (stop !== undefined) return stop;
    const outcome = await performAudited(act, state, attempt.input, world, doing, audit);
    if (outcome instanceof Refusal) return { kind: "stopped", concerns: [outcome.concern] };
    return outcome === undefined ? { kind: "changed" } : { kind: "done", outcome, concerns: tellConcerns(concerns) };
  });
}

type Stop = Exclude<ActResult<never>, { readonly kind: "done" }>;

/** A refusal comes before the question whether the target has changed, and that before questions that the actor can answer. */
function findStop<U extends Uses, Target, Input, State, Outcome>(
  act: Act<U, Target, Input, State, Outcome>,
  state: State,
  concerns: readonly Concern[],
  { seen, answered, unless = [] }: Attempt<Target, Input>,
): Stop | undefined {
  const refusal = findRefusal(concerns);
  if (refusal !== undefined) return refusal;
  if (seen !== undefined && act.version?.(state) !== seen) return { kind: "changed" };
  const isOpen = ({ code, weight }: Concern) =>
    unless.includes(code) || (weight !== "shown" && answered !== "all" && !answered.includes(code));
  return stopBy(tellConcerns(concerns).filter(isOpen));
}

function findRefusal(concerns: readonly Concern[]): Stop | undefined {
  const refusals = concerns.filter(({ weight }) => weight === "refused");
  return stopBy(refusals.map((refusal) => (refusal.isUntold ? { code: "refused", weight: refusal.weight, text: refusal.text } : refusal)));
}

function stopBy([first, ...others]: readonly Concern[]): Stop | undefined {
  return first && { kind: "stopped", concerns: [first, ...others] };
}

function tellConcerns(concerns: readonly Concern[]): readonly Concern[] {
  return concerns.filter(({ isUntold }) => !isUntold);
}

async function performAudited<U extends Uses, Target, Input, State, Outcome>(
  act: Act<U, Target, Input, State, Outcome>,
  state: State,
  input: Input,
  world: WorldOf<U>,
  doing: Doing,
  audit: Audit | undefined,
): Promise<Outcome | Refusal | undefined> {
  const entry = audit && act.entry?.(state, input, doing);
  if (audit === undefined || entry === undefined) return await act.perform(state, input, world, doing);
  const wholeEntry = { ...entry, act: doing.act };
  let outcome: Outcome | Refusal | undefined;
  const isDone = () => outcome !== undefined && !(outcome instanceof Refusal);
  if (act.writesOnce) {
    outcome = await act.perform(state, input, world, { ...doing, write: (writes) => audit.together(wholeEntry, writes) });
    if (!isDone()) await audit.lost(wholeEntry);
    return outcome;
  }
  await audit.around(wholeEntry, async () => {
    outcome = await act.perform(state, input, world, doing);
    return isDone();
  });
  return outcome;
}

export interface Reviewed<State> {
  readonly state: State;
  /** As far as the actor may know. */
  readonly concerns: readonly Concern[];
}

/** Returns what speaks against an act on each target, in order. Writes nothing. */
export async function reviewEach<U extends Uses, Target, Input, State, Outcome>(
  act: Act<U, Target, Input, State, Outcome>,
  attempts: readonly Pick<Attempt<Target, Input>, "target" | "input">[],
  place: OperatorPlace,
  doing: Doing,
): Promise<readonly Reviewed<State>[]> {
  const targets = attempts.map(({ target }) => target);
  const states = await act.read(targets, makeWorld(act.uses, place), { ...doing, isShown: true });
  return attempts.map(({ input }, index) => {
    const state = states[index] as State;
    return { state, concerns: tellConcerns(act.concerns(state, input, doing.actor)) };
  });
}

/** Does the same as `reviewEach`, with one input for all targets. */
export async function reviewAct<U extends Uses, Target, Input, State, Outcome>(
  act: Act<U, Target, Input, State, Outcome>,
  targets: readonly Target[],
  input: Input,
  place: OperatorPlace,
  doing: Doing,
): Promise<readonly Reviewed<State>[]> {
  return await reviewEach(
    act,
    targets.map((target) => ({ target, input })),
    place,
    doing,
  );
}
