import { isGuestName } from "../../engine/directory-account";
import { ENTRA_ISSUER, normaliseIssuer } from "../../engine/sign-up/issuers";
import { type Graph, isUnknownObject, odataText, otherForm } from "./graph";
import { fetchAllPages, hasTexts } from "./patient-calls";
import { byIdentity, byMail } from "./users";

/** Entra's clock and ours may differ by so much. */
const SKEW_MS = 5 * 60_000;

/** A person that a decision let in. */
export interface Admitted {
  readonly email: string;
  readonly issuers: readonly string[];
  readonly decidedAt: Date;
  /** True for an account of an external tenant, where everybody is a member. */
  readonly isCustomer: boolean;
}

/** An account as far as arrivals need it. */
export interface ArrivedAccount {
  readonly id: string;
  readonly userType?: "Guest" | "Member";
}

/** An account that may be the one that a decision led to. */
export interface CandidateAccount extends ArrivedAccount {
  readonly createdDateTime: string;
  /** `theirs`: it came from outside, by the person's own provider. Otherwise its likely owner. */
  readonly is: "theirs" | "colleague" | "other-provider";
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

/** Several new accounts fit one decision. As their owners are unknown, none of them gets anything. */
export class SeveralAccountsError extends Error {
  override readonly name = "SeveralAccountsError";
  constructor(readonly foundCount: number) {
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
  const users = await usersWithAddress(graph, person.email, tenantDomain);
  const [user, ...others] = users.filter((each) => isAdmittedAccount(each, person));
  if (others.length > 0) throw new SeveralAccountsError(others.length + 1);
  return user && asArrived(user);
}

/** The account of an object id, or else all accounts with the person's address, whenever they were made. */
export async function candidateAccounts(
  graph: Pick<Graph, "get" | "address">,
  person: Omit<Admitted, "decidedAt">,
  { id, tenantDomain }: { readonly id?: string | undefined; readonly tenantDomain?: string | undefined },
): Promise<readonly CandidateAccount[]> {
  const users = id === undefined ? await usersWithAddress(graph, person.email, tenantDomain) : await userOfId(graph, id);
  return users.map((user) => ({ ...asArrived(user), createdDateTime: user.createdDateTime, is: classifyAccount(user, person) }));
}

async function usersWithAddress(graph: Pick<Graph, "get" | "address">, email: string, tenantDomain?: string): Promise<readonly User[]> {
  const local = tenantDomain === undefined ? [] : [byIdentity({ issuer: tenantDomain, issuerAssignedId: email }, SELECTED)];
  const usersById = new Map<string, User>();
  // An address that the person changed in their own tenant may remain in `otherMails` alone.
  for (const path of [byMail(email, SELECTED), byOtherMail(email), ...local]) {
    for (const user of await fetchAllPages<User>(graph, path, ["id", "createdDateTime"])) usersById.set(user.id, user);
  }
  return [...usersById.values()];
}

async function userOfId(graph: Pick<Graph, "get" | "address">, id: string): Promise<readonly User[]> {
  const path = `/users/${encodeURIComponent(id)}?$select=${SELECTED}`;
  try {
    const user = await graph.get<User>(path);
    if (!hasTexts(user, ["id", "createdDateTime"])) throw otherForm(graph, "GET", path);
    return [user];
  } catch (error) {
    if (isUnknownObject(error)) return [];
    throw error;
  }
}

function asArrived({ id, userType }: User): ArrivedAccount {
  return { id, ...((userType === "Guest" || userType === "Member") && { userType }) };
}

/** GET: the accounts with this address among their others. */
export function byOtherMail(email: string): string {
  return `/users?$select=${SELECTED}&$filter=${encodeURIComponent(`otherMails/any(m:m eq ${odataText(email)})`)}`;
}

function isAdmittedAccount(user: User, person: Admitted): boolean {
  return Date.parse(user.createdDateTime) >= person.decidedAt.getTime() - SKEW_MS && classifyAccount(user, person) === "theirs";
}

function classifyAccount(user: User, { issuers, isCustomer }: Omit<Admitted, "decidedAt">): CandidateAccount["is"] {
  if (!isCustomer && !isExternal(user)) return "colleague";
  // Accounts of Entra and Microsoft come without an issuer of their own.
  if (issuers.includes(ENTRA_ISSUER)) return "theirs";
  const isTheirs = (user.identities ?? []).some(({ issuer }) => !!issuer && issuers.includes(normaliseIssuer(issuer)));
  return isTheirs ? "theirs" : "other-provider";
}

/** Somebody from outside: a guest, or a member who came by an invitation or a user flow. Colleagues with the address are neither. */
function isExternal({ userType, creationType, externalUserState, userPrincipalName }: User): boolean {
  if (userType === "Guest") return true;
  const cameFromOutside = creationType === "Invitation" || creationType === "SelfServiceSignUp" || !!externalUserState;
  return userType === "Member" && (cameFromOutside || isGuestName(userPrincipalName ?? ""));
}
