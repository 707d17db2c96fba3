export function omit<T extends object, Name extends keyof T>(object: T, ...names: readonly Name[]): Omit<T, Name> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !(names as readonly string[]).includes(name))) as Omit<T, Name>;
}

/** Freezes a value at any depth, and returns it, so that no rule changes what the next one sees. */
export function freeze<T>(value: T): T {
  // Values other than objects count as frozen.
  if (Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  (value instanceof Map ? [...value.values()] : Object.values(value as object)).forEach(freeze);
  return value;
}
