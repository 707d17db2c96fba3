import { baseOf } from "../access-list/spellings";
import { normaliseEmail } from "../sign-up/email";
import type { ApprovalRequest } from "./request";

/** What is known of the person who decides. Compared, never stored. */
export interface Decider {
  /** The account's object id in the tenant. */
  readonly objectId?: string | undefined;
  /** Names that may hold their address: user names, e-mail addresses, ARNs. */
  readonly names: readonly string[];
}

/** Whether a request is that of the person who would decide on it: by its account or by any spelling of its address. */
export function isOwnRequest(
  { email, identities, account }: Pick<ApprovalRequest, "email" | "identities" | "account">,
  { objectId, names }: Decider,
): boolean {
  const accounts = [account?.id, ...identities.map(({ issuerAssignedId }) => issuerAssignedId)].filter((each) => each !== undefined);
  if (objectId !== undefined && accounts.some((each) => each.toLowerCase() === objectId.toLowerCase())) return true;
  const own = new Set(names.flatMap(addressIn));
  return [email, ...accounts].flatMap(addressIn).some((address) => own.has(address));
}

/** `kim@contoso.com` of itself, of the end of an ARN, and of a guest's user name `kim_contoso.com#EXT#@fabrikam.onmicrosoft.com`. */
function addressIn(name: string): readonly string[] {
  const last = name.slice(name.lastIndexOf("/") + 1);
  const guest = /^(.+)_([^_]+)#EXT#@/i.exec(last);
  const address = normaliseEmail(guest === null ? last : `${guest[1]}@${guest[2]}`);
  return address === undefined ? [] : [baseOf(address)];
}
