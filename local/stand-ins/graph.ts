import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as v from "valibot";
import type { LocalServer } from "../aws/server";
import { json } from "./misbehaviours";
import { mediaType, type Received, type StandInAnswer, serveSystem, type Watch } from "./outside-system";

export interface GraphOptions {
  /** Where accounts are kept. @default in memory alone */
  readonly file?: string;
  /** The tenant's verified domain. @default any */
  readonly tenantDomain?: string;
  /** Long names of the custom attributes that the tenant has. @default any that is well formed */
  readonly extensions?: readonly string[];
  /** How long new accounts are hidden from searches, in milliseconds. @default 0 */
  readonly searchLagMs?: number;
  readonly watch?: Watch;
}

/** An account as it is kept: Graph's own names. */
export type GraphAccount = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly createdDateTime: string;
  readonly userPrincipalName: string;
  readonly mail: string;
  readonly userType: string;
  readonly identities: readonly v.InferOutput<typeof identitySchema>[];
  readonly externalUserState: string | null;
};

export interface GraphStandIn extends LocalServer {
  accounts(): readonly GraphAccount[];
}

interface Directory {
  accounts: GraphAccount[];
  /** Ids of the members, by the group's id. */
  readonly groups: Record<string, string[]>;
}

/** What Graph says instead. */
class GraphRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly details: readonly { readonly code: string; readonly message: string; readonly target: string }[] = [],
    override readonly message = details[0]?.message ?? code,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

