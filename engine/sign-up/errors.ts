import type { UpstreamFailure } from "./upstream";

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

/** A rule looked at the address of somebody who has none: it cannot judge them. */
export class AddressNeededError extends Error {
  static {
    brand(AddressNeededError, "AddressNeededError");
  }
  override readonly name = "AddressNeededError";
  constructor() {
    super("The request has no e-mail address.");
  }
}

/**
 * A call to another system failed. If a rule or a source throws it, the sign-up is blocked and an alarm rings.
 *
 * @example
 * throw new UpstreamError({ service: "crm", kind: "failed", status: 503 });
 */
export class UpstreamError extends Error {
  static {
    brand(UpstreamError, "UpstreamError");
  }
  override readonly name = "UpstreamError";
  constructor(
    readonly failure: UpstreamFailure,
    options?: ErrorOptions,
  ) {
    super(`${failure.service}: ${failure.kind}${failure.status === undefined ? "" : ` (${failure.status})`}`, options);
  }
}
