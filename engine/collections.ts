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

export async function mapInBatches<T, R>(all: readonly T[], size: number, work: (each: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let from = 0; from < all.length; from += size) results.push(...(await Promise.all(all.slice(from, from + size).map(work))));
  return results;
}

export function splitIntoChunks<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));
}

export async function gatherPages<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

export function omit<T extends object, Name extends keyof T>(object: T, ...names: readonly Name[]): Omit<T, Name> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !(names as readonly string[]).includes(name))) as Omit<T, Name>;
}

/** Freezes a value at any depth, and returns it. So no rule can change what the next rule sees. */
export function freeze<T>(value: T): T {
  // `Object.isFrozen` is also true for values that are not objects. Views of buffers cannot be frozen.
  if (Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  (value instanceof Map ? [...value.values()] : Object.values(value as object)).forEach(freeze);
  return value;
}
