import { getDomain } from "tldts";
import { normaliseDomain } from "../../engine/sign-up/email";

/** Names that no host on the Internet has (RFC 6761, RFC 6762, RFC 9476). */
const isNobodys = /(?:^|\.)(?:alt|internal|invalid|local|localdomain|localhost|onion|test)$/;

/** Domains by which one operator takes mail beside its own. */
const operators: Readonly<Record<string, string>> = {
  "googlemail.com": "google.com",
  "psmtp.com": "google.com",
  "smtp.goog": "google.com",
  "mx.microsoft": "outlook.com",
};

/**
 * Who takes a domain's mail: the registrable domain of the first exchange that can be one, `google.com`. Undefined where none
 * can: a null MX (RFC 7505), an IP address, a name that is nobody's.
 * @param exchanges as a resolver gave them, the preferred one first
 */
export function mailHostOf(exchanges: readonly string[]): string | undefined {
  for (const exchange of exchanges) {
    const name = normaliseDomain(exchange);
    if (name === undefined || isNobodys.test(name)) continue;
    const registered = getDomain(name) ?? name;
    return Object.hasOwn(operators, registered) ? operators[registered] : registered;
  }
  return undefined;
}
