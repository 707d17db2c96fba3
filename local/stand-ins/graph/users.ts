import { createHash, randomUUID } from "node:crypto";
import * as v from "valibot";
import { attributeLengths } from "../../../engine/protocols/attributes";
import { jsonAnswer, type LetIn, noContent, type Received, type StandInAnswer } from "../outside-system";
import { type GraphAccount, identitySchema, sameIdentity, sameText, type Tenant } from "./directory";
import { boundedText, conflict, GraphErrorReply, invalidProperty, mailAddress, parsedBody, referredId } from "./objects";

const extensionName = /^extension_[0-9a-f]{32}_\w+$/;

/** Source: Graph's page of extensionProperty. Longer than what Azure AD B2C and external tenants promise. */
const EXTENSION_LENGTH = 256;
const extensionSchema = v.union([boundedText(EXTENSION_LENGTH), v.boolean(), v.pipe(v.number(), v.integer())]);

type Schemas = Readonly<Record<string, v.GenericSchema>>;

/** Graph's username policies: 64 characters before the @, 48 after it. */
const principalName = /^[A-Za-z0-9'.\-_!#^~]{0,63}[A-Za-z0-9'\-_!#^~]@[A-Za-z0-9.-]{3,48}$/;

/** Fields that an update may contain, with the lengths of Graph's user resource. */
const profileSchemas: Schemas = Object.fromEntries(Object.entries(attributeLengths).map(([name, length]) => [name, boundedText(length)]));
const signInSchemas = { accountEnabled: v.boolean() };
const requiredSchemas = {
  userPrincipalName: v.pipe(v.string(), v.regex(principalName)),
  accountEnabled: v.literal(true),
  mail: mailAddress,
  userType: v.literal("Guest"),
  identities: v.pipe(v.array(identitySchema), v.minLength(1)),
};

/** Properties that GET returns without $select. */
const defaultProperties = ["businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation"].concat([
  "preferredLanguage",
  "surname",
  "userPrincipalName",
  "id",
]);

export function listUsers(tenant: Tenant, { url }: Received): StandInAnswer {
  refuseSignIns(tenant, url);
  const filter = url.searchParams.get("$filter") ?? "";
  const [, address] = /^\(mail eq '(.*)' or userPrincipalName eq '\1'\) and userType eq 'Member'$/.exec(filter) ?? [];
  if (address !== undefined) return listColleagues(tenant, address.replaceAll("''", "'"));
  const matches = parseUserFilter(filter);
  const visible = tenant.directory.accounts.filter(({ createdDateTime }) => Date.now() - Date.parse(createdDateTime) >= tenant.searchLagMs);
  const value = visible.filter(matches).map((account) => selectProperties(account, url));
  return jsonAnswer(200, { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", value }, `200: ${value.length} accounts`);
}

/** Graph refuses the whole request that asks for sign-ins without a licence or the permission. Source: microsoft-graph-docs issue 14118. */
function refuseSignIns({ permissions, hasPremium = true }: Tenant, { searchParams }: URL): void {
  if (!searchParams.get("$select")?.split(",").includes("signInActivity")) return;
  if (!hasPremium) throw new GraphErrorReply(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant");
  if (permissions?.includes("AuditLog.Read.All") === false) throw new GraphErrorReply(403, "Authorization_RequestDenied");
}

/**
 * Lists the Members with the address. If there are none, makes up a colleague for any address at contoso.com except `nobody@contoso.com`.
 * The account of `left@contoso.com` is disabled.
 */
function listColleagues({ directory }: Tenant, address: string): StandInAnswer {
  const colleagues = directory.accounts.filter(({ mail, userType }) => userType === "Member" && sameText(mail, address));
  const [name = "", domain] = address.toLowerCase().split("@");
  const isColleague = colleagues.length === 0 && domain === "contoso.com" && name !== "nobody";
  const id = createHash("sha256")
    .update(address.toLowerCase())
    .digest("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
  const value = isColleague
    ? [{ id, accountEnabled: name !== "left" }]
    : colleagues.map((account) => ({ id: account.id, accountEnabled: account.accountEnabled }));
  return jsonAnswer(200, { value }, `200: ${value.length} accounts`);
}

export function deleteUser({ directory }: Tenant, account: GraphAccount): StandInAnswer {
  directory.accounts = directory.accounts.filter((each) => each !== account);
  directory.save();
  return noContent("account");
}

export function createUser(tenant: Tenant, receivedRequest: Received): StandInAnswer {
  const body = parseUserBody(tenant, receivedRequest, requiredSchemas, profileSchemas);
  const { userPrincipalName, identities } = body as GraphAccount;
  const domain = userPrincipalName.slice(userPrincipalName.indexOf("@") + 1);
  if (tenant.tenantDomain !== undefined && !sameText(domain, tenant.tenantDomain)) throw invalidProperty("userPrincipalName");
  const about = misbehave(tenant, receivedRequest, body);
  if (tenant.directory.accounts.some((each) => sameText(each.userPrincipalName, userPrincipalName))) throw conflict("userPrincipalName");
  if (tenant.directory.accounts.some((each) => each.identities.some((one) => identities.some((other) => sameIdentity(one, other))))) {
    throw conflict("identities");
  }
  const account = { ...body, id: randomUUID(), createdDateTime: new Date().toISOString(), externalUserState: null } as GraphAccount;
  tenant.directory.accounts.push(account);
  tenant.directory.save();
  const reply = { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity", ...selectProperties(account) };
  return { ...jsonAnswer(201, reply, "201: account"), about };
}

export function updateUser(tenant: Tenant, receivedRequest: Received, account: GraphAccount): StandInAnswer {
  const body = parseUserBody(tenant, receivedRequest, {}, { ...profileSchemas, ...signInSchemas });
  const about = misbehave(tenant, receivedRequest, body, account);
  tenant.directory.accounts = tenant.directory.accounts.map((each) => (each === account ? { ...account, ...body } : each));
  tenant.directory.save();
  return { status: 204, body: "", said: "204: account", about };
}

export function selectProperties(account: GraphAccount, url?: URL): object {
  const names = url?.searchParams.get("$select")?.split(",") ?? defaultProperties;
  const shown = names.filter((name) => name !== "signInActivity" || account.signInActivity !== undefined);
  return Object.fromEntries(shown.map((name) => [name, account[name] ?? (name === "businessPhones" ? [] : null)]));
}

function parseUserFilter(filter: string): (account: GraphAccount) => boolean {
  const literal = "'((?:[^']|'')*)'";
  const [, ids] = /^id in \(((?:'[^']*',?)+)\)$/.exec(filter) ?? [];
  if (ids !== undefined) {
    const wanted = ids.split(",").map((id) => id.slice(1, -1));
    // Graph accepts at most 15 values in one filter.
    if (wanted.length > 15) throw new GraphErrorReply(400, "Request_UnsupportedQuery");
    return ({ id }) => wanted.includes(id);
  }
  const unescapeQuotes = (quotedText = "") => quotedText.replaceAll("''", "'");
  const [, assignedId, issuer] =
    new RegExp(`^identities/any\\(c:c/issuerAssignedId eq ${literal} and c/issuer eq ${literal}\\)$`).exec(filter) ?? [];
  if (issuer !== undefined) {
    const wantedIdentity = { issuer: unescapeQuotes(issuer), issuerAssignedId: unescapeQuotes(assignedId) };
    return ({ identities }) => identities.some((identity) => sameIdentity(identity, wantedIdentity));
  }
  const [, otherMail] = new RegExp(`^otherMails/any\\(m:m eq ${literal}\\)$`).exec(filter) ?? [];
  if (otherMail !== undefined) return ({ otherMails = [] }) => otherMails.some((each) => sameText(each, unescapeQuotes(otherMail)));
  const [, mail, userType] = new RegExp(`^mail eq ${literal}(?: and userType eq ${literal})?$`).exec(filter) ?? [];
  if (mail === undefined) throw new GraphErrorReply(400, "Request_UnsupportedQuery");
  return (account) =>
    sameText(account.mail, unescapeQuotes(mail)) && (userType === undefined || account.userType === unescapeQuotes(userType));
}

/** The provider's id for the person is unknown here, so the address takes its place. */
export function letIn({ directory, tenantDomain = TENANT_DOMAIN }: Tenant, { email, issuers }: LetIn): void {
  if (directory.accounts.some(({ mail }) => sameText(mail, email))) return;
  const identities = issuers.map((issuer) => ({ signInType: "federated" as const, issuer, issuerAssignedId: email }));
  const newAccount = { creationType: "SelfServiceSignUp", otherMails: [email], externalUserState: "Accepted", identities };
  directory.accounts.push({ ...buildGuestAccount(email, tenantDomain), ...newAccount });
  directory.save();
}

const groupsSchema = v.strictObject({ groupIds: v.array(v.string()) });

export function addMember(tenant: Tenant, receivedRequest: Received, groupId: string): StandInAnswer {
  const { id } = tenant.directory.find(referredId(receivedRequest, "directoryObjects"));
  const members = tenant.directory.groups[groupId] ?? [];
  if (members.includes(id)) throw new GraphErrorReply(400, "Request_BadRequest");
  tenant.directory.groups[groupId] = [...members, id];
  tenant.directory.save();
  return noContent("member");
}

/** Accepts any id, because the directory may not contain the sponsor. */
export function addSponsor(tenant: Tenant, receivedRequest: Received, account: GraphAccount): StandInAnswer {
  const id = referredId(receivedRequest, "v1.0/users", "v1.0/groups");
  const { sponsors = [] } = account;
  if (sponsors.some((each) => each.id === id)) throw new GraphErrorReply(400, "Request_BadRequest");
  replaceSponsors(tenant, account, [...sponsors, { id }]);
  return noContent("sponsor");
}

export function removeSponsor(tenant: Tenant, account: GraphAccount, id: string): StandInAnswer {
  const { sponsors = [] } = account;
  if (!sponsors.some((each) => each.id === id)) throw new GraphErrorReply(404, "Request_ResourceNotFound");
  replaceSponsors(
    tenant,
    account,
    sponsors.filter((sponsor) => sponsor.id !== id),
  );
  return noContent("sponsor removed");
}

function replaceSponsors({ directory }: Tenant, account: GraphAccount, sponsors: GraphAccount["sponsors"]): void {
  directory.accounts = directory.accounts.map((each) => (each === account ? { ...account, sponsors } : each));
  directory.save();
}

export function checkGroups(tenant: Tenant, receivedRequest: Received, { id }: GraphAccount): StandInAnswer {
  const { groupIds } = parsedBody(receivedRequest, groupsSchema);
  const value = groupIds.filter((groupId) => tenant.directory.groups[groupId]?.includes(id));
  return jsonAnswer(200, { value }, "200: groups");
}

function parseUserBody(
  { extensions }: Tenant,
  receivedRequest: Received,
  neededSchemas: Schemas,
  optional: Schemas,
): Readonly<Record<string, unknown>> {
  const body = parsedBody(receivedRequest, v.record(v.string(), v.unknown()));
  for (const name of Object.keys(neededSchemas)) if (body[name] === undefined) throw invalidProperty(name);
  for (const [name, value] of Object.entries(body)) {
    const schema = extensionName.test(name) ? extensionSchema : { ...neededSchemas, ...optional }[name];
    const unknown = schema === extensionSchema && extensions !== undefined && !extensions.includes(name);
    // Graph's error details name neither an unknown property nor an unknown attribute.
    if (schema === undefined || unknown) throw new GraphErrorReply(400, "Request_BadRequest");
    if (!v.is(schema, value)) throw invalidProperty(name);
  }
  return body;
}

/**
 * Throws the error that a name in the request causes. If there is none, returns the names that spoil the answer: `slow`, `empty` and
 * `shape`.
 */
function misbehave({ misbehaved }: Tenant, { method, url }: Received, body: object, account?: GraphAccount): readonly string[] {
  const names = namesIn({ ...account, ...body });
  const first = (name: string) => {
    const key = `${method} ${url.pathname} ${name} ${JSON.stringify(body)}`;
    return names.includes(name) && !misbehaved.has(key) && misbehaved.add(key);
  };
  if (names.includes("forbidden")) throw new GraphErrorReply(403, "Authorization_RequestDenied");
  if (names.includes("gone") || first("down")) throw new GraphErrorReply(500, "InternalServerError");
  if (first("throttled")) throw new GraphErrorReply(429, "TooManyRequests", [], "Please retry again later.", { "Retry-After": "1" });
  if (account !== undefined && first("late")) throw new GraphErrorReply(404, "Request_ResourceNotFound");
  if (names.includes("conflict")) throw conflict("proxyAddresses");
  return names.filter((name) => ["slow", "empty", "shape"].includes(name));
}

function namesIn(about: object): readonly string[] {
  const { displayName, surname, mail, invitedUserEmailAddress } = about as Readonly<Record<string, unknown>>;
  const local = (address: unknown) => String(address ?? "").split("@", 1)[0];
  return [displayName, surname, local(mail), local(invitedUserEmailAddress)].map((name) =>
    String(name ?? "")
      .trim()
      .toLowerCase(),
  );
}

const TENANT_DOMAIN = "contoso.onmicrosoft.com";
const invitationSchemas = {
  invitedUserEmailAddress: mailAddress,
  inviteRedirectUrl: v.pipe(v.string(), v.url()),
};
const invitationOptions = {
  sendInvitationMessage: v.boolean(),
  invitedUserDisplayName: boundedText(256),
  invitedUserMessageInfo: v.strictObject({ messageLanguage: v.pipe(v.string(), v.regex(/^[a-z]{2,3}(-[A-Z]{2}|-\d{3})?$/)) }),
};

export function invite(tenant: Tenant, receivedRequest: Received): StandInAnswer {
  const body = parseUserBody(tenant, receivedRequest, invitationSchemas, invitationOptions);
  const about = misbehave(tenant, receivedRequest, body);
  const mail = body.invitedUserEmailAddress as string;
  const existing = tenant.directory.accounts.find((each) => sameText(each.mail, mail));
  if (existing !== undefined && existing.userType !== "Guest") throw new GraphErrorReply(400, "BadRequest");
  const hasBounced = namesIn(body).includes("bounced");
  const account = existing ?? buildGuestAccount(mail, tenant.tenantDomain ?? TENANT_DOMAIN);
  if (existing === undefined && !hasBounced) {
    tenant.directory.accounts.push(account);
    tenant.directory.save();
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
    status: hasBounced ? "Error" : "PendingAcceptance",
    invitedUser: { id: account.id },
  };
  return { ...jsonAnswer(201, invitation, "201: invitation"), about };
}

function buildGuestAccount(mail: string, domain: string): GraphAccount {
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
    externalUserStateChangeDateTime: new Date().toISOString(),
  };
}
