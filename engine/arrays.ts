/** Groups values by key. The groups, and the values of each group, are in the order of `values`. */
export function groupBy<T, K extends string>(values: readonly T[], keyOf: (value: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}

/** Calls `work` for all values, `size` at a time. @returns the results, in the order of the values */
export async function inBatches<T, R>(all: readonly T[], size: number, work: (each: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let from = 0; from < all.length; from += size) results.push(...(await Promise.all(all.slice(from, from + size).map(work))));
  return results;
}

/** Cuts values into arrays of `size`, the last of which may be shorter. */
export function inChunks<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));
}

/** Reads all pages of a list into one. */
export async function gatherPages<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}