const TENANT_DOMAIN = "contoso.onmicrosoft.com";
const TOKEN_LIFE_S = 3_599;
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const extensionName = /^extension_[0-9a-f]{32}_\w+$/;
/** Graph's username policies: 64 characters before the @, 48 after it. */
const principalName = /^[A-Za-z0-9'.\-_!#^~]{0,63}[A-Za-z0-9'\-_!#^~]@[A-Za-z0-9.-]{3,48}$/;

const address = v.pipe(v.string(), v.regex(/^[^@\s]+@[^@\s]+$/));
const text = (longest: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(longest));
const identitySchema = v.strictObject({ signInType: v.literal("federated"), issuer: text(512), issuerAssignedId: text(1_024) });
const extensionSchema = v.union([text(256), v.boolean(), v.pipe(v.number(), v.integer())]);
/** What an update may hold, with the lengths of Graph's user resource. */
const profileSchemas = {
  displayName: text(256),
  givenName: text(64),
  surname: text(64),
  jobTitle: text(128),
  streetAddress: text(1_024),
  city: text(128),
  postalCode: text(40),
  state: text(128),
  country: text(128),
};
const requiredSchemas = {
  userPrincipalName: v.pipe(v.string(), v.regex(principalName)),
  accountEnabled: v.literal(true),
  mail: address,
  userType: v.literal("Guest"),
  identities: v.pipe(v.array(identitySchema), v.minLength(1)),
};
const invitationSchemas = {
  invitedUserEmailAddress: address,
  inviteRedirectUrl: v.pipe(v.string(), v.url()),
};
const invitationOptions = { sendInvitationMessage: v.boolean(), invitedUserDisplayName: text(256) };
const memberSchema = v.strictObject({ "@odata.id": v.pipe(v.string(), v.regex(/\/directoryObjects\/[^/]+$/)) });
const groupsSchema = v.strictObject({ groupIds: v.array(v.string()) });

/** What GET gives without $select. */
const defaultProperties = ["businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation"].concat([
  "preferredLanguage",
  "surname",
  "userPrincipalName",
  "id",
]);

/**
 * A stand-in for Microsoft Graph and for the place that gives out its tokens, as far as guest accounts and members of
 * groups need them. Whose display name, surname or name before the @ is one of these makes it misbehave:
 * `Conflict` (another object has the address), `Forbidden` (no consent), `Throttled` (429 once), `Down` (500 once),
 * `Gone` (500 for ever), `Late` (unknown to the first update after an invitation), `Bounced` (an invitation with the
 * status Error), `Slow` (no answer for half a minute).
 */
export async function serveGraph({
  file,
  tenantDomain,
  extensions,
  searchLagMs = 0,
  watch = {},
}: GraphOptions = {}): Promise<GraphStandIn> {
  const directory: Directory =
    file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { accounts: [], groups: {} };
  const tokens = new Set<string>();
  /** Requests that misbehaved already, and are to pass now. */
  const past = new Set<string>();

  function save(): void {
    if (file === undefined) return;
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(directory, null, 2), { mode: 0o600 });
    renameSync(draft, file);
  }

  function answer(received: Received): StandInAnswer {
    const { pathname } = received.url;
    try {
      if (/^\/[^/]+\/oauth2\/v2\.0\/token$/.test(pathname)) return token(received);
      const [, bearer = ""] = /^Bearer (.+)$/.exec(received.headers.authorization ?? "") ?? [];
      if (!tokens.has(bearer)) throw new GraphRefusal(401, "InvalidAuthenticationToken");
      return route(
        received,
        pathname
          .replace(/^\/v1\.0/, "")
          .split("/")
          .slice(1)
          .map(decodeURIComponent),
      );
    } catch (error) {
      if (!(error instanceof GraphRefusal)) throw error;
      const { status, code, message, details, headers } = error;
      const innerError = { date: new Date().toISOString().slice(0, 19), "request-id": randomUUID(), "client-request-id": randomUUID() };
      const body = { error: { code, message, ...(details.length > 0 && { details }), innerError } };
      return { ...told(status, body, `${status}: ${details[0]?.code ?? code}`), headers };
    }
  }

  /** The client credentials grant. A secret is taken as it is, a signed assertion by its claims: nothing is verified. */
  function token({ method, url, body }: Received): StandInAnswer {
    const form = new URLSearchParams(body.toString("utf8"));
    const no = (status: number, error: string) => told(status, { error, error_description: "AADSTS" }, `${status}: ${error}`);
    if (method !== "POST") return no(400, "invalid_request");
    if (form.get("grant_type") !== "client_credentials") return no(400, "unsupported_grant_type");
    if (form.get("scope") !== "https://graph.microsoft.com/.default") return no(400, "invalid_scope");
    const proven = form.get("client_secret") || isAssertion(form, url.href);
    if (!form.get("client_id") || !proven) return no(401, "invalid_client");
    const access_token = randomUUID();
    tokens.add(access_token);
    return told(200, { token_type: "Bearer", expires_in: TOKEN_LIFE_S, ext_expires_in: TOKEN_LIFE_S, access_token }, "200: token");
  }

  function route(received: Received, [kind, id, link, end]: readonly (string | undefined)[]): StandInAnswer {
    const request = [received.method, kind, id && "{id}", link, end].filter((part) => part !== undefined).join(" ");
    switch (request) {
      case "GET users":
        return listUsers(received.url);
      case "POST users":
        return createUser(received);
      case "GET users {id}":
        return told(200, selected(find(id), received.url), "200: account");
      case "PATCH users {id}":
        return updateUser(received, find(id));
      case "POST invitations":
        return invite(received);
      case "POST groups {id} members $ref":
        return addMember(received, id ?? "");
      case "POST users {id} checkMemberGroups":
        return checkGroups(received, find(id));
      default:
        throw new GraphRefusal(404, "UnknownError");
    }
  }

  function find(id = ""): GraphAccount {
    const account = directory.accounts.find((each) => each.id === id || sameText(each.userPrincipalName, id));
    if (account === undefined) throw new GraphRefusal(404, "Request_ResourceNotFound");
    return account;
  }

  function listUsers(url: URL): StandInAnswer {
    const matches = matcherOf(url.searchParams.get("$filter") ?? "");
    const visible = directory.accounts.filter(({ createdDateTime }) => Date.now() - Date.parse(createdDateTime) >= searchLagMs);
    const value = visible.filter(matches).map((account) => selected(account, url));
    return told(200, { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", value }, `200: ${value.length} accounts`);
  }

  function createUser(received: Received): StandInAnswer {
    const body = checked(received, requiredSchemas, profileSchemas);
    const { userPrincipalName, identities } = body as GraphAccount;
    if (!verified(userPrincipalName)) throw invalid("userPrincipalName");
    const about = misbehave(received, body);
    if (directory.accounts.some((each) => sameText(each.userPrincipalName, userPrincipalName))) throw conflict("userPrincipalName");
    if (directory.accounts.some((each) => each.identities.some((one) => identities.some((other) => sameIdentity(one, other))))) {
      throw conflict("identities");
    }
    const account = { ...body, id: randomUUID(), createdDateTime: new Date().toISOString(), externalUserState: null } as GraphAccount;
    directory.accounts.push(account);
    save();
    const created = { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity", ...selected(account) };
    return { ...told(201, created, "201: account"), about };
  }

  function updateUser(received: Received, account: GraphAccount): StandInAnswer {
    const body = checked(received, {}, profileSchemas);
    const about = misbehave(received, body, account);
    directory.accounts = directory.accounts.map((each) => (each === account ? { ...account, ...body } : each));
    save();
    return { status: 204, body: "", said: "204: account", about };
  }

  function invite(received: Received): StandInAnswer {
    const body = checked(received, invitationSchemas, invitationOptions);
    const about = misbehave(received, body);
    const mail = body.invitedUserEmailAddress as string;
    const standing = directory.accounts.find((each) => sameText(each.mail, mail));
    if (standing !== undefined && standing.userType !== "Guest") throw new GraphRefusal(400, "BadRequest");
    const bounced = namesIn(body).includes("bounced");
    const account = standing ?? invited(mail, tenantDomain ?? TENANT_DOMAIN);
    if (standing === undefined && !bounced) {
      directory.accounts.push(account);
      save();
    }
    const invitation = {
      "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#invitations/$entity",
      id: randomUUID(),
      inviteRedeemUrl: `https://login.microsoftonline.com/redeem?rd=${encodeURIComponent(`https://invitations.microsoft.com/redeem/?user=${account.id}&ticket=${randomUUID()}`)}`,
      invitedUserDisplayName: null,
      invitedUserType: "Guest",
      sendInvitationMessage: false,
      resetRedemption: false,
      ...body,
      status: bounced ? "Error" : "PendingAcceptance",
      invitedUser: { id: account.id },
    };
    return { ...told(201, invitation, "201: invitation"), about };
  }

  function addMember(received: Received, groupId: string): StandInAnswer {
    const { "@odata.id": reference } = parsed(received, memberSchema);
    const { id } = find(reference.slice(reference.lastIndexOf("/") + 1));
    const members = directory.groups[groupId] ?? [];
    if (members.includes(id)) throw new GraphRefusal(400, "Request_BadRequest");
    directory.groups[groupId] = [...members, id];
    save();
    return { status: 204, body: "", said: "204: member" };
  }

  function checkGroups(received: Received, { id }: GraphAccount): StandInAnswer {
    const { groupIds } = parsed(received, groupsSchema);
    const value = groupIds.filter((groupId) => directory.groups[groupId]?.includes(id));
    return told(200, { value }, "200: groups");
  }

  /** A body of these properties and well-formed custom attributes; refuses any other as Graph does. */
  function checked(received: Received, required: Schemas, optional: Schemas): Readonly<Record<string, unknown>> {
    const body = parsed(received, v.record(v.string(), v.unknown()));
    for (const name of Object.keys(required)) if (body[name] === undefined) throw invalid(name);
    for (const [name, value] of Object.entries(body)) {
      const schema = extensionName.test(name) ? extensionSchema : { ...required, ...optional }[name];
      const unknown = schema === extensionSchema && extensions !== undefined && !extensions.includes(name);
      // Graph names neither in its details.
      if (schema === undefined || unknown) throw new GraphRefusal(400, "Request_BadRequest");
      if (!v.is(schema, value)) throw invalid(name);
    }
    return body;
  }

  function verified(name: string): boolean {
    return tenantDomain === undefined || sameText(name.slice(name.indexOf("@") + 1), tenantDomain);
  }

  /** Throws what the names in a request ask for; gives them for what else they may ask for. */
  function misbehave({ method, url }: Received, body: object, account?: GraphAccount): readonly string[] {
    const names = namesIn({ ...account, ...body });
    const first = (name: string) => {
      const key = `${method} ${url.pathname} ${name} ${JSON.stringify(body)}`;
      return names.includes(name) && !past.has(key) && past.add(key);
    };
    if (names.includes("forbidden")) throw new GraphRefusal(403, "Authorization_RequestDenied");
    if (names.includes("gone") || first("down")) throw new GraphRefusal(500, "InternalServerError");
    if (first("throttled")) throw new GraphRefusal(429, "TooManyRequests", [], "Please retry again later.", { "Retry-After": "1" });
    if (account !== undefined && first("late")) throw new GraphRefusal(404, "Request_ResourceNotFound");
    if (names.includes("conflict")) throw conflict("proxyAddresses");
    return names.filter((name) => name === "slow");
  }

  const server = await serveSystem(json, answer, watch);
  return { ...server, accounts: () => directory.accounts };
}

type Schemas = Readonly<Record<string, v.GenericSchema>>;

function told(status: number, body: object, said: string): StandInAnswer {
  return { status, body: JSON.stringify(body), said };
}

function parsed<T extends v.GenericSchema>(received: Received, schema: T): v.InferOutput<T> {
  if (mediaType(received) !== "application/json") throw new GraphRefusal(400, "RequestBodyRead");
  let body: unknown;
  try {
    body = JSON.parse(received.body.toString("utf8"));
  } catch {
    throw new GraphRefusal(400, "BadRequest");
  }
  const read = v.safeParse(schema, body);
  if (!read.success) throw new GraphRefusal(400, "Request_BadRequest");
  return read.output;
}

function invalid(target: string): GraphRefusal {
  const message = `Invalid value specified for property '${target}' of resource 'User'.`;
  return new GraphRefusal(400, "Request_BadRequest", [{ code: "InvalidValue", message, target }]);
}

function conflict(target: string): GraphRefusal {
  const message = `Another object with the same value for property ${target} already exists.`;
  return new GraphRefusal(400, "Request_BadRequest", [{ code: "ObjectConflict", message, target }]);
}

/** Whom a request is about, in lower case. */
function namesIn(about: object): readonly string[] {
  const { displayName, surname, mail, invitedUserEmailAddress } = about as Readonly<Record<string, unknown>>;
  const local = (address: unknown) => String(address ?? "").split("@", 1)[0];
  return [displayName, surname, local(mail), local(invitedUserEmailAddress)].map((name) =>
    String(name ?? "")
      .trim()
      .toLowerCase(),
  );
}

function invited(mail: string, domain: string): GraphAccount {
  const userPrincipalName = `${mail.replace("@", "_")}#EXT#@${domain}`;
  return {
    id: randomUUID(),
    createdDateTime: new Date().toISOString(),
    userPrincipalName,
    accountEnabled: true,
    mail,
    userType: "Guest",
    identities: [],
    externalUserState: "PendingAcceptance",
  };
}

/** The properties that $select names; null for those without a value. */
function selected(account: GraphAccount, url?: URL): object {
  const names = url?.searchParams.get("$select")?.split(",") ?? defaultProperties;
  return Object.fromEntries(names.map((name) => [name, account[name] ?? (name === "businessPhones" ? [] : null)]));
}

/** The filters that are documented for finding guests. */
function matcherOf(filter: string): (account: GraphAccount) => boolean {
  const literal = "'((?:[^']|'')*)'";
  const unquoted = (quoted = "") => quoted.replaceAll("''", "'");
  const [, assignedId, issuer] =
    new RegExp(`^identities/any\\(c:c/issuerAssignedId eq ${literal} and c/issuer eq ${literal}\\)$`).exec(filter) ?? [];
  if (issuer !== undefined) {
    const wanted = { issuer: unquoted(issuer), issuerAssignedId: unquoted(assignedId) };
    return ({ identities }) => identities.some((identity) => sameIdentity(identity, wanted));
  }
  const [, mail, userType] = new RegExp(`^mail eq ${literal}(?: and userType eq ${literal})?$`).exec(filter) ?? [];
  if (mail === undefined) throw new GraphRefusal(400, "Request_UnsupportedQuery");
  return (account) => sameText(account.mail, unquoted(mail)) && (userType === undefined || account.userType === unquoted(userType));
}

function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

type IdentityKey = Pick<v.InferOutput<typeof identitySchema>, "issuer" | "issuerAssignedId">;

function sameIdentity(one: IdentityKey, other: IdentityKey): boolean {
  return one.issuer === other.issuer && one.issuerAssignedId === other.issuerAssignedId;
}

/** A signed assertion with the header and claims that Entra wants of a certificate. */
function isAssertion(form: URLSearchParams, audience: string): boolean {
  if (form.get("client_assertion_type") !== ASSERTION_TYPE) return false;
  const [header, claims, signature] = (form.get("client_assertion") ?? "").split(".");
  const client = form.get("client_id");
  const { alg, typ, "x5t#S256": thumbprint } = partOf(header);
  const { aud, iss, sub, exp, jti } = partOf(claims);
  const named = iss === client && sub === client && aud === audience && typeof jti === "string";
  return alg === "PS256" && typ === "JWT" && typeof thumbprint === "string" && named && Number(exp) * 1_000 > Date.now() && !!signature;
}

function partOf(encoded = ""): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(encoded, "base64url").toString("utf8")) ?? {};
  } catch {
    return {};
  }
}
