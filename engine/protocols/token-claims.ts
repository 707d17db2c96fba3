import type { Attributes, AttributeValue } from "../sign-up/sign-up";

/** Of all names and values together. Source: "Custom claims provider", Microsoft identity platform documentation. */
const MAX_CLAIMS_BYTES = 3 * 1024;

/**
 * Attributes as claims of a token, which are texts and lists of texts. Throws TypeError for a value that is neither and cannot
 * be written as one, RangeError for more than a token takes.
 */
export function carryClaims(attributes: Attributes): Attributes {
  const claims = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, asClaim(name, value)]));
  const bytes = Object.entries(claims).reduce((sum, [name, value]) => sum + Buffer.byteLength([name, value].flat().join("")), 0);
  if (bytes > MAX_CLAIMS_BYTES) throw new RangeError(`The claims take ${bytes} bytes; a token takes ${MAX_CLAIMS_BYTES}.`);
  return claims;
}

function asClaim(name: string, value: AttributeValue): AttributeValue {
  if (name.trim() === "") throw new TypeError("A claim has no name.");
  if (Array.isArray(value) && value.every((each) => typeof each !== "object")) return value.map(String);
  if (typeof value === "object") throw new TypeError(`A rule set the claim "${name}" to an object, which a token cannot carry.`);
  return String(value);
}
