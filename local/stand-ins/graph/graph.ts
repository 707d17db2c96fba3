import { randomUUID } from "node:crypto";
import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../../engine/json";
import { LOG_PATH } from "../../../simulator/client/sign-up-log";
import type { LocalServer } from "../../aws/server";
import { json } from "../misbehaviours";
import {
  jsonAnswer,
  type LetIn,
  type Received,
  type RoleTrust,
  type StandInAnswer,
  type SystemStandIn,
  serveSystem,
  type Watch,
} from "../outside-system";
import {
  answerPolicies,
  Directory,
  type GraphAccount,
  type KeptConnector,
  type KeptSignUpListener,
  type KeptUserFlow,
  type LoggedSignUp,
  type Tenant,
  type TenantSettings,
} from "./directory";
import { answerEntitlements } from "./entitlements";
import { registerRoles } from "./external/federated-credentials";
import { answerApplications, answerClaimsPolicies, answerPrincipals } from "./external/registrations";
import type { ExternalTenantState } from "./external/stored-objects";
import { type GraphVersion, requestDifferences } from "./model";
import { boundedText, GraphErrorReply, parsedBody } from "./objects";
import { grantToken, startDeviceCode, tellIssuer } from "./tokens";
import { answerIdentity } from "./user-flows";
import {
  addMember,
  addSponsor,
  checkGroups,
  createUser,
  deleteUser,
  invite,
  letIn,
  listUsers,
  removeSponsor,
  selectProperties,
  updateUser,
} from "./users";

export interface GraphOptions extends Partial<Omit<TenantSettings, "issuerAddress">> {
  /** Returns the address at which an issuer of federated tokens answers, without trailing slash. @default the address in `trust` */
  readonly issuerAddress?: TenantSettings["issuerAddress"];
  /**
   * The issuer and roles whose tokens the directory accepts. The stand-in registers each role's application, unless it is registered
   * already.
   */
  readonly trust?: RoleTrust;
  /** The file that keeps the directory. @default none: the directory is in memory only */
  readonly file?: string;
  readonly watch?: Watch;
}

export interface GraphStandIn extends LocalServer {
  /** Answers a request that a caller in this process makes without a connection. */
  answer(receivedRequest: Received): Promise<StandInAnswer>;
  accounts(): readonly GraphAccount[];
  /** Returns the connectors with their passwords. */
  connectors(): readonly KeptConnector[];
  /** Returns flows by id; only those that were changed at least once. */
  flows(): Readonly<Record<string, KeptUserFlow>>;
  /** Returns what links applications to a workforce tenant's flows. */
  signUpListeners(): readonly KeptSignUpListener[];
  external(): ExternalTenantState;
  members(groupId: string): readonly string[];
  packagesOf(accountId: string): readonly string[];
  /** Creates the person's account, as Entra does. An existing account stays. */
  letIn(person: LetIn): void;
  /** Advances the time, so that hidden objects appear sooner. */
  elapse(ms: number): void;
}

/**
 * Serves a stand-in for Microsoft Graph and its token endpoint. A display name, a surname or the part of an address before the @ can cause
 * a misbehaviour: `Conflict` (another object has the address), `Forbidden` (no consent), `Throttled` (429 once), `Down` (500 once), `Gone`
 * (500 always), `Late` (unknown to the first update after an invitation), `Bounced` (an invitation with the status Error), `Slow` (no
 * answer for half a minute), `Empty` (success without a body), `Shape` (success with a body of another form).
 */
export async function serveGraph({ file, watch = {}, trust, ...settings }: GraphOptions = {}): Promise<GraphStandIn> {
  const directory = new Directory(file);
  if (trust !== undefined) registerRoles(directory.external, trust);
  const tenant: Tenant = {
    userFlows: ["B2X_1_Partner", "B2C_1_Partner"],
    flowHandlers: "update",
    flowFields: "change",
    searchLagMs: 0,
    signIns: [],
    issuerAddress: (issuer) => (issuer === trust?.issuer ? trust.url : undefined),
    ...settings,
    signUps: [...(settings.signUps ?? [])],
    directory,
    misbehaved: new Set(),
  };
  const tokens = new Set<string>();
  const answering = (receivedRequest: Received) => answer(tenant, tokens, receivedRequest);
  const server = await serveSystem(json, answering, watch);
  return {
    ...server,
    answer: answering,
    accounts: () => directory.accounts,
    connectors: () => directory.connectors,
    flows: () => directory.flows,
    signUpListeners: () => directory.signUpListeners,
    external: () => directory.external,
    members: (groupId) => directory.groups[groupId] ?? [],
    packagesOf: (accountId) => directory.packages.flatMap((each) => (each.targetId === accountId ? [each.accessPackageId] : [])),
    letIn: (person) => letIn(tenant, person),
    elapse: (ms) => directory.elapse(ms),
  };
}

