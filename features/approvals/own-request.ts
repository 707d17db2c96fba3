import { normaliseEmail } from "../../engine/sign-up/email";
import { baseOf } from "../../engine/sign-up/kept-spellings";
import type { ApprovalRequest } from "./request";

/** What is known of the person who decides. Compared, never stored. */
export interface Decider {
  /** The account's object id in the tenant. */
  readonly objectId?: string | undefined;
  /** Names that may hold their address: user names, e-mail addresses, ARNs. */
  readonly names: readonly string[];
  /** Addresses that are surely theirs: of their session, or the one that a mail went to. A stage may ask them by these. */
  readonly addresses?: readonly string[] | undefined;
  /** App roles and groups (object ids) of their session. */
  readonly roles?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
  /** As AWS knows a caller. */
  readonly arn?: string | undefined;
  /** Addresses of approvers who delegated to them, as of now. */
  readonly standsInFor?: readonly string[] | undefined;
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

/** Every name that somebody is known by, in one spelling: two deciders who share one are the same person. */
export function identitiesOf({ objectId, names, addresses = [], arn }: Decider): readonly string[] {
  const ids = [...(objectId === undefined ? [] : [objectId.toLowerCase()]), ...(arn === undefined ? [] : [principalOf(arn)])];
  return [...new Set([...ids, ...[...names, ...addresses].flatMap(addressIn)])];
}

/** The ARN of an assumed role without its session: a caller who assumes a role names the session freely. */
export function principalOf(arn: string): string {
  return arn.replace(/^(arn:[^:]*:sts::\d*:assumed-role\/[^/]+)\/.*$/, "$1");
}

/** The same without a `+tag`, so that no other spelling of somebody's own address passes for another person's. */
function addressIn(name: string): readonly string[] {
  return addressNamed(name).map(baseOf);
}

/**
 * `kim@contoso.com` of itself, of the end of an ARN, and of a guest's user name `kim_contoso.com#EXT#@fabrikam.onmicrosoft.com`, which
 * has one # in accounts made through Graph. Good to tell people apart, not to ask them: anybody's tenant can give such names.
 */
function addressNamed(name: string): readonly string[] {
  const last = name.slice(name.lastIndexOf("/") + 1);
  const guest = /^(.+)_([^_]+)#EXT#?@/i.exec(last);
  const address = normaliseEmail(guest === null ? last : `${guest[1]}@${guest[2]}`);
  return address === undefined ? [] : [address];
}

/** Whether somebody would answer for themselves, in whatever spelling of their mailbox, or at a +tag of it. */
export function isOwnSponsor({ email, sponsor }: { readonly email: string; readonly sponsor?: string | undefined }): boolean {
  return sponsor !== undefined && baseOf(email) === baseOf(sponsor);
}

/** Who answers for the person of a request, as the policy found or the invitation says: an address. Nobody answers for themselves. */
export function sponsorOf(request: Pick<ApprovalRequest, "email" | "invitation" | "sponsor">): string | undefined {
  const { email, invitation, sponsor = invitation?.sponsor } = request;
  return isOwnSponsor({ email, sponsor }) ? undefined : sponsor;
}
