import { readNamedAddress } from "../../engine/directory-account";
import type { Decider } from "../../engine/operator/actor";
import { toBaseSpelling } from "../../engine/sign-up/spellings";
import type { ApprovalRequest } from "./request";

/** Recognises the decider's own request by account or by any spelling of the address. */
export function isOwnRequest(
  { email, identities, account }: Pick<ApprovalRequest, "email" | "identities" | "account">,
  { objectId, names }: Decider,
): boolean {
  const accounts = [account?.id, ...identities.map(({ issuerAssignedId }) => issuerAssignedId)].filter((each) => each !== undefined);
  if (objectId !== undefined && accounts.some((each) => each.toLowerCase() === objectId.toLowerCase())) return true;
  const ownAddresses = new Set(names.flatMap(readAddresses));
  return [email, ...accounts].flatMap(readAddresses).some((address) => ownAddresses.has(address));
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
  const address = readNamedAddress(name.slice(name.lastIndexOf("/") + 1));
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
