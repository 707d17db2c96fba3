import { ENTRA_ISSUER } from "../../lambda/sign-up/sign-up";

/** Whoever comes without a provider counts as coming from the last. */
const known = ["google.com", "facebook.com", "mail", ENTRA_ISSUER];

/**
 * Why nobody is likely to come from a provider of that name; undefined where somebody may. A federation of the
 * operator's own goes by its domain or URL, of which nothing is known here.
 */
export function unknownIssuer(issuer: string | undefined): string | undefined {
  if (issuer === undefined || known.includes(issuer) || /\.|:\/\//.test(issuer)) return undefined;
  return `Nobody may come from a provider called ${issuer}: Entra names google.com, facebook.com, mail; entra stands for none.`;
}
