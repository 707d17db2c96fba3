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
