/** By the names that the gate, policies and secrets use for them. */
const vendors: Readonly<Record<string, string>> = { idology: "IDology", experian: "Experian", dns: "DNS" };

/** A vendor as its maker spells it; another system as the policy names it. */
export function serviceName(service: string): string {
  return Object.hasOwn(vendors, service) ? (vendors[service] ?? service) : service;
}
