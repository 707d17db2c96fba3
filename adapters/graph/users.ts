import type { DirectoryAccount } from "../../engine/directory-account";
import type { Identity } from "../../engine/sign-up/sign-up";
import { type GraphClient, isUnknownObject, odataText, otherForm } from "./graph";
import { fetchAllPages, hasTexts } from "./patient-calls";

/** An identity with all members, as Graph requires. */
export type GraphIdentity = Required<Identity>;

const ACCOUNT = "id,userPrincipalName,mail,userType,identities,externalUserState";

/**
 * Returns the path that finds the user with an identity. The filter needs both `issuerAssignedId` and `issuer`: the issuer alone would
 * match everybody of that provider.
 */
export function buildIdentityPath(
  { issuer, issuerAssignedId }: Pick<GraphIdentity, "issuer" | "issuerAssignedId">,
  select = ACCOUNT,
): string {
  return buildUsersPath(
    select,
    `identities/any(c:c/issuerAssignedId eq ${odataText(issuerAssignedId)} and c/issuer eq ${odataText(issuer)})`,
  );
}

export function buildMailPath(email: string, select = ACCOUNT): string {
  return buildUsersPath(select, `mail eq ${odataText(email)}`);
}

export function buildPrincipalNamePath(name: string): string {
  return `/users/${encodeURIComponent(name)}?$select=${ACCOUNT}`;
}

function buildUsersPath(select: string, filter: string): string {
  return `/users?$select=${select}&$filter=${encodeURIComponent(filter)}`;
}

/** The longest domain of a user principal name, in characters. Source: "Password policies and account restrictions in Microsoft Entra ID". */
const MAX_DOMAIN_LENGTH = 48;

/** True for a tenant's own domain, such as `contoso.onmicrosoft.com`. */
export function isTenantDomain(text: string): boolean {
  return text.length <= MAX_DOMAIN_LENGTH && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text);
}

/** Permissions to find, read and disable accounts, and nothing else. */
export const signInStatePermissions = ["User.EnableDisableAccount.All", "User.Read.All"] as const;

type UserGraph = Pick<GraphClient, "get" | "patch" | "address">;

const SELECTED = "id,createdDateTime,accountEnabled";

/** Reads the account with an object id; undefined if it was deleted. */
export async function accountOfId(graph: UserGraph, id: string): Promise<DirectoryAccount | undefined> {
  const path = `/users/${encodeURIComponent(id)}?$select=${SELECTED}`;
  try {
    const account = await graph.get<DirectoryAccount>(path);
    if (!isAccount(account)) throw otherForm(graph, "GET", path);
    return account;
  } catch (error) {
    if (isUnknownObject(error)) return undefined;
    throw error;
  }
}

/** Reads accounts by mail address. @param issuer the tenant's domain, to also find local accounts that sign in with the address */
export async function accountsOfAddress(graph: UserGraph, email: string, issuer?: string): Promise<readonly DirectoryAccount[]> {
  const local = issuer === undefined ? [] : [buildIdentityPath({ issuer, issuerAssignedId: email }, SELECTED)];
  return await accountsAt(graph, [buildMailPath(email, SELECTED), ...local]);
}

export async function accountsOfIdentity(
  graph: UserGraph,
  identity: Parameters<typeof buildIdentityPath>[0],
): Promise<readonly DirectoryAccount[]> {
  return await accountsAt(graph, [buildIdentityPath(identity, SELECTED)]);
}

async function accountsAt(graph: UserGraph, paths: readonly string[]): Promise<readonly DirectoryAccount[]> {
  const accountsById = new Map<string, DirectoryAccount>();
  for (const path of paths) {
    for (const each of await fetchAllPages<DirectoryAccount>(graph, path, ["id", "createdDateTime"])) {
      if (!isAccount(each)) throw otherForm(graph, "GET", path);
      accountsById.set(each.id, each);
    }
  }
  return [...accountsById.values()];
}

/** Enables or disables sign-in for an account. Returns false if it was deleted. */
export async function setSignIn(graph: UserGraph, id: string, accountEnabled: boolean): Promise<boolean> {
  try {
    await graph.patch(`/users/${encodeURIComponent(id)}`, { accountEnabled });
    return true;
  } catch (error) {
    if (isUnknownObject(error)) return false;
    throw error;
  }
}

function isAccount(answer: unknown): answer is DirectoryAccount {
  return hasTexts(answer, ["id", "createdDateTime"]) && typeof (answer as DirectoryAccount).accountEnabled === "boolean";
}
