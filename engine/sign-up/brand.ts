/**
 * Lets `instanceof` know the objects of a class whichever copy of this package made them. A policy can bring a copy of its own: one
 * that was bundled with it, or installed beside the one that judges it. A subclass still knows its own objects alone.
 * @param name of the class, for all copies
 */
export function brand(type: abstract new (...given: never[]) => object, name: string): void {
  const mark = Symbol.for(`entra-gatehouse:${name}`);
  Object.defineProperty(type.prototype, mark, { value: true });
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== type) return Function.prototype[Symbol.hasInstance].call(this, value);
      return typeof value === "object" && value !== null && mark in value;
    },
  });
}
