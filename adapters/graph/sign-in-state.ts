import type { DirectoryAccount } from "../../engine/directory-account";
import { type GraphClient, isUnknownObject, otherForm } from "./graph";
import { fetchAllPages, hasTexts } from "./patient-calls";
import { byIdentity, byMail } from "./users";

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
  const local = issuer === undefined ? [] : [byIdentity({ issuer, issuerAssignedId: email }, SELECTED)];
  return await accountsAt(graph, [byMail(email, SELECTED), ...local]);
}

export async function accountsOfIdentity(
  graph: UserGraph,
  identity: Parameters<typeof byIdentity>[0],
): Promise<readonly DirectoryAccount[]> {
  return await accountsAt(graph, [byIdentity(identity, SELECTED)]);
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
