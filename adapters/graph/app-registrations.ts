import { type GraphClient, GraphError } from "./graph";
import { allOf, madeOnce, soon, unlessGone } from "./patient-calls";

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

/** A tenant's registrations. Every method throws GraphError for what Graph refuses. */
export interface AppRegistrations {
  named(displayName: string): Promise<readonly AppRegistration[]>;
  byAppId(appId: string): Promise<AppRegistration | undefined>;
  /** Makes one, and no second one where the answer was lost. */
  create(displayName: string): Promise<AppRegistration>;
  update(id: string, changed: ApplicationChange): Promise<void>;
  /** Its service principal goes with it. */
  remove(id: string): Promise<void>;
  principalOf(appId: string): Promise<ServicePrincipal | undefined>;
  createPrincipal(appId: string): Promise<ServicePrincipal>;
  /** Whether Entra may send an application what people type. */
  isConsented(principalId: string): Promise<boolean>;
  /** Takes the permission AppRoleAssignment.ReadWrite.All. */
  consent(principalId: string): Promise<void>;
}

export function appRegistrations(graph: GraphClient): AppRegistrations {
  const named = (displayName: string) => allOf<AppRegistration>(graph, `/applications?$filter=${equals("displayName", displayName)}`);
  const byAppId = async (appId: string) => (await allOf<AppRegistration>(graph, `/applications?$filter=${equals("appId", appId)}`))[0];
  const principalOf = async (appId: string) =>
    (await allOf<ServicePrincipal>(graph, `/servicePrincipals?$filter=${equals("appId", appId)}`))[0];
  const isConsented = async (principalId: string) => {
    const held = await allOf<{ readonly appRoleId: string }>(graph, `/servicePrincipals/${principalId}/appRoleAssignments`);
    return held.some(({ appRoleId }) => appRoleId.toLowerCase() === RECEIVE_PAYLOAD);
  };
  return {
    named,
    byAppId,
    principalOf,
    isConsented,
    create: (displayName) =>
      madeOnce(
        async () => (await graph.post<AppRegistration>("/applications", { displayName })) as AppRegistration,
        async () => (await named(displayName))[0],
      ),
    update: (id, changed) => soon(() => graph.patch(`/applications/${id}`, changed)),
    remove: (id) => unlessGone(graph.delete(`/applications/${id}`)),
    createPrincipal: (appId) =>
      madeOnce(
        () => soon(async () => (await graph.post<ServicePrincipal>("/servicePrincipals", { appId })) as ServicePrincipal, isUnbacked),
        () => principalOf(appId),
      ),
    async consent(principalId) {
      const resourceId = (await principalOf(GRAPH_APP_ID))?.id;
      if (resourceId === undefined) throw new GraphError({ status: 404, code: "NoServicePrincipalOfMicrosoftGraph" });
      await madeOnce(
        () =>
          soon(() =>
            graph.post<object>(`/servicePrincipals/${principalId}/appRoleAssignments`, {
              principalId,
              resourceId,
              appRoleId: RECEIVE_PAYLOAD,
            }),
          ),
        async () => ((await isConsented(principalId)) ? {} : undefined),
      );
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

function equals(property: string, value: string): string {
  return encodeURIComponent(`${property} eq '${value.replaceAll("'", "''")}'`);
}