async function answer(tenant: Tenant, tokens: Set<string>, receivedRequest: Received): Promise<StandInAnswer> {
  const { pathname } = receivedRequest.url;
  try {
    if (/^\/[^/]+\/oauth2\/v2\.0\/token$/.test(pathname)) return await grantToken(tenant, tokens, receivedRequest);
    if (/^\/[^/]+\/oauth2\/v2\.0\/devicecode$/.test(pathname)) return startDeviceCode(tokens, receivedRequest);
    if (pathname === LOG_PATH) return addSignUps(tenant, receivedRequest);
    const [, tenantId] = /^\/([^/]+)\/v2\.0\/\.well-known\/openid-configuration$/.exec(pathname) ?? [];
    if (tenantId !== undefined) return tellIssuer(tenantId);
    const [, bearer = ""] = /^Bearer (.+)$/.exec(receivedRequest.headers.authorization ?? "") ?? [];
    if (!tokens.has(bearer)) throw new GraphErrorReply(401, "InvalidAuthenticationToken");
    const [version = "", ...path] = pathname.split("/").slice(1).map(decodeURIComponent);
    holdBody(receivedRequest, pathname);
    if (version === "beta" && tenant.flowHandlers === "neither") throw new GraphErrorReply(403, "Forbidden");
    if (`${version}/${path.join("/")}` === "beta/auditLogs/signUps") return listLog(tenant.signUps, receivedRequest);
    if (`${version}/${path.join("/")}` === "beta/auditLogs/signIns") return listLog(tenant.signIns, receivedRequest);
    const fixedAnswer = version === "v1.0" && receivedRequest.method === "GET" ? answers[path.join("/")] : undefined;
    if (fixedAnswer !== undefined) return jsonAnswer(200, fixedAnswer, "200: ways to get an account");
    if (path[0] === "policies" && path[1] !== "claimsMappingPolicies") return answerPolicies(tenant, receivedRequest, path.slice(1));
    if (path[0] === "identity") return await answerIdentity(tenant, receivedRequest, version, path.slice(1));
    if (version !== "v1.0") throw new GraphErrorReply(404, "UnknownError");
    return await route(tenant, receivedRequest, path);
  } catch (error) {
    if (!(error instanceof GraphErrorReply)) throw error;
    const { status, code, message, details, headers } = error;
    const innerError = { date: new Date().toISOString().slice(0, 19), "request-id": randomUUID(), "client-request-id": randomUUID() };
    const body = { error: { code, message, details: details.length > 0 ? details : undefined, innerError } };
    return { ...jsonAnswer(status, body, `${status}: ${details[0]?.code ?? code}`), headers };
  }
}

/** Refuses a body that does not fit Graph's model, before any other check. */
function holdBody({ method, body }: Received, pathname: string): void {
  const [, version, path] = /^\/(v1\.0|beta)(\/.+)$/.exec(pathname) ?? [];
  if (path === undefined || body.length === 0 || method === "GET") return;
  const value = parseJson(body.toString("utf8"));
  if (value === undefined) throw new GraphErrorReply(400, "BadRequest");
  const differences = requestDifferences(version as GraphVersion, method, path, value);
  if (differences.length > 0) throw new GraphErrorReply(400, "Request_BadRequest", [], differences.join("; "));
}

async function route(tenant: Tenant, receivedRequest: Received, path: readonly (string | undefined)[]): Promise<StandInAnswer> {
  const [kind, id, link, end, last] = path;
  if (kind?.startsWith("applications")) return await answerApplications(tenant, receivedRequest, path);
  if (kind === "identityGovernance") return answerEntitlements(tenant, receivedRequest, path.slice(1));
  if (kind === "servicePrincipals") return await answerPrincipals(tenant, receivedRequest, path.slice(1));
  if (kind === "policies" && id === "claimsMappingPolicies") return await answerClaimsPolicies(tenant, receivedRequest, link, end);
  if (kind === "users" && link === "sponsors" && last === "$ref" && receivedRequest.method === "DELETE")
    return removeSponsor(tenant, tenant.directory.find(id), end ?? "");
  const request = [receivedRequest.method, kind, id && "{id}", link, end].filter((part) => part !== undefined).join(" ");
  switch (request) {
    case "GET users":
      return listUsers(tenant, receivedRequest);
    case "POST users":
      return createUser(tenant, receivedRequest);
    case "GET users {id}":
      return jsonAnswer(200, selectProperties(tenant.directory.find(id), receivedRequest.url), "200: account");
    case "PATCH users {id}":
      return updateUser(tenant, receivedRequest, tenant.directory.find(id));
    case "DELETE users {id}":
      return deleteUser(tenant, tenant.directory.find(id));
    case "GET users {id} transitiveMemberOf":
      return jsonAnswer(200, { value: tenant.directory.find(id).roles ?? [] }, "200: roles");
    case "POST invitations":
      return invite(tenant, receivedRequest);
    case "GET users {id} sponsors":
      return jsonAnswer(200, { value: tenant.directory.find(id).sponsors ?? [] }, "200: sponsors");
    case "POST users {id} sponsors $ref":
      return addSponsor(tenant, receivedRequest, tenant.directory.find(id));
    case "POST groups {id} members $ref":
      return addMember(tenant, receivedRequest, id ?? "");
    case "POST users {id} checkMemberGroups":
      return checkGroups(tenant, receivedRequest, tenant.directory.find(id));
    default:
      throw new GraphErrorReply(404, "UnknownError");
  }
}

