import type { Report } from "./report";

// Estimates how many sign-ups wait until Lambda has started a function, with and without `keepWarm`. AWS does not publish how long an
// environment may be idle, so the benchmark tries durations that people have observed.

/** Times in seconds. */
export interface LambdaBehaviour {
  /** An environment ends after this long without a call. */
  readonly idle: number;
  /** The mean life of an environment that is never idle for `idle` seconds. */
  readonly life: number;
  /** The longest delay with which the schedule starts a warming call. */
  readonly late: number;
}

export interface Load {
  readonly name: string;
  /** Bursts a day. */
  readonly daily: number;
  /** Sign-ups in a burst, within a second. */
  readonly together: number;
}

export interface Waits {
  readonly signUps: number;
  /** Sign-ups with at least one call that started an environment. */
  readonly cold: number;
  /** Sign-ups in which no call started an environment, but some call read a secret or opened a connection again. */
  readonly stale: number;
  /** Mean additional seconds, compared with only hot calls. */
  readonly meanWait: number;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const OFFICE = { from: 8 * HOUR, to: 18 * HOUR } as const;
/** Time for which the gateway caches the authorizer's answer. */
const AUTHORIZED = 5 * MINUTE;
/** Seconds for filling in the form. */
const FORM = { from: 30, to: 3 * MINUTE } as const;
const EVERY = 4 * MINUTE;
/** If an environment gets no call of a person for this long, the next person's call opens a connection and reads a secret again. */
const FRESH = MINUTE;
/** Duration of a call in an environment that is ready, in seconds. */
const CALL = 0.03;

/**
 * Seconds by which a call takes longer than a hot one. `cold`: the call starts an environment. `stale`: the call opens a connection and
 * reads a secret again.
 */
const functions = {
  authorizer: { cold: 0.36, stale: 0.03 },
  first: { cold: 0.5, stale: 0.06 },
  second: { cold: 0.5, stale: 0.06 },
} as const;
type FunctionName = keyof typeof functions;

interface Environment {
  readonly endsAt: number;
  usedAt: number;
  freshAt: number;
  busyUntil: number;
}

class Fleet {
  private environments: Environment[] = [];

  constructor(
    private readonly name: FunctionName,
    private readonly behaviour: LambdaBehaviour,
    private readonly random: () => number,
  ) {}

