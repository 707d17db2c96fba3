import { getDomain } from "tldts";
import { normaliseDomain } from "../../engine/sign-up/email";

/** Names that no host on the Internet can have (RFC 6761, RFC 6762, RFC 9476). */
const isNobodys = /(?:^|\.)(?:alt|internal|invalid|local|localdomain|localhost|onion|test)$/;

/** Operators, by further domains under which they accept mail. */
const operators: Readonly<Record<string, string>> = {
  "googlemail.com": "google.com",
  "psmtp.com": "google.com",
  "smtp.goog": "google.com",
  "mx.microsoft": "outlook.com",
};

/**
 * Returns the registrable domain of the first valid exchange; a null MX (RFC 7505), an IP address or a reserved name is none.
 * @param exchanges the preferred one first
 */
export function findMailHost(exchanges: readonly string[]): string | undefined {
  for (const exchange of exchanges) {
    // Mail servers deliver to `_mx.contoso.com`, although host names have no underscores. So the check replaces each underscore.
    const name = normaliseDomain(exchange.replaceAll("_", "x"));
    if (name === undefined || isNobodys.test(name)) continue;
    const registeredDomain = getDomain(name) ?? name;
    // Registries do not register names with an underscore. So an exchange below such a name is not valid.
    if (lastLabels(exchange, registeredDomain.split(".").length).includes("_")) continue;
    return Object.hasOwn(operators, registeredDomain) ? operators[registeredDomain] : registeredDomain;
  }
  return undefined;
}

function lastLabels(name: string, count: number): string {
  return name.replace(/\.$/, "").split(".").slice(-count).join(".");
}
