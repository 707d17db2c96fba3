import { getDomain } from "tldts";
import { normaliseDomain } from "../../engine/sign-up/email";

/** Names that no host on the Internet can have (RFC 6761, RFC 6762, RFC 9476). */
const isNobodys = /(?:^|\.)(?:alt|internal|invalid|local|localdomain|localhost|onion|test)$/;

/** Maps other domains under which an operator accepts mail to the operator's main domain. */
const operators: Readonly<Record<string, string>> = {
  "googlemail.com": "google.com",
  "psmtp.com": "google.com",
  "smtp.goog": "google.com",
  "mx.microsoft": "outlook.com",
};

/**
 * Returns the registrable domain of the first valid exchange. A null MX (RFC 7505), an IP address and a reserved name are not valid.
 * @param exchanges the preferred one first
 */
export function findMailHost(exchanges: readonly string[]): string | undefined {
  for (const exchange of exchanges) {
    // Mail servers deliver to `_mx.contoso.com`, although host names have no underscores. So the check replaces each underscore.
    const name = normaliseDomain(exchange.replaceAll("_", "x"));
    if (name === undefined || isNobodys.test(name)) continue;
    const registeredDomain = getDomain(name) ?? name;
    // Skips an exchange whose registrable domain has an underscore, because registries do not register such names.
    if (lastLabels(exchange, registeredDomain.split(".").length).includes("_")) continue;
    return Object.hasOwn(operators, registeredDomain) ? operators[registeredDomain] : registeredDomain;
  }
  return undefined;
}

function lastLabels(name: string, count: number): string {
  return name.replace(/\.$/, "").split(".").slice(-count).join(".");
}
