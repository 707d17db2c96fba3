/** What a record does not hold was asked for. */
class UnknownError extends Error {
  override readonly name = "UnknownError";
}

/** An object of which only some members are known: asking for any other, or for all, calls `onMiss` and throws. */
export function partlyKnown<T extends object>(known: T, onMiss: () => void): T {
  const miss = (): never => {
    onMiss();
    throw new UnknownError("a record does not tell this");
  };
  return new Proxy(known, {
    get: (target, name) => (Object.hasOwn(target, name) ? Reflect.get(target, name) : miss()),
    has: (target, name) => Object.hasOwn(target, name) || miss(),
    ownKeys: miss,
    getOwnPropertyDescriptor: (target, name) => Reflect.getOwnPropertyDescriptor(target, name) ?? miss(),
  });
}
