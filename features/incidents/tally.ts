export const countedBy = ["domain", "provider", "rule", "network", "gate"] as const;
export type CountedBy = (typeof countedBy)[number];

/** The most frequent values of each mark, with their counts. `others` is the count of the rest. */
export type TopCounts = Readonly<Record<CountedBy, CountedValues>>;
export interface CountedValues {
  readonly top: readonly (readonly [string, number])[];
  readonly others: number;
}

/** Values counted individually. Later ones are counted together, to limit memory. */
const MOST_VALUES = 2_000;
const SHOWN = 20;

export class Tally {
  readonly #counts = new Map<string, number>();
  #others = 0;

  add(value: string): void {
    const count = this.#counts.get(value);
    if (count === undefined && this.#counts.size >= MOST_VALUES) this.#others += 1;
    else this.#counts.set(value, (count ?? 0) + 1);
  }

  top(): CountedValues {
    const sorted = [...this.#counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    const rest = sorted.slice(SHOWN).reduce((sum, [, count]) => sum + count, 0);
    return { top: sorted.slice(0, SHOWN), others: rest + this.#others };
  }
}
