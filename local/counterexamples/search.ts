import * as fc from "fast-check";
import { type Counterexample, type Direction, directionOf, familyOf } from "./counterexample";
import type { PairJudge, PairJudgement, TriedSignUp } from "./judge";
import { inOrder, inTurns, type Move, type MoveGroup, withAttribute, withRequest } from "./moves";
import { SEED, STRANGER } from "./values";

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

/** How often a move about what differs is made for one about anything else. */
const CHANGED = 6;

/**
 * Looks for sign-ups that two policies end differently: all that is one thing away from the start, then several things at once,
 * by chance that is the same each time, from each sign-up that the rules treated as none before it.
 */
export async function searchSignUps({ judge, groups, bases, directions, accepted = [], mayTry }: SearchOptions): Promise<Searched> {
  let tried = 0;
  let failure: unknown;
  const found = new Map<Direction, Counterexample>();
  const families = new Set<string>();
  /** Differences that shrinking led to an accepted family: it need not be done again. */
  const acceptedLike = new Set<string>();
  const seen = new Set<string>();
  const signatures = new Set<string>();
  // Where no base can be judged, moves begin there all the same.
  const origins: Origin[] = bases.map((candidate) => ({ candidate, worth: Number.NEGATIVE_INFINITY, next: 0 }));
  for (const candidate of accepted) {
    const judgement = await judge(candidate);
    const direction = judgement && directionOf(judgement);
    if (judgement && direction) families.add(familyOf(await minimised({ direction, candidate, ...judgement }, judge)));
  }

  async function look(candidate: TriedSignUp): Promise<void> {
    // What was tried before counts too, or a small policy would never come to an end.
    tried += 1;
    const key = JSON.stringify(candidate);
    if (seen.has(key)) return;
    seen.add(key);
    const judgement = await judge(candidate);
    if (judgement === undefined) return;
    if (!signatures.has(judgement.signature)) origins.push({ candidate, worth: worthOf(judgement), next: 0 });
    signatures.add(judgement.signature);
    const direction = directionOf(judgement);
    if (direction === undefined || !directions.includes(direction) || found.has(direction)) return;
    const whole = { direction, candidate, ...judgement };
    const like = JSON.stringify([judgement.signature, familyOf(whole), candidate.request.email]);
    if (acceptedLike.has(like)) return;
    const least = await minimised(whole, judge);
    if (families.has(familyOf(least))) acceptedLike.add(like);
    else found.set(direction, least);
  }

  const property = fc.asyncProperty(signUps(origins, groups), async (candidate) => {
    await look(candidate).catch((error: unknown) => {
      failure = error;
    });
    return failure === undefined && mayTry(tried) && found.size < directions.length;
  });
  await fc.check(property, { seed: SEED, numRuns: Number.POSITIVE_INFINITY, endOnFailure: true, examples: bases.map((each) => [each]) });
  if (failure !== undefined) throw failure;
  return { tried, found: [...found.values()], accepted: families.size };
}

/** A sign-up from which others are made. */
interface Origin {
  readonly candidate: TriedSignUp;
  /** How much speaks for it, in moves. */
  readonly worth: number;
  /** How many moves from it were made. */
  next: number;
}

/** Policies that differ on the way, and each rule that was passed. */
function worthOf({ ends, isUnlike }: PairJudgement): number {
  const passed = ends.map(({ outcome }) => outcome.trace.filter(({ said }) => said === "continue").length);
  return (isUnlike ? 20 : 0) + Math.max(...passed) * 10;
}

