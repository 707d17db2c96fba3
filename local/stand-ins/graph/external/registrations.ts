import { randomUUID } from "node:crypto";
import { parseJsonObject } from "../../../../engine/json";
import { omit } from "../../../../engine/omit";
import { ENTRA_APP_ID } from "../../../../features/external-tenant/extension-caller";
import { LOCAL_EXTERNAL_TENANT } from "../../../../lib/served-locally";
import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../../outside-system";
import type { Tenant } from "../directory";
import { answerObjects, isSeen, missing, modelledBody, type Objects, referredId, replace, withoutSeen } from "../objects";
import { allowsUriWithHost } from "../policies";
import { GraphErrorReply } from "../request";
import { answerFederatedCredentials } from "./federated-credentials";
import {
  type ExternalTenantState,
  GRAPHS_PRINCIPAL,
  type KeptApplication,
  type KeptClaimsPolicy,
  type KeptGrant,
  type KeptPrincipal,
  NO_API,
} from "./kept";

/** /applications, and /applications(appId='…') @param path its parts */
export async function answerApplications(
  tenant: Tenant,
  received: Received,
  [first = "", ...rest]: readonly (string | undefined)[],
): Promise<StandInAnswer> {
  const { external } = tenant.directory;
  const [, appId] = /^applications\(appId='([^']+)'\)$/.exec(first) ?? [];
  const [id, link, item] = appId === undefined ? rest : [external.applications.find((each) => each.appId === appId)?.id ?? appId, ...rest];
  if (link !== undefined) {
    const owner = external.applications.find((each) => each.id === id && isSeen(each));
    if (owner === undefined || link !== "federatedIdentityCredentials") throw missing();
    return await answerFederatedCredentials(tenant, received, owner, item);
  }
  const applications: Objects<KeptApplication> = {
    what: "application",
    in: external,
    of: "applications",
    isFiltered: true,
    show: (application) => omit(application, "federatedIdentityCredentials", "seenFrom"),
    create(given) {
      // The first application belongs to the running deployment: it gets the id that this instance accepts tokens for.
      const { audience } = LOCAL_EXTERNAL_TENANT;
      const appId = external.applications.some((each) => each.appId === audience) ? randomUUID() : audience;
      const api = { ...NO_API, requestedAccessTokenVersion: null };
      // Graph's default.
      const signInAudience = "AzureADMyOrg";
      return {
        appId,
        signInAudience,
        ...modelledBody<Pick<KeptApplication, "displayName">>(given),
        identifierUris: [],
        api,
        requiredResourceAccess: [],
      };
    },
    change(application, given) {
      const changed = { ...application, ...modelledBody<KeptApplication>(given) };
      const { identifierUris, api, appId } = changed;
      if (identifierUris.length > application.identifierUris.length && !allowsUriWithHost(tenant, api)) {
        throw new GraphErrorReply(400, "Request_BadRequest");
      }
      if (identifierUris.some((uri) => !uri.endsWith(`/${appId}`))) throw new GraphErrorReply(400, "HostNameNotOnVerifiedDomain");
      return changed;
    },
    release({ appId }) {
      const gone = external.principals.find((each) => each.appId === appId);
      external.principals = external.principals.filter((each) => each !== gone);
      external.grants = external.grants.filter(({ principalId }) => principalId !== gone?.id);
    },
  };
  return await answerObjects(applications, tenant, received, id);
}

function createPrincipalObjects({ directory: { external } }: Tenant): Objects<KeptPrincipal> {
  return {
    what: "service principal",
    in: external,
    of: "principals",
    isFiltered: true,
    show: (principal) => showPrincipal(principal, external),
    create(received) {
      const { appId } = modelledBody<KeptPrincipal>(received);
      if (external.principals.some((each) => each.appId === appId)) {
        throw new GraphErrorReply(409, "Request_MultipleObjectsWithSameKeyValue");
      }
      const isBacked = appId === ENTRA_APP_ID || external.applications.some((each) => each.appId === appId && isSeen(each));
      // Graph's check: such an application is "not a valid application object".
      if (!isBacked) throw new GraphErrorReply(400, "Request_BadRequest");
      return { appId };
    },
  };
}

function showPrincipal(kept: KeptPrincipal, { applications }: ExternalTenantState): object {
  const principal = omit(kept, "policies", "seenFrom");
  const displayName = applications.find(({ appId }) => appId === principal.appId)?.displayName ?? principal.appId;
  return { ...principal, displayName, appOwnerOrganizationId: LOCAL_EXTERNAL_TENANT.tenantId, keyCredentials: [] };
}

