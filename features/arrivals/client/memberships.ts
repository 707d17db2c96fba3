import { type Graph, type GraphClient, GraphError, odataText, otherForm } from "../../../adapters/graph/graph";
import { fetchAllPages, hasTexts, isLost } from "../../../adapters/graph/patient-calls";

/** The result for a group or an access package: given now, or the account had it already. */
export type Given = "added" | "already";

/** An access package of entitlement management, with its policy that lets administrators assign it directly. */
export interface AccessPackage {
  readonly accessPackageId: string;
  readonly assignmentPolicyId: string;
}

/** Throws GraphError if the group does not exist. */
export async function findGroup(graph: Pick<Graph, "get" | "address">, groupId: string, signal?: AbortSignal): Promise<void> {
  const path = `/groups/${groupId}?$select=id`;
  if (!hasTexts(await graph.get(path, signal), ["id"])) throw otherForm(graph, "GET", path);
}

/** Throws GraphError if the policy does not exist. */
export async function findPackage(
  graph: Pick<Graph, "get" | "address">,
  { assignmentPolicyId }: AccessPackage,
  signal?: AbortSignal,
): Promise<void> {
  const path = `${ENTITLEMENTS}/assignmentPolicies/${assignmentPolicyId}?$select=id`;
  if (!hasTexts(await graph.get(path, signal), ["id"])) throw otherForm(graph, "GET", path);
}

export async function joinAccount(graph: Graph, groupId: string, accountId: string): Promise<Given> {
  try {
    await graph.post(`/groups/${groupId}/members/$ref`, { "@odata.id": graph.address(`/directoryObjects/${accountId}`) });
    return "added";
  } catch (error) {
    // Graph answers 400 for an existing member, and for many other reasons.
    if (error instanceof GraphError && error.status === 400 && (await isMember(graph, groupId, accountId))) return "already";
    throw error;
  }
}

async function isMember(graph: Graph, groupId: string, userId: string): Promise<boolean> {
  const path = `/users/${userId}/checkMemberGroups`;
  const memberGroups = await graph.post<{ value?: unknown }>(path, { groupIds: [groupId] });
  if (!Array.isArray(memberGroups?.value)) throw otherForm(graph, "POST", path);
  return memberGroups.value.includes(groupId);
}

const ENTITLEMENTS = "/identityGovernance/entitlementManagement";

/** States of requests that failed. A request in any other state is in progress or done, even if the assignment was removed since. */
const inVain: ReadonlySet<string> = new Set(["denied", "canceled", "deliveryfailed"]);

/**
 * Entra delivers the package later, so an accepted request counts as done. After a lost answer, the queue's next try looks for the earlier
 * request.
 */
export async function assignPackage(
  graph: Pick<GraphClient, "get" | "postOnce" | "address">,
  accessPackage: AccessPackage,
  accountId: string,
): Promise<Given> {
  if (await isRequested(graph, accessPackage, accountId)) return "already";
  try {
    const assignment = { targetId: accountId, ...accessPackage };
    await graph.postOnce(`${ENTITLEMENTS}/assignmentRequests`, { requestType: "adminAdd", assignment });
    return "added";
  } catch (error) {
    if (isLost(error) && (await isRequested(graph, accessPackage, accountId))) return "added";
    // The status 400 may mean that the package is requested already: by somebody else, or by a request that was not in the list yet.
    if (error instanceof GraphError && error.status === 400 && (await isRequested(graph, accessPackage, accountId))) return "already";
    throw error;
  }
}

async function isRequested(graph: Pick<Graph, "get" | "address">, { accessPackageId }: AccessPackage, accountId: string): Promise<boolean> {
  const filter = `accessPackage/id eq ${odataText(accessPackageId)} and requestor/objectId eq ${odataText(accountId)}`;
  const path = `${ENTITLEMENTS}/assignmentRequests?$expand=accessPackage,requestor&$filter=${encodeURIComponent(filter)}`;
  const names = ["requestType", "state"] as const;
  const requests = await fetchAllPages<Readonly<Record<(typeof names)[number], string>>>(graph, path, names);
  return requests.some(({ requestType, state }) => /add$/i.test(requestType) && !inVain.has(state.toLowerCase()));
}
