import { ENTRA_ISSUER, normaliseIssuer } from "../../../engine/sign-up/sign-up";
import { byIdentity, byMail } from "../accounts/bodies";
import { type Graph, odataText } from "../graph";
import { allOf } from "../patient-calls";

/** Entra's clock and ours may differ by so much. */
const SKEW_MS = 5 * 60_000;

/** A person that a decision let in. */
export interface Admitted {
  readonly email: string;
  readonly issuers: readonly string[];
  readonly decidedAt: Date;
  /** Whether their account is one of an external tenant, where everybody is a member of the tenant itself. */
  readonly isCustomer: boolean;
}

/** An account as far as arrivals need it. */
export interface ArrivedAccount {
  readonly id: string;
  readonly userType?: "Guest" | "Member";
}

interface User {
  readonly id: string;
  readonly createdDateTime: string;
  readonly userType?: string | null;
  readonly creationType?: string | null;
  readonly externalUserState?: string | null;
  readonly userPrincipalName?: string | null;
  readonly identities?: readonly { readonly issuer?: string | null }[] | null;
}

const SELECTED = "id,createdDateTime,userType,creationType,externalUserState,userPrincipalName,identities";

/** Several new accounts fit one decision. Nobody can say whose it is, so none of them gets anything. */
export class SeveralAccountsError extends Error {
  override readonly name = "SeveralAccountsError";
  constructor(readonly found: number) {
    super(`${found} new accounts have the address.`);
  }
}

/**
 * The account that a decision led to; undefined where there is none to be seen yet. Only an account made since the decision
 * counts: an older one with the same address is somebody the decision was not about. Throws SeveralAccountsError.
 * @param tenantDomain of an external tenant, which keeps the addresses of local accounts under it
 */
export async function arrivedAccount(
  graph: Pick<Graph, "get" | "address">,
  person: Admitted,
  tenantDomain?: string,
): Promise<ArrivedAccount | undefined> {
  const local = tenantDomain === undefined ? [] : [byIdentity({ issuer: tenantDomain, issuerAssignedId: person.email }, SELECTED)];
  const found = new Map<string, User>();
  // An address that the person changed in their own tenant may remain in `otherMails` alone.
  for (const path of [byMail(person.email, SELECTED), byOtherMail(person.email), ...local]) {
    const users = await allOf<User>(graph, path, ["id"]);
    for (const user of users) if (isOf(user, person)) found.set(user.id, user);
  }
  const [user] = found.values();
  if (found.size > 1) throw new SeveralAccountsError(found.size);
  return user && asArrived(user);
}

function asArrived({ id, userType }: User): ArrivedAccount {
  return { id, ...((userType === "Guest" || userType === "Member") && { userType }) };
}

/** GET: the accounts with this address among their others. */
export function byOtherMail(email: string): string {
  return `/users?$select=${SELECTED}&$filter=${encodeURIComponent(`otherMails/any(m:m eq ${odataText(email)})`)}`;
}

function isOf(user: User, { issuers, decidedAt, isCustomer }: Admitted): boolean {
  const madeSince = Date.parse(user.createdDateTime) >= decidedAt.getTime() - SKEW_MS;
  if (!madeSince || !(isCustomer || isExternal(user))) return false;
  // Accounts of Entra and Microsoft come without an issuer of their own.
  return (
    issuers.includes(ENTRA_ISSUER) || (user.identities ?? []).some(({ issuer }) => !!issuer && issuers.includes(normaliseIssuer(issuer)))
  );
}

/** Somebody from outside: a guest, or a member who came by an invitation or a user flow. Colleagues with the address are neither. */
function isExternal({ userType, creationType, externalUserState, userPrincipalName }: User): boolean {
  if (userType === "Guest") return true;
  const cameFromOutside = creationType === "Invitation" || creationType === "SelfServiceSignUp" || !!externalUserState;
  return userType === "Member" && (cameFromOutside || !!userPrincipalName?.toUpperCase().includes("#EXT#"));
}