/** /servicePrincipals */
export async function answerPrincipals(
  tenant: Tenant,
  received: Received,
  [id, link, item, end]: readonly (string | undefined)[],
): Promise<StandInAnswer> {
  if (link === undefined) return await answerObjects(createPrincipalObjects(tenant), tenant, received, id);
  const { external } = tenant.directory;
  const found = external.principals.find((each) => each.id === id && isSeen(each));
  if (found !== undefined && link === "claimsMappingPolicies") return answerHeldPolicies(tenant, received, found, item, end);
  if (found === undefined || link !== "appRoleAssignments") throw missing();
  const held = external.grants.filter(({ principalId }) => principalId === id);
  if (received.method === "GET") return jsonAnswer(200, { value: held }, "200: consents");
  if (received.method !== "POST") throw new GraphErrorReply(405, "MethodNotAllowed");
  const body = modelledBody<Omit<KeptGrant, "id">>(received);
  const isHeld = held.some(({ appRoleId }) => appRoleId === body.appRoleId);
  if (body.principalId !== id || body.resourceId !== GRAPHS_PRINCIPAL.id || isHeld) throw new GraphErrorReply(400, "Request_BadRequest");
  const made = { id: randomUUID(), ...body };
  external.grants = [...external.grants, made];
  tenant.directory.save();
  return jsonAnswer(201, made, "201: consent");
}

/** The claims mapping policies of a service principal: one at most. */
function answerHeldPolicies(
  tenant: Tenant,
  received: Received,
  principal: KeptPrincipal,
  item: string | undefined,
  end: string | undefined,
): StandInAnswer {
  const { external } = tenant.directory;
  const { policies: held = [] } = principal;
  const hold = (policies: readonly string[]) => {
    replace(createPrincipalObjects(tenant), tenant, principal, { ...principal, policies });
    return noContent("claims policy");
  };
  if (received.method === "GET" && item === undefined) {
    const value = external.policies.filter(({ id }) => held.includes(id)).map(withoutSeen);
    return jsonAnswer(200, { value }, "200: claims policies");
  }
  if (received.method === "POST" && item === "$ref") {
    const id = referredId(received, "v1.0/policies/claimsMappingPolicies");
    if (!external.policies.some((each) => each.id === id && isSeen(each))) throw missing();
    if (held.length > 0) throw new GraphErrorReply(409, "Request_MultipleObjectsWithSameKeyValue");
    return hold([id]);
  }
  if (received.method !== "DELETE" || end !== "$ref" || !held.includes(item ?? "")) throw missing();
  return hold(held.filter((each) => each !== item));
}

/** /policies/claimsMappingPolicies */
export async function answerClaimsPolicies(tenant: Tenant, received: Received, id?: string, link?: string): Promise<StandInAnswer> {
  const { external } = tenant.directory;
  const holders = external.principals.filter(({ policies = [] }) => id !== undefined && policies.includes(id));
  if (received.method === "GET" && link === "appliesTo") {
    const value = holders.map((each) => ({ "@odata.type": "#microsoft.graph.servicePrincipal", ...showPrincipal(each, external) }));
    return jsonAnswer(200, { value }, "200: holders");
  }
  const policies: Objects<KeptClaimsPolicy> = {
    what: "claims policy",
    in: external,
    of: "policies",
    create: (given) => heldToForm(modelledBody(given)),
    change: (policy, given) => heldToForm({ ...policy, ...modelledBody<KeptClaimsPolicy>(given) }),
    release() {
      // Graph's documentation does not cover a registration in use: this is the stricter answer.
      if (holders.length > 0) throw new GraphErrorReply(400, "Request_BadRequest");
    },
  };
  return await answerObjects(policies, tenant, received, id);
}

/** A definition is one JSON string. */
function heldToForm<T extends Omit<KeptClaimsPolicy, "id" | "seenFrom">>(policy: T): T {
  const [text = "", ...others] = policy.definition;
  const { ClaimsMappingPolicy: { Version, ClaimsSchema } = {} } = (parseJsonObject(text) ?? {}) as {
    readonly ClaimsMappingPolicy?: { readonly Version?: unknown; readonly ClaimsSchema?: unknown };
  };
  if (others.length > 0 || Version !== 1 || !Array.isArray(ClaimsSchema)) throw new GraphErrorReply(400, "Request_BadRequest");
  return policy;
}
