import { type GraphClient, GraphError, odataText } from "../../../adapters/graph/graph";
import { fetchAllPages, objects, soon } from "../../../adapters/graph/patient-calls";

/** The client id of Microsoft Graph, the same in every tenant. */
export const GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000";
/** The application role CustomAuthenticationExtension.Receive.Payload, with which Entra may send an application what people type. */
const RECEIVE_PAYLOAD = "214e810f-fda8-4fd7-a475-29461495eb00";

/** Lets in accounts of the application's own tenant only. Graph's default, but older pages of Graph's reference name another. */
export const OWN_TENANT = "AzureADMyOrg";

interface ResourceAccess {
  readonly resourceAppId: string;
  readonly resourceAccess: readonly { readonly id: string; readonly type: string }[];
}

export interface AppRegistration {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly createdDateTime?: string | null;
  /** "none" or "all". With "all", people can sign up without a browser. */
  readonly nativeAuthenticationApisEnabled?: string | null;
  readonly identifierUris?: readonly string[];
  readonly api?: {
    readonly requestedAccessTokenVersion?: number | null;
    readonly acceptMappedClaims?: boolean | null;
    readonly oauth2PermissionScopes?: readonly object[];
  };
  readonly signInAudience?: string;
  readonly requiredResourceAccess?: readonly ResourceAccess[];
}

/** Returns true if people can sign up to the application without a browser, by either version of native authentication. */
export function takesNativeAuthentication({
  nativeAuthenticationApisEnabled,
}: Pick<AppRegistration, "nativeAuthenticationApisEnabled">): boolean {
  // The value is null or absent if it was never set.
  return (nativeAuthenticationApisEnabled ?? "none") !== "none";
}

/** A service principal: an application's object in a tenant, with the tenant's permissions for the application. */
export interface ServicePrincipal {
  readonly id: string;
  readonly appId: string;
  readonly displayName?: string;
  /** The tenant that registered the application. */
  readonly appOwnerOrganizationId?: string | null;
  readonly keyCredentials?: readonly { readonly usage?: string }[];
  readonly preferredTokenSigningKeyThumbprint?: string | null;
}

interface AppRoleAssignment {
  readonly id: string;
  readonly appRoleId?: string;
}

export type ApplicationChange = Partial<Pick<AppRegistration, "identifierUris" | "api" | "requiredResourceAccess" | "signInAudience">>;

export type AppRegistrations = ReturnType<typeof appRegistrations>;

/** Every method throws GraphError if Graph refuses. */
export function appRegistrations(graph: GraphClient) {
  const where = <T>(path: string, property: string, value: string) =>
    fetchAllPages<T>(graph, `${path}?$filter=${encodeURIComponent(`${property} eq ${odataText(value)}`)}`, ["id", "appId"]);
  const findByName = (displayName: string) => where<AppRegistration>("/applications", "displayName", displayName);
  const findPrincipals = (appId: string) => where<ServicePrincipal>("/servicePrincipals", "appId", appId);
  const findPrincipal = async (appId: string) => (await findPrincipals(appId))[0];
  const createRoleCollection = (principalId: string) =>
    objects<AppRoleAssignment>(graph, `/servicePrincipals/${principalId}/appRoleAssignments`, { ask: (call) => soon(graph, call) });
  const isPayload = ({ appRoleId }: AppRoleAssignment) => appRoleId?.toLowerCase() === RECEIVE_PAYLOAD;
  const names = ["appId"];
  const applications = (displayName = "") =>
    objects<AppRegistration>(graph, "/applications", {
      names,
      async isReferred(id) {
        const twin = (await findByName(displayName)).find((each) => each.id === id);
        return twin !== undefined && (await findPrincipal(twin.appId)) !== undefined;
      },
    });
  // A 404 or 400: Graph's answers while a new application is not known everywhere.
  const principals = objects<ServicePrincipal>(graph, "/servicePrincipals", {
    ask: (call) => soon(graph, call, (error) => error instanceof GraphError && (error.status === 404 || error.status === 400)),
    names,
  });
  return {
    named: findByName,
    byAppId: async (appId: string) => (await where<AppRegistration>("/applications", "appId", appId))[0],
    create: (displayName: string) =>
      applications(displayName).create(
        { displayName, signInAudience: OWN_TENANT },
        ({ identifierUris = [], requiredResourceAccess = [] }: AppRegistration) =>
          identifierUris.length === 0 && requiredResourceAccess.length === 0,
        () => findByName(displayName),
      ),
    update: (id: string, changes: ApplicationChange): Promise<void> => soon(graph, () => graph.patch(`/applications/${id}`, changes)),
    /** Deletes the application and its service principal. */
    remove: (id: string): Promise<void> => applications().remove(id),
    principalOf: findPrincipal,
    createPrincipal: (appId: string) =>
      principals.create(
        { appId },
        () => true,
        () => findPrincipals(appId),
      ),
    isConsented: async (principalId: string): Promise<boolean> => (await createRoleCollection(principalId).all()).some(isPayload),
    /** Needs the permission AppRoleAssignment.ReadWrite.All. */
    async consent(principalId: string): Promise<void> {
      const resourceId = (await findPrincipal(GRAPH_APP_ID))?.id;
      if (resourceId === undefined) throw new GraphError({ status: 404, code: "NoServicePrincipalOfMicrosoftGraph" });
      await createRoleCollection(principalId).create({ principalId, resourceId, appRoleId: RECEIVE_PAYLOAD }, isPayload);
    },
  };
}

export function asksForPayload({ requiredResourceAccess = [] }: Pick<AppRegistration, "requiredResourceAccess">): boolean {
  return requiredResourceAccess.some(
    ({ resourceAppId, resourceAccess }) =>
      resourceAppId === GRAPH_APP_ID && resourceAccess.some(({ id, type }) => id.toLowerCase() === RECEIVE_PAYLOAD && type === "Role"),
  );
}

export function withPayload({ requiredResourceAccess = [] }: Pick<AppRegistration, "requiredResourceAccess">): readonly ResourceAccess[] {
  const role = { id: RECEIVE_PAYLOAD, type: "Role" };
  const others = requiredResourceAccess.filter(({ resourceAppId }) => resourceAppId !== GRAPH_APP_ID);
  const ofGraph = requiredResourceAccess.filter(({ resourceAppId }) => resourceAppId === GRAPH_APP_ID);
  return [...others, { resourceAppId: GRAPH_APP_ID, resourceAccess: [...ofGraph.flatMap(({ resourceAccess }) => resourceAccess), role] }];
}
