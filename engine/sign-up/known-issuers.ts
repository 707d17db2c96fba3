import { nearestName } from "../nearest-name";
import { ENTRA_ISSUER, MAIL_ISSUER, normaliseIssuer } from "./sign-up";

/** Providers that Entra itself names. A person without a provider counts as coming from the last. */
const known = ["google.com", "facebook.com", MAIL_ISSUER, ENTRA_ISSUER];
const brands = ["google", "facebook"];

/**
 * Whether nobody is likely to sign in with a provider of this name. A federation of the operator's own goes by its domain or
 * URL, of which nothing is known here, unless it is a known one's but for a slip: `gogle.com`.
 */
export function isUnlikelyIssuer(name: string): boolean {
  const issuer = normaliseIssuer(name);
  if (known.includes(issuer) || issuer.includes(":")) return false;
  const [label = "", ...rest] = issuer.split(".");
  return rest.length === 0 || brands.includes(label) || nearestName(label, brands) !== undefined;
}
