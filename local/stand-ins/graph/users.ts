import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { Received, StandInAnswer } from "../outside-system";
import { type GraphAccount, identitySchema, sameIdentity, sameText } from "./directory";
import { misbehave } from "./misbehaviour";
import { conflict, GraphErrorReply, invalid } from "./refusal";
import { checked, told } from "./request";
import type { Tenant } from "./tenant";
import { boundedText, mailAddress } from "./texts";

/** Graph's username policies: 64 characters before the @, 48 after it. */
const principalName = /^[A-Za-z0-9'.\-_!#^~]{0,63}[A-Za-z0-9'\-_!#^~]@[A-Za-z0-9.-]{3,48}$/;

/** What an update may hold, with the lengths of Graph's user resource. */
const profileSchemas = {
  displayName: boundedText(256),
  givenName: boundedText(64),
  surname: boundedText(64),
  jobTitle: boundedText(128),
  streetAddress: boundedText(1_024),
  city: boundedText(128),
  postalCode: boundedText(40),
  state: boundedText(128),
  country: boundedText(128),
};
const requiredSchemas = {
  userPrincipalName: v.pipe(v.string(), v.regex(principalName)),
  accountEnabled: v.literal(true),
  mail: mailAddress,
  userType: v.literal("Guest"),
  identities: v.pipe(v.array(identitySchema), v.minLength(1)),
};

/** What GET gives without $select. */
const defaultProperties = ["businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation"].concat([
  "preferredLanguage",
  "surname",
  "userPrincipalName",
  "id",
]);

export function listUsers(tenant: Tenant, url: URL): StandInAnswer {
  const matches = matcherOf(url.searchParams.get("$filter") ?? "");
  const visible = tenant.directory.accounts.filter(({ createdDateTime }) => Date.now() - Date.parse(createdDateTime) >= tenant.searchLagMs);
  const value = visible.filter(matches).map((account) => selected(account, url));
  return told(200, { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", value }, `200: ${value.length} accounts`);
}

export function createUser(tenant: Tenant, received: Received): StandInAnswer {
  const body = checked(tenant, received, requiredSchemas, profileSchemas);
  const { userPrincipalName, identities } = body as GraphAccount;
  if (!verified(tenant, userPrincipalName)) throw invalid("userPrincipalName");
  const about = misbehave(tenant, received, body);
  if (tenant.directory.accounts.some((each) => sameText(each.userPrincipalName, userPrincipalName))) throw conflict("userPrincipalName");
  if (tenant.directory.accounts.some((each) => each.identities.some((one) => identities.some((other) => sameIdentity(one, other))))) {
    throw conflict("identities");
  }
  const account = { ...body, id: randomUUID(), createdDateTime: new Date().toISOString(), externalUserState: null } as GraphAccount;
  tenant.directory.accounts.push(account);
  tenant.directory.save();
  const created = { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity", ...selected(account) };
  return { ...told(201, created, "201: account"), about };
}

export function updateUser(tenant: Tenant, received: Received, account: GraphAccount): StandInAnswer {
  const body = checked(tenant, received, {}, profileSchemas);
  const about = misbehave(tenant, received, body, account);
  tenant.directory.accounts = tenant.directory.accounts.map((each) => (each === account ? { ...account, ...body } : each));
  tenant.directory.save();
  return { status: 204, body: "", said: "204: account", about };
}

function verified({ domain }: Tenant, name: string): boolean {
  return domain === undefined || sameText(name.slice(name.indexOf("@") + 1), domain);
}

/** The properties that $select names; null for those without a value. */
export function selected(account: GraphAccount, url?: URL): object {
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
  if (mail === undefined) throw new GraphErrorReply(400, "Request_UnsupportedQuery");
  return (account) => sameText(account.mail, unquoted(mail)) && (userType === undefined || account.userType === unquoted(userType));
}
