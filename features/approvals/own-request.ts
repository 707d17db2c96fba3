import type { Decider } from "../../engine/audited-change";
import { readAuthorAddress } from "../../engine/directory-account";
import { toBaseSpelling } from "../../engine/sign-up/spellings";
import type { ApprovalRequest } from "./request";

type Owned = Pick<ApprovalRequest, "email" | "identities" | "account" | "ask">;

/** Recognises the decider's own request, or one that they made for a guest, by account or by any spelling of the address. */
export function isOwnRequest({ email, identities, account, ask }: Owned, { objectId, names, addresses = [] }: Decider): boolean {
  const assignedIds = identities.map(({ issuerAssignedId }) => issuerAssignedId);
  const accounts = [account?.id, ask?.by, ...assignedIds].filter((each) => each !== undefined);
  if (objectId !== undefined && accounts.some((each) => each.toLowerCase() === objectId.toLowerCase())) return true;
  const ownAddresses = new Set([...names, ...addresses].flatMap(readAddresses));
  return [email, ...accounts, ...(ask?.addresses ?? [])].flatMap(readAddresses).some((address) => ownAddresses.has(address));
}

/**
 * True if a colleague asked for a guest, and nothing tells whether the decider is that colleague: a command or a system whose session has no
 * address as its name. Who asked never decides, so nobody decides whom nothing tells apart.
 */
export function isAskerUnknown({ ask }: Pick<ApprovalRequest, "ask">, { objectId, names, addresses = [], arn }: Decider): boolean {
  if (ask === undefined) return false;
  // The other names of a caller of AWS are of their machine, and may only look like an address.
  const told = [...(arn === undefined ? names : [arn]), ...addresses];
  return ask.addresses.length === 0 || (objectId === undefined && told.flatMap(readAddresses).length === 0);
}

/** Returns a person's ids and addresses, normalised. Two deciders with one of them in common are the same person. */
export function listIdentities({ objectId, names, addresses = [], arn }: Decider): readonly string[] {
  const ids = [...(objectId === undefined ? [] : [objectId.toLowerCase()]), ...(arn === undefined ? [] : [stripSessionName(arn)])];
  return [...new Set([...ids, ...[...names, ...addresses].flatMap(readAddresses)])];
}

/** Removes the session's name, because the caller of an assumed role chooses it. */
export function stripSessionName(arn: string): string {
  return arn.replace(/^(arn:[^:]*:sts::\d*:assumed-role\/[^/]+)\/.*$/, "$1");
}

/** Returns addresses in base spelling and without `+tag`: otherwise a person's other spelling would look like another person. */
function readAddresses(name: string): readonly string[] {
  const address = readAuthorAddress(name);
  return address === undefined ? [] : [toBaseSpelling(address)];
}

/** Returns true if the person named their own mailbox as the sponsor, in any spelling or with a +tag. */
export function isOwnSponsor({ email, sponsor }: { readonly email: string; readonly sponsor?: string | undefined }): boolean {
  return sponsor !== undefined && toBaseSpelling(email) === toBaseSpelling(sponsor);
}

/** The sponsor that the policy found or the invitation names. Never the person themselves. */
export function findSponsor(request: Pick<ApprovalRequest, "email" | "invitation" | "sponsor">): string | undefined {
  const { email, invitation, sponsor = invitation?.sponsor } = request;
  return isOwnSponsor({ email, sponsor }) ? undefined : sponsor;
}
