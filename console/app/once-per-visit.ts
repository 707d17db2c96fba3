import type { Visit } from "./visit";

/** Several parts of a page may ask for the same: a visit reads it once. */
export function oncePerVisit<T>(read: (visit: Visit) => Promise<T>): (visit: Visit) => Promise<T> {
  const known = new WeakMap<Visit, Promise<T>>();
  return (visit) => {
    const found = known.get(visit) ?? read(visit);
    known.set(visit, found);
    return found;
  };
}
