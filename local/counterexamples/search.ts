import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { applyChange, basesFor, triedChanges } from "./changes";
import {
  createPairJudge,
  type Direction,
  type JudgedPolicy,
  type JudgeOptions,
  type Pair,
  type PairJudge,
  type PairJudgement,
  type TriedSignUp,
} from "./judge";
import { placesIn, SEED, STRANGER, without } from "./values";
import { buildVocabulary } from "./vocabulary";

export interface SearchOptions extends JudgeOptions {
  /** Sign-ups to start from, besides a stranger's. */
  readonly seeds?: readonly TriedSignUp[];
  readonly directions: readonly Direction[];
  /** Cases of the draft. The draft's author accepts the differences that they show, and similar ones. */
  readonly accepted?: readonly { readonly candidate: TriedSignUp; readonly verdict: string | undefined }[];
  /** True if the search continues after this number of sign-ups. */
  mayTry(triedCount: number): boolean;
}

/** A sign-up that only one of the policies admits. */
export interface Counterexample extends PairJudgement {
  readonly direction: Direction;
}

export interface Searched {
  /** True if the policies and their rows are the same. If true, no sign-up was tried. */
  readonly isSame: boolean;
  /** Includes repeated sign-ups. */
  readonly tried: number;
  /** The counterexamples, at most one for each direction. */
  readonly found: readonly Counterexample[];
  /** Number of families (`buildFamilyKey`) of differences that the draft's author has accepted by cases. They are not reported. */
  readonly accepted: number;
}

interface Origin extends Pick<PairJudgement, "candidate" | "worth"> {
  next: number;
}

const ENDED = new Error("The search has come to its end.");

/**
 * Searches sign-ups on which the policies differ. With a fixed seed, applies up to three random changes at a time to a base or to a sign-up
 * that the rules treated in a new way.
 */
export async function searchSignUps(policies: Pair<JudgedPolicy>, options: SearchOptions): Promise<Searched> {
  const { seeds = [], directions, accepted = [], mayTry } = options;
  const world = { policies, vocabulary: buildVocabulary(policies.map(({ policy }) => policy)), now: options.now };
  if (world.vocabulary.isSame && isDeepStrictEqual(policies[0].rows, policies[1].rows)) {
    return { isSame: true, tried: 0, accepted: 0, found: [] };
  }
  const judge = createPairJudge(policies, options);
  const bases = [...basesFor(world), ...seeds];
  let triedCount = 0;
  const counterexamplesByDirection = new Map<Direction, Counterexample>();
  const families = new Set<string>();
  const seenKeys = new Set<string>();
  const signatures = new Set<string>();
  // Each base is an origin, even if the base cannot be judged. So there is always a sign-up to change.
  const origins: Origin[] = bases.map((candidate) => ({ candidate, worth: Number.NEGATIVE_INFINITY, next: 0 }));
  for (const { candidate, verdict } of accepted) {
    const judgement = await judge(candidate);
    if (isDifference(judgement) && judgement.ends[1].outcome.verdict === verdict)
      families.add(buildFamilyKey(await minimiseCounterexample(judgement, judge)));
  }

  async function look(candidate: TriedSignUp): Promise<void> {
    // A repeated candidate counts too. Otherwise the search in a small policy would never end.
    triedCount += 1;
    const key = JSON.stringify(candidate);
    if (seenKeys.has(key)) return;
    seenKeys.add(key);
    const judgement = await judge(candidate);
    if (judgement === undefined) return;
    if (!signatures.has(judgement.signature)) origins.push({ candidate, worth: judgement.worth, next: 0 });
    signatures.add(judgement.signature);
    if (!isDifference(judgement) || !directions.includes(judgement.direction) || counterexamplesByDirection.has(judgement.direction))
      return;
    const least = await minimiseCounterexample(judgement, judge);
    if (!families.has(buildFamilyKey(least))) counterexamplesByDirection.set(least.direction, least);
  }

  for (const base of bases) await look(base);
  const steps = fc.tuple(fc.boolean(), fc.noBias(fc.nat()), fc.array(triedChanges(world), { minLength: 1, maxLength: 3 }));
  const property = fc.asyncProperty(steps, async ([isLikely, number, changes]) => {
    const likeliest = origins.reduce((best, each) => (each.next - each.worth < best.next - best.worth ? each : best));
    const origin = isLikely ? likeliest : (origins[number % origins.length] as Origin);
    origin.next += 1;
    await look((isLikely ? changes.slice(0, 1) : changes).reduce(applyChange, origin.candidate));
    if (!mayTry(triedCount) || counterexamplesByDirection.size === directions.length) throw ENDED;
  });
  const { errorInstance } = await fc.check(property, { seed: SEED, numRuns: Number.POSITIVE_INFINITY, endOnFailure: true });
  if (errorInstance !== ENDED) throw errorInstance;
  return { isSame: false, tried: triedCount, found: [...counterexamplesByDirection.values()], accepted: families.size };
}

function isDifference(judgement: PairJudgement | undefined): judgement is Counterexample {
  return judgement?.direction !== undefined;
}

/** One accepted case allows its whole family. The values of attributes may differ within a family. */
function buildFamilyKey({ direction, candidate, ends }: Counterexample): string {
  const { request, rows = {}, answers = {}, earlier, repeat } = candidate;
  const { email, issuer, tenant, attributes = {} } = request;
  const domain = email === STRANGER ? "any" : email.slice(email.lastIndexOf("@") + 1).toLowerCase();
  const endKeys = ends.map(({ isAdmitted, step, outcome }) => isAdmitted || [step, outcome.reasons]);
  const before = [Object.keys(rows), Object.keys(answers), earlier, repeat];
  return JSON.stringify([direction, endKeys, domain, issuer, tenant, Object.keys(attributes).sort(), before]);
}

const plainer: readonly ((email: string) => string)[] = [
  () => STRANGER,
  (email) => email.replace(/.*@/, "kim@"),
  (email) => email.replace(/@[^.]+\.(?=.*\.)/, "@"),
  (email) => email.toLowerCase().replace(/\.$/, ""),
];

async function minimiseCounterexample(counterexample: Counterexample, judge: PairJudge): Promise<Counterexample> {
  let least = counterexample;
  const simpler = [
    ...plainer.map((other) => (each: TriedSignUp) => ({ ...each, request: { ...each.request, email: other(each.request.email) } })),
    ...placesIn(counterexample.candidate).map((place) => (each: TriedSignUp) => without(each, place)),
  ];
  // The first candidate is the counterexample itself. Shrinking shortens `remainingMoves`, so more and more moves are applied.
  const candidates = fc.subarray(simpler).map(
    (remainingMoves) => simpler.reduce((each, move) => (remainingMoves.includes(move) ? each : move(each)), counterexample.candidate),
    () => simpler,
  );
  const property = fc.asyncProperty(candidates, async (candidate) => {
    const judgement = await judge(candidate);
    const isLess = isDifference(judgement) && judgement.direction === counterexample.direction;
    if (isLess) least = judgement;
    return !isLess;
  });
  await fc.check(property, { numRuns: 1, examples: [[counterexample.candidate]], ignoreEqualValues: true });
  return least;
}
