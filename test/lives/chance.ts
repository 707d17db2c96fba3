/** Chance that can be had once more: all that happens in a town follows from its seed. */
export interface Chance {
  /** From 0 to 1. */
  next(): number;
  /** Whether something happens that happens so often. */
  is(probability: number): boolean;
  /** A whole number from 0, below `count`. */
  below(count: number): number;
  /** Undefined of an empty list. */
  oneOf<T>(all: readonly T[]): T | undefined;
}

/** Mulberry32: small, and good enough for tests. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  return { next, below, is: (probability) => next() < probability, oneOf: (all) => all[below(all.length)] };
}