export const graphStandIn: SystemStandIn = {
  names: ["graph", "login"],
  serve: (data, watch, trust) => serveGraph({ file: join(data, "graph.json"), watch, trust }),
};

const roles = ["Directory.ReadWrite.All", "User.Invite.All", "User.ReadWrite.All", "User.Create"].map((value, index) => ({
  id: `00000000-0000-4000-8000-00000000000${index + 1}`,
  value,
}));
const making = [{ id: "1", appRoleId: roles[2]?.id, principalDisplayName: "Gatehouse approvals" }];

const GRAPH = "servicePrincipals(appId='00000003-0000-0000-c000-000000000000')";

/** Answers by path, as in a new tenant that has an application for approved accounts. */
const answers: Readonly<Record<string, object>> = {
  "policies/authorizationPolicy": { allowInvitesFrom: "everyone", allowEmailVerifiedUsersToJoinOrganization: false },
  "policies/crossTenantAccessPolicy/partners": { value: [] },
  "directory/federationConfigurations/graph.samlOrWsFedExternalDomainFederation": { value: [] },
  "identityGovernance/entitlementManagement/assignmentPolicies": { value: [] },
  [GRAPH]: { appRoles: roles },
  [`${GRAPH}/appRoleAssignedTo`]: { value: making },
};

/** Graph's page size: "The maximum and default page size is 1,000 objects." */
const PAGE = 1_000;

const linesSchema = v.array(v.looseObject({ correlationId: boundedText(100), createdDateTime: v.pipe(v.string(), v.isoTimestamp()) }));

function addSignUps({ signUps }: Tenant, receivedRequest: Received): StandInAnswer {
  const lines = parsedBody(receivedRequest, linesSchema);
  signUps.push(...lines);
  return jsonAnswer(200, {}, `200: ${lines.length} lines in the log of sign-ups`);
}

function listLog(rows: readonly LoggedSignUp[], { method, url }: Received): StandInAnswer {
  if (method !== "GET") throw new GraphErrorReply(405, "MethodNotAllowed");
  const { $filter = "", $top = String(PAGE), $skiptoken = "0", ...others } = Object.fromEntries(url.searchParams);
  if (Object.keys(others).length > 0) throw new GraphErrorReply(400, "BadRequest");
  const matchingRows = rows.filter(parseTimeFilter($filter)).sort((a, b) => Date.parse(b.createdDateTime) - Date.parse(a.createdDateTime));
  const end = Number($skiptoken) + Math.min(Number($top), PAGE);
  const next = new URL(url);
  next.searchParams.set("$skiptoken", String(end));
  const value = matchingRows.slice(Number($skiptoken), end);
  return jsonAnswer(
    200,
    { value, "@odata.nextLink": end < matchingRows.length ? next.href : undefined },
    `200: ${value.length} of ${matchingRows.length}`,
  );
}

function parseTimeFilter(filter: string): (row: LoggedSignUp) => boolean {
  if (filter === "") return () => true;
  const parts = filter.split(" and ").map((part) => /^createdDateTime (ge|le) (\S+)$/.exec(part));
  if (parts.some((part) => part === null || Number.isNaN(Date.parse(`${part[2]}`)))) throw new GraphErrorReply(400, "BadRequest");
  return ({ createdDateTime }) =>
    parts.every((part) => {
      const [, operator, time = ""] = part as RegExpExecArray;
      return operator === "ge" ? Date.parse(createdDateTime) >= Date.parse(time) : Date.parse(createdDateTime) <= Date.parse(time);
    });
}
