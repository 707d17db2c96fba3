import type { Applicant } from "./bodies";

/**
 * Before and after the @, in characters; both with the @ make the 113 of the whole. Source: "Password policies and account
 * restrictions in Microsoft Entra ID", username policies.
 */
const MAX_LOCAL_LENGTH = 64;
const MAX_DOMAIN_LENGTH = 48;

/** What Entra's article on approvals puts after a guest's name. Accounts that Entra makes itself have a second #. */
const GUEST_MARK = "#EXT";
/** Hexadecimal, as user principal names are compared without regard to case: 48 bits. */
const MARK_LENGTH = 12;

/** All but the alphabet of user principal names. Source: Microsoft Graph, "Create user". */
const foreign = /[^A-Za-z0-9'.\-_!#^~]/g;

/** A tenant's own domain, as in `contoso.onmicrosoft.com`. */
export function isTenantDomain(text: string): boolean {
  return text.length <= MAX_DOMAIN_LENGTH && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text);
}

/**
 * A guest's user principal name: `mina.kang_example.com#EXT@contoso.onmicrosoft.com`. Two addresses never get the same:
 * where letters had to be replaced or cut off, a part of the request's id follows. No address looks like that, as none
 * ends in a domain of one label. Whoever reads the name learns no more of the person from it: the id is a keyed hash.
 * @param isTaken the plain name is somebody else's, who has the same address
 */
export function userPrincipalName({ email, id }: Pick<Applicant, "email" | "id">, tenantDomain: string, isTaken = false): string {
  const plain = email.replace(/@(?=[^@]*$)/, "_");
  const name = plain.replace(foreign, "_");
  const room = MAX_LOCAL_LENGTH - GUEST_MARK.length;
  if (!isTaken && name === plain && name.length <= room) return `${name}${GUEST_MARK}@${tenantDomain}`;
  const mark = Buffer.from(id, "base64url").toString("hex").slice(0, MARK_LENGTH);
  return `${name.slice(0, room - 1 - MARK_LENGTH)}_${mark}${GUEST_MARK}@${tenantDomain}`;
}
