/** Freezes a value at any depth, and returns it, so that no rule changes what the next one sees. */
export function freeze<T>(value: T): T {
  // Values other than objects count as frozen.
  if (Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  (value instanceof Map ? [...value.values()] : Object.values(value as object)).forEach(freeze);
  return value;
}
