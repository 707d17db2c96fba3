import { readTypedDomain } from "../../engine/meant-entries";
import { tooOpen } from "../access-list/breadth";
import { classesOf } from "../access-list/classes";
import { isMailProvider } from "../free-mail/free-mail";

/**
 * `mail-provider`: the domain certainly gives everybody an address. `doubtful`: a list says that the domain gives everybody an address or a
 * name. Such lists also name universities, companies and authorities, so an operator can still add the domain.
 */
export type PartnerFlaw = "no-domain" | "mail-provider" | "doubtful";

/** @param anyway true to take a doubtful domain */
export function newPartnerDomain(typedText: string, anyway: boolean): { readonly domain: string } | { readonly flaw: PartnerFlaw } {
  const domain = partnerDomain(typedText);
  if (domain === undefined) return { flaw: "no-domain" };
  if (isMailProvider(domain) || classesOf(domain, ["relay"]).length > 0) return { flaw: "mail-provider" };
  return anyway || tooOpen({ kind: "domain", domain }) === undefined ? { domain } : { flaw: "doubtful" };
}

export function partnerDomain(typedText: string): string | undefined {
  return readTypedDomain(typedText.trim());
}

/** Returns the TXT record that proves a domain. */
export function partnerRecord({ id, token }: { readonly id: string; readonly token: string }): {
  readonly name: string;
  readonly value: string;
} {
  return { name: `_gatehouse.${id}`, value: `gatehouse-partner=${token}` };
}
