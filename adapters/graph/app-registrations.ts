import { type GraphClient, GraphError, odataText } from "./graph";
import { allOf, madeOnce, objects, soon } from "./patient-calls";

/** Microsoft Graph itself, in every tenant. */
const GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000";
/** The application role CustomAuthenticationExtension.Receive.Payload: Entra may send what people type to the application. */
const RECEIVE_PAYLOAD = "214e810f-fda8-4fd7-a475-29461495eb00";

/** What an application asks to be allowed. */
interface ResourceAccess {
  readonly resourceAppId: string;
  readonly resourceAccess: readonly { readonly id: string; readonly type: string }[];
}

/** An application: a registration in its own tenant. */
export interface AppRegistration {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly identifierUris?: readonly string[];
  readonly api?: { readonly requestedAccessTokenVersion?: number | null };
  readonly requiredResourceAccess?: readonly ResourceAccess[];
}

/** An application as a tenant lets it act. */
export interface ServicePrincipal {
  readonly id: string;
  readonly appId: string;
  readonly displayName?: string;
  /** The tenant that registered the application. */
  readonly appOwnerOrganizationId?: string | null;
  readonly keyCredentials?: readonly { readonly usage?: string }[];
  readonly preferredTokenSigningKeyThumbprint?: string | null;
}

/** What an update of an application holds. */
export type ApplicationChange = Partial<Pick<AppRegistration, "identifierUris" | "api" | "requiredResourceAccess">>;

export type AppRegistrations = ReturnType<typeof appRegistrations>;

/** A tenant's registrations. Every method throws GraphError for what Graph refuses. */
export function appRegistrations(graph: GraphClient) {
  const where = <T>(path: string, property: string, value: string) =>
    allOf<T>(graph, `${path}?$filter=${encodeURIComponent(`${property} eq ${odataText(value)}`)}`);
  const named = (displayName: string) => where<AppRegistration>("/applications", "displayName", displayName);
  const principalOf = async (appId: string) => (await where<ServicePrincipal>("/servicePrincipals", "appId", appId))[0];
  const rolesOf = (principalId: string) =>
    objects<{ readonly appRoleId: string }>(graph, `/servicePrincipals/${principalId}/appRoleAssignments`, soon);
  const isPayload = ({ appRoleId }: { readonly appRoleId: string }) => appRoleId.toLowerCase() === RECEIVE_PAYLOAD;
  const post = async <T>(path: string, body: object) => (await graph.post<T>(path, body)) as T;
  return {
    named,
    byAppId: async (appId: string) => (await where<AppRegistration>("/applications", "appId", appId))[0],
    create: (displayName: string) =>
      madeOnce(
        () => post<AppRegistration>("/applications", { displayName }),
        async () => (await named(displayName))[0],
      ),
    update: (id: string, changed: ApplicationChange): Promise<void> => soon(() => graph.patch(`/applications/${id}`, changed)),
    /** Its service principal goes with it. */
    remove: (id: string): Promise<void> => objects(graph, "/applications").remove(id),
    principalOf,
    createPrincipal: (appId: string) =>
      madeOnce(
        () => soon(() => post<ServicePrincipal>("/servicePrincipals", { appId }), isUnbacked),
        () => principalOf(appId),
      ),
    /** Whether Entra may send an application what people type. */
    isConsented: async (principalId: string): Promise<boolean> => (await rolesOf(principalId).all()).some(isPayload),
    /** Takes the permission AppRoleAssignment.ReadWrite.All. */
    async consent(principalId: string): Promise<void> {
      const resourceId = (await principalOf(GRAPH_APP_ID))?.id;
      if (resourceId === undefined) throw new GraphError({ status: 404, code: "NoServicePrincipalOfMicrosoftGraph" });
      await rolesOf(principalId).create({ principalId, resourceId, appRoleId: RECEIVE_PAYLOAD }, isPayload);
    },
  };
}

/** Whether an application asks Entra to send it what people type. */
export function asksForPayload({ requiredResourceAccess = [] }: Pick<AppRegistration, "requiredResourceAccess">): boolean {
  return requiredResourceAccess.some(
    ({ resourceAppId, resourceAccess }) =>
      resourceAppId === GRAPH_APP_ID && resourceAccess.some(({ id, type }) => id.toLowerCase() === RECEIVE_PAYLOAD && type === "Role"),
  );
}

/** What an application asks for, and that Entra sends it what people type. */
export function withPayload({ requiredResourceAccess = [] }: Pick<AppRegistration, "requiredResourceAccess">): readonly ResourceAccess[] {
  const role = { id: RECEIVE_PAYLOAD, type: "Role" };
  const others = requiredResourceAccess.filter(({ resourceAppId }) => resourceAppId !== GRAPH_APP_ID);
  const ofGraph = requiredResourceAccess.filter(({ resourceAppId }) => resourceAppId === GRAPH_APP_ID);
  return [...others, { resourceAppId: GRAPH_APP_ID, resourceAccess: [...ofGraph.flatMap(({ resourceAccess }) => resourceAccess), role] }];
}

/** The application was made just now, and is not known everywhere: Graph calls that a bad request. */
function isUnbacked(error: unknown): boolean {
  return error instanceof GraphError && (error.status === 404 || error.status === 400);
}
