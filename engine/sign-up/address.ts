import { brand } from "./brand";
import type { Attributes, SignUp, Step } from "./sign-up";
import type { AnyVerdict } from "./verdict";

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
 * The person's address, or undefined if the request has none. Reading `signUp.email` would then end the sign-up with the
 * reason `request.email`.
 *
 * @example
 * defineRule({
 *   name: "staff",
 *   decide: (signUp) => ({ kind: "continue", findings: { staff: addressOf(signUp)?.endsWith("@contoso.com") ?? false } }),
 * })
 */
export function addressOf(signUp: Partial<Pick<SignUp, "email">>): string | undefined {
  const email: unknown = Object.getOwnPropertyDescriptor(signUp, "email")?.value;
  return typeof email === "string" && email !== "" ? email : undefined;
}

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

/** The verdict of a rule that needs an address and has none. Before a token is sent the rule sets nothing. */
export function withoutAddress(step: Step): AnyVerdict {
  return step === "before-sending-token" ? { kind: "continue" } : { kind: "block", reason: "request.email" };
}
