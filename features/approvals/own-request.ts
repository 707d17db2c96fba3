import { guestAddress, isGuestName } from "../../engine/directory-account";
import { normaliseEmail } from "../../engine/sign-up/email";
import { toBaseSpelling } from "../../engine/sign-up/kept-spellings";
import type { ApprovalRequest } from "./request";

export interface Decider {
  readonly objectId?: string | undefined;
  /** Names that may contain the decider's address: user names, e-mail addresses, ARNs. */
  readonly names: readonly string[];
  /**
   * Addresses that certainly belong to the decider: the addresses of the session, or the address to which a mail went. A stage may ask for
   * the decider by these addresses.
   */
  readonly addresses?: readonly string[] | undefined;
  /** App roles and groups (object ids) of the decider's session. */
  readonly roles?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly arn?: string | undefined;
  /** Addresses of approvers who currently delegate to the decider. */
  readonly standsInFor?: readonly string[] | undefined;
}

/** True if a request is the decider's own: by its account or by any spelling of its address. */
export function isOwnRequest(
  { email, identities, account }: Pick<ApprovalRequest, "email" | "identities" | "account">,
  { objectId, names }: Decider,
): boolean {
  const accounts = [account?.id, ...identities.map(({ issuerAssignedId }) => issuerAssignedId)].filter((each) => each !== undefined);
  if (objectId !== undefined && accounts.some((each) => each.toLowerCase() === objectId.toLowerCase())) return true;
  const ownAddresses = new Set(names.flatMap(readAddresses));
  return [email, ...accounts].flatMap(readAddresses).some((address) => ownAddresses.has(address));
}

/** Returns the ids and addresses of a person, in normalised spelling. Two deciders with one of them in common are the same person. */
export function listIdentities({ objectId, names, addresses = [], arn }: Decider): readonly string[] {
  const ids = [...(objectId === undefined ? [] : [objectId.toLowerCase()]), ...(arn === undefined ? [] : [stripSessionName(arn)])];
  return [...new Set([...ids, ...[...names, ...addresses].flatMap(readAddresses)])];
}

/** Returns the ARN of an assumed role without its session, because the caller chooses the session's name. */
export function stripSessionName(arn: string): string {
  return arn.replace(/^(arn:[^:]*:sts::\d*:assumed-role\/[^/]+)\/.*$/, "$1");
}

/**
 * Returns the address in a name, in its base spelling and without its `+tag`. Otherwise another spelling of a person's own address would
 * look like another person's.
 */
function readAddresses(name: string): readonly string[] {
  return addressNamed(name).map(toBaseSpelling);
}

/**
 * Finds the address in `kim@contoso.com`, at the end of an ARN, and in a guest's user name `kim_contoso.com#EXT#@fabrikam.onmicrosoft.com`,
 * which has one # in accounts made through Graph. Use it to tell people apart, not to ask them: any tenant can issue such names.
 */
function addressNamed(name: string): readonly string[] {
  const last = name.slice(name.lastIndexOf("/") + 1);
  const address = isGuestName(last) ? guestAddress(last) : normaliseEmail(last);
  return address === undefined ? [] : [address];
}

/** True if people would sponsor themselves, in any spelling of their mailbox or with a +tag. */
export function isOwnSponsor({ email, sponsor }: { readonly email: string; readonly sponsor?: string | undefined }): boolean {
  return sponsor !== undefined && toBaseSpelling(email) === toBaseSpelling(sponsor);
}

/** Returns the address of the sponsor that the policy found or the invitation names. Never the person themselves. */
export function findSponsor(request: Pick<ApprovalRequest, "email" | "invitation" | "sponsor">): string | undefined {
  const { email, invitation, sponsor = invitation?.sponsor } = request;
  return isOwnSponsor({ email, sponsor }) ? undefined : sponsor;
}
