import { type Graph, otherForm } from "../../../../adapters/graph/graph";
import { fetchAllPages } from "../../../../adapters/graph/patient-calls";
import { GRAPH_APP_ID } from "../../client/app-registrations";

interface AblePermissions {
  /** Permissions that Graph defines in every tenant. */
  readonly known: readonly string[];
  /** Newer permissions. In a cloud whose Graph does not define a newer permission, no application has it. */
  readonly newer?: readonly string[];
}

/** Permissions with which an application can create accounts. Since July 2026, `User.Create` is the least for POST /users. */
export const makingPermissions: AblePermissions = {
  known: ["Directory.ReadWrite.All", "User.Invite.All", "User.ReadWrite.All"],
  newer: ["User.Create"],
};

export const invitingPermissions: AblePermissions = { known: ["Directory.ReadWrite.All", "User.Invite.All", "User.ReadWrite.All"] };

/** Throws GraphError if Graph does not define a permission of `known`. */
export async function listAbleApplications(graph: Graph, { known, newer = [] }: AblePermissions): Promise<readonly string[]> {
  const principal = `/servicePrincipals(appId='${GRAPH_APP_ID}')`;
  const path = `${principal}?$select=appRoles`;
  const { appRoles = [] } = await graph.get<{ appRoles?: readonly { readonly id: string; readonly value?: string | null }[] }>(path);
  if (known.some((name) => !appRoles.some(({ value }) => value === name))) throw otherForm(graph, "GET", path);
  const roles = appRoles.filter(({ value }) => [...known, ...newer].includes(value ?? "")).map(({ id }) => id);
  type Assignment = { readonly appRoleId: string; readonly principalDisplayName?: string | null };
  const assignments = await fetchAllPages<Assignment>(graph, `${principal}/appRoleAssignedTo`, ["appRoleId"]);
  const able = assignments.filter(({ appRoleId }) => roles.includes(appRoleId));
  return [...new Set(able.map(({ principalDisplayName, appRoleId }) => principalDisplayName ?? appRoleId))].sort();
}
