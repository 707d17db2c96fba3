/** Closes a value to writing at any depth, and returns it: what one rule is shown must reach the next one unchanged. */
export function freeze<T>(value: T): T {
  // Values other than objects count as frozen.
  if (Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  (value instanceof Map ? [...value.values()] : Object.values(value as object)).forEach(freeze);
  return value;
}
