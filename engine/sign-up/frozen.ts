/** The same value, closed to writing at any depth: what one rule is shown must reach the next one unchanged. */
export function frozen<T>(value: T): T {
  // What is no object counts as frozen.
  if (Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  const members = value instanceof Map ? [...value.values()] : Object.values(value as object);
  members.forEach(frozen);
  return value;
}
