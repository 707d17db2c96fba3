import { frozen } from "./frozen";
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
