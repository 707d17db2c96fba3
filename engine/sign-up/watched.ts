/** What a rule was shown, and what it looked at of it. */
export interface Watched<T extends object> {
  readonly object: T;
  /** Whether the rule may have looked at that member, present or not. */
  lookedAt(name: string): boolean;
}

/** The object itself: all of it counts as looked at. */
export function unwatched<T extends object>(object: T): Watched<T> {
  return { object, lookedAt: () => true };
}

/**
 * The object with a note of each member that is read, for a rule that is costly to ask again. Whoever lists the members
 * has looked at all of them. `structuredClone` refuses it, as it refuses any proxy; a spread copies it.
 */
export function watched<T extends object>(target: T): Watched<T> {
  const names = new Set<PropertyKey>();
  let all = false;
  const object = new Proxy(target, {
    get(from, name) {
      names.add(name);
      return Reflect.get(from, name);
    },
    has(from, name) {
      names.add(name);
      return Reflect.has(from, name);
    },
    getOwnPropertyDescriptor(from, name) {
      names.add(name);
      return Reflect.getOwnPropertyDescriptor(from, name);
    },
    ownKeys(from) {
      all = true;
      return Reflect.ownKeys(from);
    },
  });
  return { object, lookedAt: (name) => all || names.has(name) };
}