/** One move away from the likeliest origin, or several from any. There are more and more origins. */
function signUps(origins: readonly Origin[], groups: readonly MoveGroup[]): fc.Arbitrary<TriedSignUp> {
  // Of what differs, three are tried for one of anything else.
  const thirds = (moves: readonly Move[]) => [0, 1, 2].map((turn) => moves.filter((_, index) => index % 3 === turn));
  const near = inTurns(groups.flatMap(({ moves, isChanged }) => (isChanged ? thirds(moves) : [moves])));
  const next = fc.constant(undefined).map(() => {
    const origin = origins.reduce((best, each) => (each.next - each.worth < best.next - best.worth ? each : best));
    return (near[origin.next++ % near.length] as Move)(origin.candidate);
  });
  const any = fc.noBias(fc.nat()).map((number) => origins[number % origins.length] as Origin);
  const move = fc.oneof(...groups.map(({ moves, isChanged }) => ({ weight: isChanged ? CHANGED : 1, arbitrary: likelyFirst(moves) })));
  const several = fc
    .tuple(any, fc.array(move, { minLength: 2, maxLength: 3 }))
    .map(([{ candidate }, moves]) => inOrder(...moves)(candidate));
  return fc.oneof(next, several);
}

function likelyFirst(moves: readonly Move[]): fc.Arbitrary<Move> {
  const index = fc.noBias(fc.nat(moves.length - 1));
  return fc.tuple(index, index).map((two) => moves[Math.min(...two)] as Move);
}

/** The smallest sign-up to which leaving out and shortening leads, and that still ends so. */
async function minimised(found: Counterexample, judge: PairJudge): Promise<Counterexample> {
  let least = found;
  const simpler = simplerMoves(found.candidate);
  const differs = new Map([[JSON.stringify(found.candidate), true]]);
  const property = fc.asyncProperty(fc.subarray([...simpler]), async (left) => {
    const candidate = simpler.reduce((each, move) => (left.includes(move) ? each : move(each)), found.candidate);
    const key = JSON.stringify(candidate);
    if (!differs.has(key)) {
      const judgement = await judge(candidate);
      differs.set(key, judgement !== undefined && directionOf(judgement) === found.direction);
      if (judgement && differs.get(key)) least = { direction: found.direction, candidate, ...judgement };
    }
    return !differs.get(key);
  });
  await fc.check(property, { numRuns: 1, examples: [[[...simpler]]] });
  return least;
}

const plainer: readonly ((email: string) => string)[] = [
  () => STRANGER,
  (email) => email.replace(/.*@/, "kim@"),
  (email) => email.replace(/@[^.]+\.(?=.*\.)/, "@"),
  (email) => email.toLowerCase(),
];

/** All that makes a sign-up smaller: another address, leaving out, shortening. */
function simplerMoves(candidate: TriedSignUp): readonly Move[] {
  const texts = Object.entries(candidate.request.attributes ?? {}).filter(([, value]) => typeof value === "string");
  return [
    ...plainer.map(
      (change): Move =>
        (each) =>
          withRequest({ email: change(each.request.email) })(each),
    ),
    ...placesIn(candidate).map(
      (place): Move =>
        (each) =>
          without(each, place),
    ),
    ...texts.flatMap(([name]) => Array.from({ length: 8 }, (): Move => (each) => shortened(each, name))),
  ];
}

function shortened(candidate: TriedSignUp, name: string): TriedSignUp {
  const text = candidate.request.attributes?.[name];
  return typeof text === "string" ? withAttribute(name, text.slice(0, Math.ceil(text.length / 2)).trim())(candidate) : candidate;
}

/** The places of all that a value holds, the greatest first; the last of a list first: the others keep their places. */
function placesIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value).reverse();
  return [...entries.map(([name]) => [name]), ...entries.flatMap(([name, inner]) => placesIn(inner).map((place) => [name, ...place]))].sort(
    (one, other) => one.length - other.length,
  );
}

/** Without what is at a place. A request and its address stay. */
function without<T>(value: T, [name = "", ...rest]: readonly string[]): T {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return value;
  if (rest.length === 0 && ["email", "request"].includes(name)) return value;
  const inner = rest.length === 0 ? [] : [without((value as Record<string, unknown>)[name], rest)];
  if (Array.isArray(value)) return value.toSpliced(Number(name), 1, ...inner) as T;
  const { [name]: _, ...others } = value as Record<string, unknown>;
  return (rest.length === 0 ? others : { ...value, [name]: inner[0] }) as T;
}
