import type { Visit } from "./visit";

/** Several parts of a page may ask for the same: a visit reads or computes it once. */
export function oncePerVisit<T>(read: (visit: Visit) => T): (visit: Visit) => T {
  const known = new WeakMap<Visit, { readonly value: T }>();
  return (visit) => {
    const found = known.get(visit) ?? { value: read(visit) };
    known.set(visit, found);
    return found.value;
  };
}
