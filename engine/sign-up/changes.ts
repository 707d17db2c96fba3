import type { Attributes, SignUp } from "./sign-up";

/** Attributes whose values are not yet those of `before`. */
export function changes(before: Attributes, after: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => !Object.hasOwn(before, name) || JSON.stringify(before[name]) !== JSON.stringify(value)),
  );
}

/** The sign-up with these attributes set; the same object where there are none. */
export function withAttributes(signUp: SignUp, attributes: Attributes): SignUp {
  if (Object.keys(attributes).length === 0) return signUp;
  return frozen({ ...signUp, attributes: { ...signUp.attributes, ...attributes } });
}

/** The same value, closed to writing at any depth: what one rule is shown must reach the next one unchanged. */
export function frozen<T>(value: T): T {
  // What is no object counts as frozen.
  if (Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  const members = value instanceof Map ? [...value.values()] : Object.values(value as object);
  members.forEach(frozen);
  return value;
}
