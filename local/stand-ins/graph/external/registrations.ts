import { randomUUID } from "node:crypto";
import { omit } from "../../../../engine/collections";
import { parseJsonObject } from "../../../../engine/json";
import { ENTRA_APP_ID } from "../../../../features/external-tenant/extension-caller";
import { LOCAL_EXTERNAL_TENANT } from "../../../../lib/stage";
import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../../outside-system";
import { allowsUriWithHost, type Tenant } from "../directory";
import { answerObjects, GraphErrorReply, isSeen, missing, modelledBody, type Objects, omitSeenFrom, referredId, replace } from "../objects";
import { answerFederatedCredentials } from "./federated-credentials";
import {
  type ExternalTenantState,
  GRAPHS_PRINCIPAL,
  type KeptApplication,
  type KeptClaimsPolicy,
  type KeptGrant,
  type KeptPrincipal,
  NO_API,
} from "./stored-objects";

export async function answerApplications(
  tenant: Tenant,
  receivedRequest: Received,
  [first = "", ...rest]: readonly (string | undefined)[],
): Promise<StandInAnswer> {
  const { external } = tenant.directory;
  const [, appId] = /^applications\(appId='([^']+)'\)$/.exec(first) ?? [];
  const [id, link, item] = appId === undefined ? rest : [external.applications.find((each) => each.appId === appId)?.id ?? appId, ...rest];
  if (link !== undefined) {
    const owner = external.applications.find((each) => each.id === id && isSeen(each));
    if (owner === undefined || link !== "federatedIdentityCredentials") throw missing();
    return await answerFederatedCredentials(tenant, receivedRequest, owner, item);
  }
  const applications: Objects<KeptApplication> = {
    what: "application",
    in: external,
    of: "applications",
    isFiltered: true,
    show: (application) => omit(application, "federatedIdentityCredentials", "seenFrom"),
    create(objectRequest) {
      // The first new application is for the running deployment. It gets the id that this instance accepts as a token's audience.
      const { audience } = LOCAL_EXTERNAL_TENANT;
      const appId = external.applications.some((each) => each.appId === audience) ? randomUUID() : audience;
      const api = { ...NO_API, requestedAccessTokenVersion: null };
      // Graph's own default value.
      const signInAudience = "AzureADMyOrg";
      return {
        appId,
        signInAudience,
        ...modelledBody<Pick<KeptApplication, "displayName">>(objectRequest),
        identifierUris: [],
        api,
        requiredResourceAccess: [],
      };
    },
    change(application, objectRequest) {
      const changedApplication = { ...application, ...modelledBody<KeptApplication>(objectRequest) };
      const { identifierUris, api, appId } = changedApplication;
      if (identifierUris.length > application.identifierUris.length && !allowsUriWithHost(tenant, api)) {
        throw new GraphErrorReply(400, "Request_BadRequest");
      }
      if (identifierUris.some((uri) => !uri.endsWith(`/${appId}`))) throw new GraphErrorReply(400, "HostNameNotOnVerifiedDomain");
      return changedApplication;
    },
    release({ appId }) {
      const principal = external.principals.find((each) => each.appId === appId);
      external.principals = external.principals.filter((each) => each !== principal);
      external.grants = external.grants.filter(({ principalId }) => principalId !== principal?.id);
    },
  };
  return await answerObjects(applications, tenant, receivedRequest, id);
}

function createPrincipalObjects({ directory: { external } }: Tenant): Objects<KeptPrincipal> {
  return {
    what: "service principal",
    in: external,
    of: "principals",
    isFiltered: true,
    show: (principal) => showPrincipal(principal, external),
    create(receivedRequest) {
      const { appId } = modelledBody<KeptPrincipal>(receivedRequest);
      if (external.principals.some((each) => each.appId === appId)) {
        throw new GraphErrorReply(409, "Request_MultipleObjectsWithSameKeyValue");
      }
      const isBacked = appId === ENTRA_APP_ID || external.applications.some((each) => each.appId === appId && isSeen(each));
      // Graph refuses the id of an unknown application as "not a valid application object".
      if (!isBacked) throw new GraphErrorReply(400, "Request_BadRequest");
      return { appId };
    },
  };
}

function showPrincipal(keptPrincipal: KeptPrincipal, { applications }: ExternalTenantState): object {
  const principal = omit(keptPrincipal, "policies", "seenFrom");
  const displayName = applications.find(({ appId }) => appId === principal.appId)?.displayName ?? principal.appId;
  return { ...principal, displayName, appOwnerOrganizationId: LOCAL_EXTERNAL_TENANT.tenantId, keyCredentials: [] };
}

