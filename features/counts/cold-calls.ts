import type { DecisionRecord } from "../../engine/sign-up/record";

// Counts each hour's cold calls, which waited while Lambda started an environment. Waits are rounded up, so that a row stays small.

const KIND = "cold";

/** Steps in milliseconds. Waits up to `upTo` are rounded up to multiples of `step`. */
const grains = [
  { upTo: 2_000, step: 100 },
  { upTo: 5_000, step: 500 },
  { upTo: 30_000, step: 5_000 },
] as const;

export interface ColdWaits {
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** Undefined if the call was not cold. Undefined for a token, because a token belongs to a sign-in. */
export function coldCallName({ step, coldMs }: Pick<DecisionRecord, "step" | "coldMs">): string | undefined {
  if (coldMs === undefined || step === "before-sending-token") return undefined;
  const { step: grain } = grains.find(({ upTo }) => coldMs <= upTo) ?? grains[2];
  return `${KIND} ${Math.ceil(coldMs / grain) * grain}`;
}

export function readColdWaits(counts: Readonly<Record<string, number>>): ColdWaits | undefined {
  const waits = Object.entries(counts).flatMap(([name, count]) => {
    const [kind, ms] = name.split(" ");
    return kind === KIND ? [{ ms: Number(ms), count }] : [];
  });
  return summariseWaits(waits);
}

/** Undefined if there are no waits. */
export function summariseWaits(waits: readonly { readonly ms: number; readonly count: number }[]): ColdWaits | undefined {
  const sorted = [...waits].sort((one, other) => one.ms - other.ms);
  const all = sorted.reduce((sum, { count }) => sum + count, 0);
  const findQuantile = (share: number) => {
    let left = Math.ceil(share * all);
    for (const { ms, count } of sorted) {
      left -= count;
      if (left <= 0) return ms;
    }
    return 0;
  };
  return all === 0 ? undefined : { count: all, medianMs: findQuantile(0.5), p95Ms: findQuantile(0.95) };
}
