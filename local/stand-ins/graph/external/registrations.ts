import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { ENTRA_APP_ID } from "../../../../features/external-tenant/extension-caller";
import { LOCAL_EXTERNAL_TENANT } from "../../../../lib/served-locally";
import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../../outside-system";
import { isSeen } from "../connectors";
import type { Tenant } from "../directory";
import { allowsUriWithHost } from "../policies";
import { boundedText, GraphErrorReply, parsedBody } from "../request";
import { type ExternalTenantState, GRAPHS_PRINCIPAL, type KeptPrincipal, NO_API } from "./kept";

const guid = v.pipe(v.string(), v.uuid());
const audience = v.picklist(["AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"]);
/** Graph's default is open to all. */
const createSchema = v.strictObject({
  displayName: boundedText(256),
  signInAudience: v.optional(audience, "AzureADandPersonalMicrosoftAccount"),
});
const changeSchema = v.partial(
  v.strictObject({
    signInAudience: audience,
    identifierUris: v.array(v.pipe(v.string(), v.url())),
    nativeAuthenticationApisEnabled: v.picklist(["none", "all"]),
    api: v.strictObject({
      acceptMappedClaims: v.nullable(v.boolean()),
      knownClientApplications: v.array(guid),
      oauth2PermissionScopes: v.array(v.object({})),
      preAuthorizedApplications: v.array(v.object({})),
      requestedAccessTokenVersion: v.nullable(v.picklist([1, 2])),
    }),
    requiredResourceAccess: v.array(
      v.strictObject({ resourceAppId: guid, resourceAccess: v.array(v.strictObject({ id: guid, type: v.picklist(["Role", "Scope"]) })) }),
    ),
  }),
);
const principalSchema = v.strictObject({ appId: guid });
const referenceSchema = v.strictObject({ "@odata.id": v.pipe(v.string(), v.url()) });
/** A definition is one JSON string. */
const definition = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({
    ClaimsMappingPolicy: v.looseObject({
      Version: v.literal(1),
      ClaimsSchema: v.array(v.looseObject({ Source: v.string(), ID: v.string() })),
    }),
  }),
);
const policySchema = v.strictObject({
  displayName: boundedText(256),
  definition: v.tuple([
    v.pipe(
      v.string(),
      v.check((text) => v.is(definition, text)),
    ),
  ]),
  isOrganizationDefault: v.optional(v.literal(false)),
});
const grantSchema = v.strictObject({ principalId: guid, resourceId: guid, appRoleId: guid });

/** /applications */
export function answerApplications(tenant: Tenant, received: Received, id: string | undefined): StandInAnswer {
  const { external } = tenant.directory;
  const { method } = received;
  if (id === undefined && method === "GET") return filtered(external.applications, received, "applications");
  if (id === undefined && method === "POST") return createApplication(tenant, received);
  const found = external.applications.find((each) => each.id === id && isSeen(each));
  if (found === undefined) throw missing();
  if (method === "PATCH") {
    const changed = { ...found, ...parsedBody(received, changeSchema) };
    if (changed.identifierUris.length > found.identifierUris.length && !allowsUriWithHost(tenant, changed.api)) {
      throw new GraphErrorReply(400, "Request_BadRequest");
    }
    if (changed.identifierUris.some((uri) => !uri.endsWith(`/${found.appId}`))) {
      throw new GraphErrorReply(400, "HostNameNotOnVerifiedDomain");
    }
    external.applications = external.applications.map((each) => (each === found ? changed : each));
  } else if (method === "DELETE") {
    external.applications = external.applications.filter((each) => each !== found);
    const gone = external.principals.find(({ appId }) => appId === found.appId);
    external.principals = external.principals.filter((each) => each !== gone);
    external.grants = external.grants.filter(({ principalId }) => principalId !== gone?.id);
  } else throw new GraphErrorReply(405, "MethodNotAllowed");
  tenant.directory.save();
  return noContent("application");
}

/** The first application belongs to the running deployment: it gets the id that this instance accepts tokens for. */
function createApplication({ directory, searchLagMs }: Tenant, received: Received): StandInAnswer {
  const { external } = directory;
  const { audience } = LOCAL_EXTERNAL_TENANT;
  const appId = external.applications.some((each) => each.appId === audience) ? randomUUID() : audience;
  const api = { ...NO_API, requestedAccessTokenVersion: null };
  const made = { id: randomUUID(), appId, ...parsedBody(received, createSchema), identifierUris: [], api, requiredResourceAccess: [] };
  external.applications = [...external.applications, { ...made, seenFrom: Date.now() + searchLagMs }];
  directory.save();
  return jsonAnswer(201, made, "201: application");
}

/** /servicePrincipals */
export function answerPrincipals(
  tenant: Tenant,
  received: Received,
  [id, link, item, end]: readonly (string | undefined)[],
): StandInAnswer {
  const { external } = tenant.directory;
  if (id === undefined && received.method === "GET")
    return filtered(
      external.principals.map((each) => shown(each, external)),
      received,
      "service principals",
    );
  if (id === undefined && received.method === "POST") return createPrincipal(tenant, received);
  const found = external.principals.find((each) => each.id === id && isSeen(each));
  if (found !== undefined && link === "claimsMappingPolicies") return answerHeldPolicies(tenant, received, found, item, end);
  if (found === undefined || link !== "appRoleAssignments") throw missing();
  const held = external.grants.filter(({ principalId }) => principalId === id);
  if (received.method === "GET") return jsonAnswer(200, { value: held }, "200: consents");
  if (received.method !== "POST") throw new GraphErrorReply(405, "MethodNotAllowed");
  const body = parsedBody(received, grantSchema);
  const isHeld = held.some(({ appRoleId }) => appRoleId === body.appRoleId);
  if (body.principalId !== id || body.resourceId !== GRAPHS_PRINCIPAL.id || isHeld) throw new GraphErrorReply(400, "Request_BadRequest");
  const made = { id: randomUUID(), ...body };
  external.grants = [...external.grants, made];
  tenant.directory.save();
  return jsonAnswer(201, made, "201: consent");
}

