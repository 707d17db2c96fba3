import { getDomain } from "tldts";
import { normaliseDomain } from "../../engine/sign-up/email";

/** Names that no host on the Internet has (RFC 6761, RFC 6762, RFC 9476). */
const isNobodys = /(?:^|\.)(?:alt|internal|invalid|local|localdomain|localhost|onion|test)$/;

/** Further domains by which one operator accepts mail. */
const operators: Readonly<Record<string, string>> = {
  "googlemail.com": "google.com",
  "psmtp.com": "google.com",
  "smtp.goog": "google.com",
  "mx.microsoft": "outlook.com",
};

/**
 * The operator of a domain's mail: the registrable domain of the first possible exchange, `google.com`. Undefined if there is none: a
 * null MX (RFC 7505), an IP address, a reserved name.
 * @param exchanges as a resolver returned them, the preferred one first
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
