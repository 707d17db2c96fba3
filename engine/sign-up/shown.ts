import { addressOf } from "./email";
import { AddressNeededError } from "./errors";
import type { Attributes, SignUp } from "./sign-up";

/**
 * A sign-up as rules are shown it: to read or copy an address that is not there fails, so that no rule goes on by its absence.
 * Before a token is sent nobody is let in, and the address is empty.
 */
export function guardedAddress(signUp: SignUp): SignUp {
  if (signUp.step === "before-sending-token" || addressOf(signUp) !== undefined) return signUp;
  const email = {
    // A spread, or JSON, would go on without it.
    enumerable: true,
    get: () => {
      throw new AddressNeededError();
    },
  };
  return Object.defineProperty({ ...signUp }, "email", email);
}

/** The same with other attributes, for a rule that does not ask for the address. */
export function shownWith(signUp: SignUp, attributes: Attributes): SignUp {
  const members = { ...Object.getOwnPropertyDescriptors(signUp), attributes: { value: attributes, enumerable: true } };
  return Object.create(Object.prototype, members);
}

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
