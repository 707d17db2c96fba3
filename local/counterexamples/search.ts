import { type Counterexample, type Direction, directionOf, familyOf } from "./counterexample";
import type { PairJudge, PairJudgement, TriedSignUp } from "./judge";
import { minimised } from "./minimise";
import { inTurns, type Move, type MoveGroup } from "./moves";

/** Where a search begins, and when it ends. */
export interface SearchOptions {
  readonly judge: PairJudge;
  readonly groups: readonly MoveGroup[];
  /** Sign-ups to begin with. */
  readonly bases: readonly TriedSignUp[];
  readonly directions: readonly Direction[];
  /** Cases that the draft's author has accepted: what is like them is none. */
  readonly accepted?: readonly TriedSignUp[];
  /** Whether it goes on after so many sign-ups. */
  mayTry(tried: number): boolean;
}

export interface Searched {
  /** How many sign-ups both policies were asked about. */
  readonly tried: number;
  /** One a direction at most. */
  readonly found: readonly Counterexample[];
  /** How many kinds of difference were left out, as accepted cases show them. */
  readonly accepted: number;
}

/** A sign-up from which others are made. */
interface Origin {
  readonly candidate: TriedSignUp;
  /** In the order in which they are tried. */
  readonly moves: readonly Move[];
  readonly depth: number;
  /** How many rules let it pass. */
  readonly passed: number;
  /** How much speaks for it beforehand. */
  readonly worth: number;
  next: number;
}

/** How many moves one origin tries before it is another's turn. */
const TURN = 6;
/** How many moves about what differs come for one about anything else. */
const CHANGED_TURN = 3;
/** How many moves of a group are paired, and from how many origins. */
const PAIRED = 40;
const PAIRED_ORIGINS = 2;
/** What each step away from the start costs, in moves: near sign-ups are tried before far ones, and are easier to read. */
const DEPTH_COST = 8;
/** What speaks for an origin, in moves. */
const WORTH = { unlike: 20, reason: 20, rule: 8 } as const;

/**
 * Looks for sign-ups that two policies end differently: all that is one thing away from the start, then from each sign-up that the
 * rules treated as none before it, the nearest first; at last several things at once, by chance that is the same each time.
 */
export async function searchSignUps(options: SearchOptions): Promise<Searched> {
  const run = new Search(options);
  await run.begin();
  while (run.isOpen && (await run.step()));
  for (const candidate of run.pairs()) {
    if (!run.isOpen) break;
    await run.try(candidate, 2);
  }
  while (run.isOpen && (await run.byChance()));
  return run.result();
}

class Search {
  #tried = 0;
  readonly #found = new Map<Direction, Counterexample>();
  readonly #seen = new Set<string>();
  readonly #signatures = new Set<string>();
  readonly #reasons = new Set<string>();
  readonly #origins: Origin[] = [];
  readonly #families = new Set<string>();
  /** Differences that minimising led to an accepted family: it need not be done again. */
  readonly #acceptedLike = new Set<string>();
  readonly #random = randomFrom(7);

  constructor(private readonly options: SearchOptions) {}

