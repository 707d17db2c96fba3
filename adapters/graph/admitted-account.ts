import { isGuestName } from "../../engine/directory-account";
import { ENTRA_ISSUER, normaliseIssuer } from "../../engine/sign-up/issuers";
import { type Graph, isUnknownObject, odataText, otherForm } from "./graph";
import { fetchAllPages, hasTexts } from "./patient-calls";
import { buildIdentityPath, buildMailPath } from "./users";

const SKEW_MS = 5 * 60_000;

/** A person that a decision let in. */
export interface Admitted {
  readonly email: string;
  readonly issuers: readonly string[];
  readonly decidedAt: Date;
  /** True for an account of an external tenant, where everybody is a member. */
  readonly isCustomer: boolean;
}

export interface ArrivedAccount {
  readonly id: string;
  readonly userType?: "Guest" | "Member";
}

export interface CandidateAccount extends ArrivedAccount {
  readonly createdDateTime: string;
  /**
   * `theirs`: the account came from outside, through the person's own provider. With any other value, the account is probably somebody
   * else's.
   */
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

/** Several new accounts match one decision. It is unknown which account is the person's, so no account gets anything. */
export class SeveralAccountsError extends Error {
  override readonly name = "SeveralAccountsError";
  constructor(readonly count: number) {
    super(`${count} new accounts have the address.`);
  }
}

/**
 * Returns the person's new account; undefined if there is none. An account that is older than the decision belongs to somebody else, even
 * if it has the same address. Throws SeveralAccountsError.
 * @param tenantDomain the domain of an external tenant, whose local accounts have it as their issuer
 */
export async function arrivedAccount(
  graph: Pick<Graph, "get" | "address">,
  person: Admitted,
  tenantDomain?: string,
): Promise<ArrivedAccount | undefined> {
  const users = await usersWithAddress(graph, person.email, tenantDomain);
  const earliest = person.decidedAt.getTime() - SKEW_MS;
  const [user, ...others] = users.filter(
    (each) => Date.parse(each.createdDateTime) >= earliest && classifyAccount(each, person) === "theirs",
  );
  if (others.length > 0) throw new SeveralAccountsError(others.length + 1);
  return user && toArrivedAccount(user);
}

/** Reads the account with an object id. Without an object id, reads all accounts with the person's address, old and new. */
export async function candidateAccounts(
  graph: Pick<Graph, "get" | "address">,
  person: Omit<Admitted, "decidedAt">,
  { id, tenantDomain }: { readonly id?: string | undefined; readonly tenantDomain?: string | undefined },
): Promise<readonly CandidateAccount[]> {
  const users = id === undefined ? await usersWithAddress(graph, person.email, tenantDomain) : await userOfId(graph, id);
  return users.map((user) => ({ ...toArrivedAccount(user), createdDateTime: user.createdDateTime, is: classifyAccount(user, person) }));
}

async function usersWithAddress(graph: Pick<Graph, "get" | "address">, email: string, tenantDomain?: string): Promise<readonly User[]> {
  const local = tenantDomain === undefined ? [] : [buildIdentityPath({ issuer: tenantDomain, issuerAssignedId: email }, SELECTED)];
  const usersById = new Map<string, User>();
  // If the person's address changed in their own tenant, the old address may remain only in `otherMails`.
  for (const path of [buildMailPath(email, SELECTED), buildOtherMailPath(email), ...local]) {
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

function toArrivedAccount({ id, userType }: User): ArrivedAccount {
  return { id, ...((userType === "Guest" || userType === "Member") && { userType }) };
}

export function buildOtherMailPath(email: string): string {
  return `/users?$select=${SELECTED}&$filter=${encodeURIComponent(`otherMails/any(m:m eq ${odataText(email)})`)}`;
}

function classifyAccount(user: User, { issuers, isCustomer }: Omit<Admitted, "decidedAt">): CandidateAccount["is"] {
  if (!isCustomer && !isExternal(user)) return "colleague";
  // If a person signs in with Entra or Microsoft, their account need not show an issuer, so no issuer is compared.
  if (issuers.includes(ENTRA_ISSUER)) return "theirs";
  const isTheirs = (user.identities ?? []).some(({ issuer }) => !!issuer && issuers.includes(normaliseIssuer(issuer)));
  return isTheirs ? "theirs" : "other-provider";
}

function isExternal({ userType, creationType, externalUserState, userPrincipalName }: User): boolean {
  if (userType === "Guest") return true;
  const cameFromOutside = creationType === "Invitation" || creationType === "SelfServiceSignUp" || !!externalUserState;
  return userType === "Member" && (cameFromOutside || isGuestName(userPrincipalName ?? ""));
}
