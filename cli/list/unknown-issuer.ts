import type { Entry } from "../../engine/access-list/entry";
import { ENTRA_ISSUER } from "../../engine/sign-up/sign-up";

/** Whoever comes without a provider counts as coming from the last. */
const known = ["google.com", "facebook.com", "mail", ENTRA_ISSUER];

/**
 * Why nobody is likely to come from the providers that a row names; none where somebody may. A federation of the
 * operator's own goes by its domain or URL, of which nothing is known here.
 * @param issuer the row's own column
 */
export function unknownIssuers(entry: Entry, issuer: string | undefined): readonly string[] {
  const named = new Set(["issuer" in entry ? entry.issuer : undefined, issuer]);
  return [...named].flatMap((each) => (each === undefined || known.includes(each) || /[.:]/.test(each) ? [] : [warning(each)]));
}

function warning(issuer: string): string {
  return `Nobody may come from a provider called ${issuer}: Entra names google.com, facebook.com, mail; entra stands for none.`;
}
