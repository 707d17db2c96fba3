import { ENTRA_ISSUER, normaliseIssuer } from "../../engine/sign-up/sign-up";
import { type Graph, GraphError, odataText, otherForm } from "./graph";
import { hasTexts, isList } from "./patient-calls";

/** The variable that names the group. */
export const GROUP_VARIABLE = "GROUP_ID";

/** Entra's clock and ours may differ by so much. */
const SKEW_MS = 5 * 60_000;

/** A person that a decision let in. */
export interface Admitted {
  readonly email: string;
  readonly issuers: readonly string[];
  readonly decidedAt: Date;
}

/** What became of it: a member now, a member already, or no account to be seen yet. */
export type Joined = "added" | "already" | "absent";

interface User {
  readonly id: string;
  readonly createdDateTime: string;
  readonly identities?: readonly { readonly issuer?: string }[];
}

/**
 * Makes the account that a decision led to a member of a group. Only a guest account made since the decision counts: an
 * older one with the same address is somebody the decision was not about. Throws if two would fit.
 */
export async function join(graph: Graph, groupId: string, person: Admitted): Promise<Joined> {
  const [account, ...others] = (await guestsWith(graph, person.email)).filter((user) => isOf(user, person));
  if (account === undefined) return "absent";
  if (others.length > 0) throw new Error("Two new accounts have the same address.");
  return await joinAccount(graph, groupId, account.id);
}

/** Throws GraphError where there is no such group. */
export async function findGroup(graph: Pick<Graph, "get" | "address">, groupId: string, signal?: AbortSignal): Promise<void> {
  const path = `/groups/${groupId}?$select=id`;
  if (!hasTexts(await graph.get(path, signal), ["id"])) throw otherForm(graph, "GET", path);
}

/** Makes an account a member of a group. */
export async function joinAccount(graph: Graph, groupId: string, accountId: string): Promise<"added" | "already"> {
  try {
    await graph.post(`/groups/${groupId}/members/$ref`, { "@odata.id": graph.address(`/directoryObjects/${accountId}`) });
    return "added";
  } catch (error) {
    // Graph answers 400 for somebody who is a member already, and for much else.
    if (error instanceof GraphError && error.status === 400 && (await isMember(graph, groupId, accountId))) return "already";
    throw error;
  }
}

async function guestsWith(graph: Graph, email: string): Promise<readonly User[]> {
  const filter = `mail eq ${odataText(email)} and userType eq 'Guest'`;
  const path = `/users?$select=id,createdDateTime,identities&$filter=${encodeURIComponent(filter)}`;
  const { value } = await graph.get<{ value?: unknown }>(path);
  if (!isList<User>(value, ["id"])) throw otherForm(graph, "GET", path);
  return value;
}

function isOf({ createdDateTime, identities = [] }: User, { issuers, decidedAt }: Admitted): boolean {
  const madeSince = Date.parse(createdDateTime) >= decidedAt.getTime() - SKEW_MS;
  if (!madeSince) return false;
  // Accounts of Entra and Microsoft come without an issuer of their own.
  return (
    issuers.includes(ENTRA_ISSUER) || identities.some(({ issuer }) => issuer !== undefined && issuers.includes(normaliseIssuer(issuer)))
  );
}

async function isMember(graph: Graph, groupId: string, userId: string): Promise<boolean> {
  const path = `/users/${userId}/checkMemberGroups`;
  const found = await graph.post<{ value?: unknown }>(path, { groupIds: [groupId] });
  if (!Array.isArray(found?.value)) throw otherForm(graph, "POST", path);
  return found.value.includes(groupId);
}