export async function answerPrincipals(
  tenant: Tenant,
  receivedRequest: Received,
  [id, link, item, end]: readonly (string | undefined)[],
): Promise<StandInAnswer> {
  if (link === undefined) return await answerObjects(createPrincipalObjects(tenant), tenant, receivedRequest, id);
  const { external } = tenant.directory;
  const principal = external.principals.find((each) => each.id === id && isSeen(each));
  if (principal !== undefined && link === "claimsMappingPolicies") return answerHeldPolicies(tenant, receivedRequest, principal, item, end);
  if (principal === undefined || link !== "appRoleAssignments") throw missing();
  const grants = external.grants.filter(({ principalId }) => principalId === id);
  if (receivedRequest.method === "GET") return jsonAnswer(200, { value: grants }, "200: consents");
  if (receivedRequest.method !== "POST") throw new GraphErrorReply(405, "MethodNotAllowed");
  const body = modelledBody<Omit<KeptGrant, "id">>(receivedRequest);
  const isHeld = grants.some(({ appRoleId }) => appRoleId === body.appRoleId);
  if (body.principalId !== id || body.resourceId !== GRAPHS_PRINCIPAL.id || isHeld) throw new GraphErrorReply(400, "Request_BadRequest");
  const grant = { id: randomUUID(), ...body };
  external.grants = [...external.grants, grant];
  tenant.directory.save();
  return jsonAnswer(201, grant, "201: consent");
}

/** A service principal has at most one claims mapping policy. */
function answerHeldPolicies(
  tenant: Tenant,
  receivedRequest: Received,
  principal: KeptPrincipal,
  item: string | undefined,
  end: string | undefined,
): StandInAnswer {
  const { external } = tenant.directory;
  const { policies: heldPolicies = [] } = principal;
  const hold = (policies: readonly string[]) => {
    replace(createPrincipalObjects(tenant), tenant, principal, { ...principal, policies });
    return noContent("claims policy");
  };
  if (receivedRequest.method === "GET" && item === undefined) {
    const value = external.policies.filter(({ id }) => heldPolicies.includes(id)).map(omitSeenFrom);
    return jsonAnswer(200, { value }, "200: claims policies");
  }
  if (receivedRequest.method === "POST" && item === "$ref") {
    const id = referredId(receivedRequest, "v1.0/policies/claimsMappingPolicies");
    if (!external.policies.some((each) => each.id === id && isSeen(each))) throw missing();
    if (heldPolicies.length > 0) throw new GraphErrorReply(409, "Request_MultipleObjectsWithSameKeyValue");
    return hold([id]);
  }
  if (receivedRequest.method !== "DELETE" || end !== "$ref" || !heldPolicies.includes(item ?? "")) throw missing();
  return hold(heldPolicies.filter((each) => each !== item));
}

export async function answerClaimsPolicies(tenant: Tenant, receivedRequest: Received, id?: string, link?: string): Promise<StandInAnswer> {
  const { external } = tenant.directory;
  const holders = external.principals.filter(({ policies = [] }) => id !== undefined && policies.includes(id));
  if (receivedRequest.method === "GET" && link === "appliesTo") {
    const value = holders.map((each) => ({ "@odata.type": "#microsoft.graph.servicePrincipal", ...showPrincipal(each, external) }));
    return jsonAnswer(200, { value }, "200: holders");
  }
  const policies: Objects<KeptClaimsPolicy> = {
    what: "claims policy",
    in: external,
    of: "policies",
    create: (objectRequest) => heldToForm(modelledBody(objectRequest)),
    change: (policy, objectRequest) => heldToForm({ ...policy, ...modelledBody<KeptClaimsPolicy>(objectRequest) }),
    release() {
      // Stricter than Graph's documentation, which does not say whether a policy in use can be deleted.
      if (holders.length > 0) throw new GraphErrorReply(400, "Request_BadRequest");
    },
  };
  return await answerObjects(policies, tenant, receivedRequest, id);
}

function heldToForm<T extends Omit<KeptClaimsPolicy, "id" | "seenFrom">>(policy: T): T {
  const [text = "", ...others] = policy.definition;
  const { ClaimsMappingPolicy: { Version, ClaimsSchema } = {} } = (parseJsonObject(text) ?? {}) as {
    readonly ClaimsMappingPolicy?: { readonly Version?: unknown; readonly ClaimsSchema?: unknown };
  };
  if (others.length > 0 || Version !== 1 || !Array.isArray(ClaimsSchema)) throw new GraphErrorReply(400, "Request_BadRequest");
  return policy;
}
