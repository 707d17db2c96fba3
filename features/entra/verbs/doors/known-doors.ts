import { type Graph, otherForm } from "../../../../adapters/graph/graph";
import { fetchAllPages } from "../../../../adapters/graph/patient-calls";
import { tenantKinds } from "../../../../engine/sign-up/sign-up";
import { type AppRegistration, takesNativeAuthentication } from "../../client/app-registrations";
import { POLICY_PERMISSION, tenantPolicies } from "../../client/tenant-policies";
import { applicationNeeds, policyNeeds } from "../tenant-graph";
import { type DoorState, type KnownDoor, openFor } from "./door";
import { listAbleApplications, makingPermissions } from "./flow-doors";

const nothing = { permissions: [], roles: [] };

/** The door is open if `nameOf` returns a name for any listed object. @param texts members that must be texts in each object */
function createListLook<T>(
  path: string,
  texts: readonly string[],
  nameOf: (each: T) => string | undefined,
  open: string,
  closedText: string,
): KnownDoor["look"] {
  return async (graph) => {
    const all = await fetchAllPages<T>(graph, path, texts);
    return openFor(
      all.flatMap((each) => nameOf(each) ?? []),
      open,
      closedText,
    );
  };
}

/** Texts for the values of allowInvitesFrom, which says who may invite. */
const inviters: Readonly<Record<string, string>> = {
  everyone: "everybody, guests too, invites guests",
  adminsGuestInvitersAndAllMembers: "all members invite guests",
  adminsAndGuestInviters: "administrators and people with the role Guest Inviter invite guests",
};

const everywhere: readonly KnownDoor[] = [
  {
    door: "native authentication",
    kinds: ["external-tenant"],
    close: "set nativeAuthenticationApisEnabled of each application to none",
    needs: applicationNeeds,
    look: createListLook<AppRegistration>(
      "/applications?$select=displayName,appId,nativeAuthenticationApisEnabled",
      ["appId", "displayName"],
      (each) => (takesNativeAuthentication(each) ? each.displayName : undefined),
      "takes sign-ups of version 1 and 2",
      "no application takes it",
    ),
  },
  {
    door: "sign-up pages of your own",
    kinds: ["external-tenant"],
    close: "show Microsoft's pages alone, or find their sign-ups in entra check --since",
    needs: nothing,
    look: async () => ({ state: "not known", seen: "Graph does not tell whether an application brings its own pages" }),
  },
  {
    door: "administrators",
    kinds: tenantKinds,
    close: "cannot be closed: give the roles to few people",
    needs: nothing,
    look: async () => ({ state: "open", seen: "people with the role User Administrator or a higher one make accounts" }),
  },
  {
    door: "applications by Graph",
    kinds: tenantKinds,
    close: "take the permissions away from applications that need none; the gate's own may make approved accounts",
    needs: applicationNeeds,
    look: async (graph) =>
      openFor(await listAbleApplications(graph, makingPermissions), "may make accounts", "no application may make accounts"),
  },
  {
    door: "invitations",
    kinds: tenantKinds,
    close: "External collaboration settings, Guest invite settings: nobody",
    needs: policyNeeds,
    look: async (graph) => invitations(await tenantPolicies(graph).inviters()),
  },
];

function invitations(from: string): DoorState {
  if (from === "none") return { state: "closed", seen: "nobody invites guests" };
  return { state: "open", seen: inviters[from] ?? `guests are invited by: ${from}` };
}

interface SyncPartner {
  readonly tenantId: string;
  readonly identitySynchronization?: {
    readonly displayName?: string | null;
    readonly userSyncInbound?: { readonly isSyncAllowed?: boolean | null } | null;
  } | null;
}

/** Values of allowedTargetScope with which people without an account can get an access package. */
const outsiders = ["specificConnectedOrganizationUsers", "allConfiguredConnectedOrganizationUsers", "allExternalUsers"];

async function takesProvenAddresses(graph: Graph): Promise<boolean> {
  const path = "/policies/authorizationPolicy?$select=allowEmailVerifiedUsersToJoinOrganization";
  const { allowEmailVerifiedUsersToJoinOrganization: joins } = await graph.get<Readonly<Record<string, unknown>>>(path);
  if (typeof joins !== "boolean") throw otherForm(graph, "GET", path);
  return joins;
}

const ofOrganizations: readonly KnownDoor[] = [
  {
    door: "proven addresses",
    kinds: ["workforce"],
    close: "set allowEmailVerifiedUsersToJoinOrganization of the authorization policy to false",
    needs: policyNeeds,
    look: async (graph) =>
      (await takesProvenAddresses(graph))
        ? { state: "open", seen: "people join by proving an address" }
        : { state: "closed", seen: "nobody joins by proving an address" },
  },
  {
    door: "direct federation",
    kinds: ["workforce", "external-tenant"],
    close: "its people come by a user flow or an invitation: see there, or delete the federation",
    needs: { permissions: ["Domain.Read.All"], roles: ["External Identity Provider Administrator"] },
    look: createListLook<{ readonly displayName?: string | null; readonly issuerUri: string }>(
      "/directory/federationConfigurations/graph.samlOrWsFedExternalDomainFederation",
      ["issuerUri"],
      ({ displayName, issuerUri }) => displayName ?? issuerUri,
      "invited people redeem by",
      "no provider by SAML or WS-Federation",
    ),
  },
  {
    door: "cross-tenant synchronization",
    kinds: ["workforce"],
    close: "Cross-tenant access settings of the organisation, Cross-tenant sync: off",
    needs: { permissions: [POLICY_PERMISSION], roles: ["Hybrid Identity Administrator"] },
    look: createListLook<SyncPartner>(
      "/policies/crossTenantAccessPolicy/partners?$select=tenantId&$expand=identitySynchronization",
      ["tenantId"],
      ({ tenantId, identitySynchronization: sync }) =>
        sync?.userSyncInbound?.isSyncAllowed === true ? (sync.displayName ?? tenantId) : undefined,
      "brings people of",
      "no tenant may send people",
    ),
  },
  {
    door: "entitlement management",
    kinds: ["workforce"],
    close: "let access package policies be for users in your directory",
    needs: { permissions: ["EntitlementManagement.Read.All"], roles: ["Identity Governance Administrator"] },
    look: createListLook<{ readonly displayName: string; readonly allowedTargetScope: string }>(
      "/identityGovernance/entitlementManagement/assignmentPolicies?$select=displayName,allowedTargetScope",
      ["displayName", "allowedTargetScope"],
      ({ displayName, allowedTargetScope }) => (outsiders.includes(allowedTargetScope) ? displayName : undefined),
      "people from outside may ask by the policies",
      "no policy is for people from outside",
    ),
  },
];

/** All doors except the user flows. */
export const doorsBeside: readonly KnownDoor[] = [...everywhere, ...ofOrganizations];