  get isOpen(): boolean {
    return this.options.mayTry(this.#tried) && this.#found.size < this.options.directions.length;
  }

  result(): Searched {
    return { tried: this.#tried, found: [...this.#found.values()], accepted: this.#families.size };
  }

  async begin(): Promise<void> {
    for (const each of this.options.accepted ?? []) {
      const judgement = await this.options.judge(each);
      const direction = judgement && directionOf(judgement);
      if (judgement && direction)
        this.#families.add(familyOf(await minimised({ direction, candidate: each, ...judgement }, this.options.judge)));
    }
    for (const base of this.options.bases) if (this.isOpen) await this.try(base, 0);
  }

  /** The next turn of the likeliest origin; false where all have had theirs. */
  async step(): Promise<boolean> {
    const cost = ({ next, depth, worth }: Origin) => next + depth * DEPTH_COST - worth;
    const open = this.#origins.filter(({ next, moves }) => next < moves.length);
    const [first] = open;
    if (first === undefined) return false;
    const origin = open.reduce((best, each) => (cost(each) < cost(best) ? each : best), first);
    for (let turn = 0; turn < TURN && this.isOpen; turn++) {
      const move = origin.moves[origin.next++];
      if (move !== undefined) await this.try(move(origin.candidate), origin.depth + 1);
    }
    return true;
  }

  /** Two things at once of those in which the policies differ, from where most rules were passed: neither need show alone. */
  *pairs(): Generator<TriedSignUp> {
    const groups = this.options.groups.filter(({ isChanged }) => isChanged).map(({ moves }) => moves.slice(0, PAIRED));
    const origins = [...this.#origins].sort((one, other) => other.passed - one.passed).slice(0, PAIRED_ORIGINS);
    for (let sum = 0; sum < 2 * PAIRED; sum++) {
      for (const [index, first] of groups.entries()) {
        for (const second of groups.slice(index + 1)) {
          for (let at = Math.max(0, sum - PAIRED); at <= Math.min(sum, PAIRED); at++) {
            const [one, other] = [first[at], second[sum - at]];
            if (one !== undefined && other !== undefined) for (const { candidate } of origins) yield other(one(candidate));
          }
        }
      }
    }
  }

  /** Several moves at once; false where there is nothing to move. */
  async byChance(): Promise<boolean> {
    const { groups } = this.options;
    const origin = this.#pick(this.#origins);
    if (origin === undefined || groups.length === 0) return false;
    const count = 2 + Math.floor(this.#random() * 3);
    const moved = Array.from({ length: count }).reduce<TriedSignUp>(
      (each) => this.#pick(this.#pick(groups)?.moves ?? [])?.(each) ?? each,
      origin.candidate,
    );
    // What was tried before counts too, or a small policy would never come to an end.
    if (this.#seen.has(JSON.stringify(moved))) this.#tried += 1;
    else await this.try(moved, origin.depth + count);
    return true;
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.#random() * from.length)];
  }

  async try(candidate: TriedSignUp, depth: number): Promise<void> {
    const key = JSON.stringify(candidate);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#tried += 1;
    const judgement = await this.options.judge(candidate);
    if (judgement === undefined) return;
    await this.#take(candidate, judgement);
    if (this.#signatures.has(judgement.signature)) return;
    this.#signatures.add(judgement.signature);
    const moves = this.#inOrderFor(judgement);
    this.#origins.push({ candidate, moves, depth, next: 0, passed: passedIn(judgement), worth: this.#worthOf(judgement) });
  }

  /** Policies that differ on the way, a reason that nobody had before, and each rule that was passed. */
  #worthOf({ ends, isUnlike }: PairJudgement): number {
    const reasons = ends.map(({ step, outcome }) =>
      JSON.stringify([step, outcome.verdict, new Set(outcome.reasons).size, outcome.reasons[0]]),
    );
    const isNew = reasons.some((reason) => !this.#reasons.has(reason));
    for (const reason of reasons) this.#reasons.add(reason);
    return (isUnlike ? WORTH.unlike : 0) + (isNew ? WORTH.reason : 0) + passedIn({ ends }) * WORTH.rule;
  }

  async #take(candidate: TriedSignUp, judgement: PairJudgement): Promise<void> {
    const direction = directionOf(judgement);
    if (direction === undefined || !this.options.directions.includes(direction) || this.#found.has(direction)) return;
    const whole = { direction, candidate, ...judgement };
    const like = JSON.stringify([judgement.signature, familyOf(whole), candidate.request.email]);
    if (this.#acceptedLike.has(like)) return;
    const least = await minimised(whole, this.options.judge);
    if (this.#families.has(familyOf(least))) this.#acceptedLike.add(like);
    else this.#found.set(direction, least);
  }

  /** What a policy asked to be corrected comes first. */
  #inOrderFor({ ends }: PairJudgement): readonly Move[] {
    const asked = new Set(ends.flatMap(({ outcome }) => outcome.asked));
    const { groups } = this.options;
    const wanted = groups.filter(({ about }) => asked.has(about));
    return [
      ...inTurns(wanted.map(movesOf)).slice(0, 3 * TURN),
      ...inTurns(groups.map(movesOf), (index) => (groups[index]?.isChanged ? CHANGED_TURN : 1)),
    ];
  }
}

function passedIn({ ends }: Pick<PairJudgement, "ends">): number {
  return Math.max(...ends.map(({ outcome }) => outcome.trace.filter(({ said }) => said === "continue").length));
}

function movesOf({ moves }: MoveGroup): readonly Move[] {
  return moves;
}

/** Numbers from 0 to 1 that are the same at each run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
