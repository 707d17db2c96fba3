import { type Graph, otherForm } from "../../../adapters/graph/graph";
import { allOf } from "../../../adapters/graph/patient-calls";
import { type AppRegistration, GRAPH_APP_ID, takesNativeAuthentication } from "./app-registrations";
import { tenantPolicies } from "./tenant-policies";

/** Permissions that let an application make accounts. */
const MAKING = ["Directory.ReadWrite.All", "User.Invite.All", "User.ReadWrite.All"];

/** Targets of an access package without an account: allowedTargetScope. */
const OUTSIDERS = ["specificConnectedOrganizationUsers", "allConfiguredConnectedOrganizationUsers", "allExternalUsers"];

const GRAPH = `/servicePrincipals(appId='${GRAPH_APP_ID}')`;

interface AuthorizationPolicy {
  readonly allowEmailVerifiedUsersToJoinOrganization?: unknown;
}

interface AppRoles {
  readonly appRoles?: readonly { readonly id: string; readonly value?: string | null }[];
}

interface AppRoleAssignment {
  readonly appRoleId: string;
  readonly principalDisplayName?: string | null;
}

interface SyncPartner {
  readonly tenantId: string;
  readonly identitySynchronization?: {
    readonly displayName?: string | null;
    readonly userSyncInbound?: { readonly isSyncAllowed?: boolean | null } | null;
  } | null;
}

interface Federation {
  readonly displayName?: string | null;
  readonly issuerUri: string;
}

interface AssignmentPolicy {
  readonly displayName: string;
  readonly allowedTargetScope: string;
}

export type TenantDoors = ReturnType<typeof tenantDoors>;

/** Lists ways to get an account, with names. Every method throws GraphError if Graph refuses. */
export function tenantDoors(graph: Pick<Graph, "get" | "address">) {
  return {
    ...tenantPolicies(graph),
    /** True if people may join by proving an address. */
    async takesProvenAddresses(): Promise<boolean> {
      const path = "/policies/authorizationPolicy?$select=allowEmailVerifiedUsersToJoinOrganization";
      const { allowEmailVerifiedUsersToJoinOrganization: joins } = await graph.get<AuthorizationPolicy>(path);
      if (typeof joins !== "boolean") throw otherForm(graph, "GET", path);
      return joins;
    },
    /** Applications that may make accounts by themselves. */
    async makingApplications(): Promise<readonly string[]> {
      const path = `${GRAPH}?$select=appRoles`;
      const { appRoles } = await graph.get<AppRoles>(path);
      const making = appRoles?.filter(({ value }) => MAKING.includes(value ?? "")).map(({ id }) => id);
      if (making === undefined || making.length < MAKING.length) throw otherForm(graph, "GET", path);
      const all = await allOf<AppRoleAssignment>(graph, `${GRAPH}/appRoleAssignedTo`, ["appRoleId"]);
      const able = all.filter(({ appRoleId }) => making.includes(appRoleId));
      return distinct(able.map(({ principalDisplayName, appRoleId }) => principalDisplayName ?? appRoleId));
    },
    /** Tenants whose people are made guests or members by synchronization. */
    async syncingTenants(): Promise<readonly string[]> {
      const path = "/policies/crossTenantAccessPolicy/partners?$select=tenantId&$expand=identitySynchronization";
      const partners = await allOf<SyncPartner>(graph, path, ["tenantId"]);
      const syncing = partners.filter(({ identitySynchronization }) => identitySynchronization?.userSyncInbound?.isSyncAllowed === true);
      return syncing.map(({ tenantId, identitySynchronization }) => identitySynchronization?.displayName ?? tenantId);
    },
    /** Identity providers by SAML or WS-Federation. */
    async federations(): Promise<readonly string[]> {
      const path = "/directory/federationConfigurations/graph.samlOrWsFedExternalDomainFederation";
      const found = await allOf<Federation>(graph, path, ["issuerUri"]);
      return found.map(({ displayName, issuerUri }) => displayName ?? issuerUri);
    },
    /** Policies of access packages that people without an account may ask for. */
    async packagesForOutsiders(): Promise<readonly string[]> {
      const path = "/identityGovernance/entitlementManagement/assignmentPolicies?$select=displayName,allowedTargetScope";
      const found = await allOf<AssignmentPolicy>(graph, path, ["displayName", "allowedTargetScope"]);
      return found.filter(({ allowedTargetScope }) => OUTSIDERS.includes(allowedTargetScope)).map(({ displayName }) => displayName);
    },
    /** Applications of an external tenant that take native authentication, of either version. */
    async nativeApplications(): Promise<readonly string[]> {
      const path = "/applications?$select=displayName,appId,nativeAuthenticationApisEnabled";
      const found = await allOf<AppRegistration>(graph, path, ["appId", "displayName"]);
      return found.filter(takesNativeAuthentication).map(({ displayName }) => displayName);
    },
  };
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