  /** Prefers the environment that was used last. */
  call(at: number, isWarming: boolean): { readonly kind: "cold" | "stale" | "hot"; readonly wait: number } {
    const { idle, life } = this.behaviour;
    this.environments = this.environments.filter(({ endsAt, usedAt }) => endsAt > at && usedAt + idle > at);
    const free = this.environments.filter(({ busyUntil }) => busyUntil <= at);
    const last = free.sort((one, other) => other.usedAt - one.usedAt)[0];
    const { cold, stale } = functions[this.name];
    if (last === undefined) {
      // Lives vary by up to half of the mean, so that environments do not end together.
      const endsAt = at + life * (0.5 + this.random());
      this.environments.push({ endsAt, usedAt: at, freshAt: at, busyUntil: at + cold + CALL });
      return { kind: "cold", wait: cold };
    }
    const isStale = last.freshAt + FRESH < at;
    last.usedAt = at;
    // A warming call does not read a secret again, so it does not make the environment fresh.
    if (!isWarming) last.freshAt = at;
    last.busyUntil = at + CALL + (isStale ? stale : 0);
    return isStale ? { kind: "stale", wait: stale } : { kind: "hot", wait: 0 };
  }
}

/** Returns a generator of numbers from 0 to 1. The same seed gives the same numbers. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixedBits = Math.imul(state ^ (state >>> 15), 1 | state);
    mixedBits = (mixedBits + Math.imul(mixedBits ^ (mixedBits >>> 7), 61 | mixedBits)) ^ mixedBits;
    return ((mixedBits ^ (mixedBits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A Poisson process within office hours: at each arrival, `together` people arrive within a second. */
function arrivalTimes({ daily, together }: Load, days: number, random: () => number): readonly number[] {
  const times: number[] = [];
  const mean = (OFFICE.to - OFFICE.from) / daily;
  const wait = () => -mean * Math.log(1 - random());
  for (let day = 0; day < days; day++) {
    for (let at = OFFICE.from + wait(); at < OFFICE.to; at += wait())
      for (let person = 0; person < together; person++) times.push(day * DAY + at + random());
  }
  return times.sort((one, other) => one - other);
}

interface Call {
  readonly at: number;
  /** The sign-up's index. Undefined for a warming call. */
  readonly signUp?: number;
  readonly step?: "first" | "second";
}

/** Lists two steps for each sign-up, and the schedule's warming calls, in order of time. */
function listCalls(arrivals: readonly number[], { late }: LambdaBehaviour, days: number, keepWarm: boolean, random: () => number) {
  const calls: Call[] = arrivals.flatMap((at, signUp) => [
    { at, signUp, step: "first" as const },
    { at: at + FORM.from + (FORM.to - FORM.from) * random(), signUp, step: "second" as const },
  ]);
  if (keepWarm) for (let at = 0; at < days * DAY; at += EVERY) calls.push({ at: at + late * random() });
  return calls.sort((one, other) => one.at - other.at);
}

/** The same seed gives the same people with and without `keepWarm`. */
export function simulateWaits(
  arrivals: Load,
  behaviour: LambdaBehaviour,
  { keepWarm, days, seed }: { readonly keepWarm: boolean; readonly days: number; readonly seed: number },
): Waits {
  const people = arrivalTimes(arrivals, days, randomNumbers(seed));
  const random = randomNumbers(seed + 1);
  const fleets = { authorizer: makeFleet("authorizer"), first: makeFleet("first"), second: makeFleet("second") };
  const encounters = people.map(() => ({ cold: false, stale: false, wait: 0 }));
  let authorizedUntil = Number.NEGATIVE_INFINITY;
  for (const { at, signUp, step } of listCalls(people, behaviour, days, keepWarm, random)) {
    if (signUp === undefined || step === undefined) {
      for (const fleet of Object.values(fleets)) fleet.call(at, true);
      continue;
    }
    let now = at;
    const person = encounters[signUp] as (typeof encounters)[number];
    const take = (fleet: Fleet) => {
      const { kind, wait } = fleet.call(now, false);
      now += wait + CALL;
      person.wait += wait;
      if (kind !== "hot") person[kind] = true;
    };
    if (authorizedUntil <= at) {
      take(fleets.authorizer);
      authorizedUntil = now + AUTHORIZED;
    }
    take(fleets[step]);
  }
  const cold = encounters.filter((person) => person.cold).length;
  const stale = encounters.filter((person) => person.stale && !person.cold).length;
  return { signUps: encounters.length, cold, stale, meanWait: encounters.reduce((sum, { wait }) => sum + wait, 0) / encounters.length };

  function makeFleet(name: FunctionName): Fleet {
    return new Fleet(name, behaviour, random);
  }
}

export const behaviours: readonly LambdaBehaviour[] = [5, 8, 11, 15].flatMap((idle) =>
  [2, 5, 8].flatMap((life) => [0, 30, 60].map((late) => ({ idle: idle * MINUTE, life: life * HOUR, late }))),
);

export const loads: readonly Load[] = [
  { name: "10 a day", daily: 10, together: 1 },
  { name: "100 a day", daily: 100, together: 1 },
  { name: "1,000 a day", daily: 1_000, together: 1 },
  { name: "bursts of 2, 5 a day", daily: 5, together: 2 },
  { name: "bursts of 5, 2 a day", daily: 2, together: 5 },
];

const SEED = 20_261_129;
/** Approximate number of simulated sign-ups for each load. */
const SIGN_UPS = 2_000;

export async function coldCalls(): Promise<Report> {
  const heading = [
    "",
    "ends idle after",
    "lives",
    "schedule late by",
    "cold before",
    "cold after",
    "ratio",
    "wait before",
    "wait after",
    "ratio",
  ];
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const tables = loads.map((load) => {
    const days = Math.ceil(SIGN_UPS / (load.daily * load.together));
    const rows = behaviours.map((behaviour) => {
      const before = simulateWaits(load, behaviour, { keepWarm: false, days, seed: SEED });
      const after = simulateWaits(load, behaviour, { keepWarm: true, days, seed: SEED });
      const shares = [before.cold / before.signUps, after.cold / after.signUps] as const;
      const { idle, life, late } = behaviour;
      return [
        ...[load.name, `${idle / MINUTE} min`, `${life / HOUR} h`, `${late} s`, percent(shares[0]), percent(shares[1])],
        (shares[1] / shares[0]).toFixed(3),
        ...[before.meanWait, after.meanWait].map((wait) => `${Math.round(1_000 * wait)} ms`),
        (after.meanWait / before.meanWait).toFixed(3),
      ];
    });
    return [heading, ...rows];
  });
  return {
    title: `Cold calls, simulated: seed ${SEED}, ${SIGN_UPS} sign-ups a cell`,
    tables,
    notes: [
      "cold: sign-ups with a call that started an environment. wait: what a sign-up waits longer than with hot calls, on average.",
      "before: without keepWarm; after: with it. AWS publishes none of the first three columns: they are swept over what was observed.",
    ],
  };
}