function createPrincipal({ directory, searchLagMs }: Tenant, received: Received): StandInAnswer {
  const { external } = directory;
  const { appId } = parsedBody(received, principalSchema);
  if (external.principals.some((each) => each.appId === appId)) {
    throw new GraphErrorReply(409, "Request_MultipleObjectsWithSameKeyValue");
  }
  const isBacked = appId === ENTRA_APP_ID || external.applications.some((each) => each.appId === appId && isSeen(each));
  // Graph's check: such an application is "not a valid application object".
  if (!isBacked) throw new GraphErrorReply(400, "Request_BadRequest");
  const made = { id: randomUUID(), appId, seenFrom: Date.now() + searchLagMs };
  external.principals = [...external.principals, made];
  directory.save();
  return jsonAnswer(201, withoutSeen(shown(made, external)), "201: service principal");
}

/** The claims mapping policies of a service principal: one at most. */
function answerHeldPolicies(
  { directory }: Tenant,
  received: Received,
  principal: KeptPrincipal,
  item: string | undefined,
  end: string | undefined,
): StandInAnswer {
  const { external } = directory;
  const { policies: held = [] } = principal;
  const hold = (policies: readonly string[]) => {
    external.principals = external.principals.map((each) => (each === principal ? { ...each, policies } : each));
    directory.save();
    return noContent("claims policy");
  };
  if (received.method === "GET" && item === undefined) {
    const value = external.policies.filter(({ id }) => held.includes(id)).map(withoutSeen);
    return jsonAnswer(200, { value }, "200: claims policies");
  }
  if (received.method === "POST" && item === "$ref") {
    const id = parsedBody(received, referenceSchema)["@odata.id"].split("/v1.0/policies/claimsMappingPolicies/")[1];
    if (!external.policies.some((each) => each.id === id && isSeen(each))) throw missing();
    if (held.length > 0) throw new GraphErrorReply(409, "Request_MultipleObjectsWithSameKeyValue");
    return hold([id as string]);
  }
  if (received.method !== "DELETE" || end !== "$ref" || !held.includes(item ?? "")) throw missing();
  return hold(held.filter((each) => each !== item));
}

/** /policies/claimsMappingPolicies */
export function answerClaimsPolicies({ directory, searchLagMs }: Tenant, received: Received, id?: string, link?: string): StandInAnswer {
  const { external } = directory;
  const { method } = received;
  if (id === undefined && method === "GET") {
    return jsonAnswer(200, { value: external.policies.filter(isSeen).map(withoutSeen) }, "200: claims policies");
  }
  if (id === undefined && method === "POST") {
    const made = { id: randomUUID(), ...parsedBody(received, policySchema), seenFrom: Date.now() + searchLagMs };
    external.policies = [...external.policies, made];
    directory.save();
    return jsonAnswer(201, withoutSeen(made), "201: claims policy");
  }
  const found = external.policies.find((each) => each.id === id && isSeen(each));
  if (found === undefined) throw missing();
  const holders = external.principals.filter(({ policies }) => policies?.includes(found.id));
  if (method === "GET" && link === "appliesTo")
    return jsonAnswer(
      200,
      { value: holders.map((each) => ({ "@odata.type": "#microsoft.graph.servicePrincipal", ...withoutSeen(shown(each, external)) })) },
      "200: holders",
    );
  if (method === "PATCH") {
    const changed = { ...found, ...parsedBody(received, v.partial(policySchema)) };
    external.policies = external.policies.map((each) => (each === found ? (changed as typeof found) : each));
  } else if (method === "DELETE") {
    // Graph's documentation does not cover a registration in use: this is the stricter answer.
    if (holders.length > 0) throw new GraphErrorReply(400, "Request_BadRequest");
    external.policies = external.policies.filter((each) => each !== found);
  } else throw new GraphErrorReply(405, "MethodNotAllowed");
  directory.save();
  return noContent("claims policy");
}

function shown({ policies: _, ...principal }: KeptPrincipal, { applications }: ExternalTenantState) {
  const displayName = applications.find(({ appId }) => appId === principal.appId)?.displayName ?? principal.appId;
  return { ...principal, displayName, appOwnerOrganizationId: LOCAL_EXTERNAL_TENANT.tenantId, keyCredentials: [] };
}

/** Applies the one filter that is used to a list. */
function filtered(all: readonly { readonly seenFrom: number }[], { url }: Received, what: string): StandInAnswer {
  const [, property = "", value = ""] = /^(displayName|appId) eq '((?:[^']|'')*)'$/.exec(url.searchParams.get("$filter") ?? "") ?? [];
  if (url.searchParams.get("$filter") === null) {
    return jsonAnswer(200, { value: all.filter(isSeen).map(withoutSeen) }, `200: ${what}`);
  }
  if (property === "") throw new GraphErrorReply(400, "Request_UnsupportedQuery");
  const wanted = value.replaceAll("''", "'");
  const found = all.filter((each) => isSeen(each) && (each as unknown as Record<string, unknown>)[property] === wanted);
  return jsonAnswer(200, { value: found.map(withoutSeen) }, `200: ${what}`);
}

/** Only Graph's own properties. */
export function withoutSeen({ seenFrom: _, ...shownOnes }: { readonly seenFrom: number }): object {
  return shownOnes;
}

export function missing(): GraphErrorReply {
  return new GraphErrorReply(404, "Request_ResourceNotFound");
}
