import { normaliseDomain } from "../../engine/sign-up/email";
import { tooOpen } from "../access-list/breadth";

/** Why a domain cannot be a partner's: `anyones` gives everybody an address or a name. */
export type PartnerFlaw = "no-domain" | "anyones";

/** Reads what somebody typed. @returns the domain, or why it cannot be a partner's */
export function partnerDomain(typed: string): { readonly domain: string } | { readonly flaw: PartnerFlaw } {
  const domain = normaliseDomain(typed.trim().replace(/^@/, ""));
  if (domain === undefined) return { flaw: "no-domain" };
  return tooOpen({ kind: "domain", domain }) === undefined ? { domain } : { flaw: "anyones" };
}

/** The TXT record that proves a domain. */
export function partnerRecord({ id, token }: { readonly id: string; readonly token: string }): {
  readonly name: string;
  readonly value: string;
} {
  return { name: `_gatehouse.${id}`, value: `gatehouse-partner=${token}` };
}
