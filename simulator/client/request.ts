import { isBuiltInAttribute } from "../../engine/protocols/attributes";
import type { Step, TenantKind } from "../../engine/sign-up/sign-up";
import { type Attribute, longName, type Values } from "../contract/attributes";
import { eventWords, valueTypes } from "../contract/extension-answer";
import { computeAccountId, computeUserId, type Person } from "./person";

/** A connector's request: flat, without empty claims. */
export type RequestClaims = Readonly<Record<string, unknown>>;

/** Name of the tenant, which is also the issuer of local accounts. */
export const TENANT_DOMAIN = "contoso.onmicrosoft.com";

const b2cStepNames: Readonly<Record<Step, string>> = {
  "after-sign-in": "PostFederationSignup",
  "before-create-user": "PostAttributeCollection",
  "before-sending-token": "PreTokenIssuance",
};

export function connectorRequest(
  tenant: Exclude<TenantKind, "external-tenant">,
  step: Step,
  person: Person,
  attributes: Values,
): RequestClaims {
  const { email, locales, application, issuer, address } = person;
  const claims = Object.entries(attributes).filter(([, value]) => value !== "");
  // After sign-in, the documented name of `surname` in a workforce tenant is `lastName`.
  const wireName = (name: string) =>
    tenant === "workforce" && name === "surname" && step === "after-sign-in" ? "lastName" : longName(name);
  return {
    ...(tenant === "b2c" && { step: b2cStepNames[step], client_id: application }),
    ...(step === "before-sending-token" && { objectId: computeUserId(person) }),
    ...((address !== "none" || issuer === "mail") && { email }),
    ...buildConnectorIdentities(tenant, person),
    ...Object.fromEntries(claims.map(([name, value]) => [wireName(name), value])),
    ...(locales.length > 0 && { ui_locales: locales.join(" ") }),
  };
}

function buildConnectorIdentities(tenant: TenantKind, person: Person): RequestClaims {
  const { issuer, email } = person;
  // Entra's requests about Entra and Microsoft accounts contain no identities.
  if (issuer === "entra") return {};
  if (tenant === "b2c" && issuer === "mail") {
    return { identities: [{ signInType: "emailAddress", issuer: TENANT_DOMAIN, issuerAssignedId: email }] };
  }
  return { identities: [{ signInType: "federated", issuer, issuerAssignedId: computeAccountId(person) }] };
}

interface CallIds {
  readonly tenantId: string;
  readonly correlationId: string;
}

/** Made-up ids. A real call has the ids of the listener and of the extension that the administrator set up. */
const LISTENER_ID = "1c5e0d7f-24b8-4a93-9f60-e7d8c3b2a145";
const EXTENSION_ID = "58f1a6c3-0b7d-4e29-8c94-3a6d5e1f2b70";
const APPLICATION_NAME = "Sign-up simulator";

export function extensionRequest(step: Step, person: Person, attributes: Values, { tenantId, correlationId }: CallIds) {
  const { event, calloutData } = eventWords[step];
  const { application, ipAddress, locales } = person;
  const locale = (locales[0] ?? "en-us").toLowerCase();
  const principal = { id: application, appId: application, appDisplayName: APPLICATION_NAME, displayName: APPLICATION_NAME };
  return {
    type: `microsoft.graph.authenticationEvent.${event}`,
    source: `/tenants/${tenantId}/applications/${application}`,
    data: {
      "@odata.type": calloutData,
      tenantId,
      authenticationEventListenerId: LISTENER_ID,
      customAuthenticationExtensionId: EXTENSION_ID,
      authenticationContext: {
        correlationId,
        client: { ip: ipAddress, locale, market: locale },
        protocol: "OAUTH2.0",
        clientServicePrincipal: principal,
        resourceServicePrincipal: principal,
        ...(step === "before-sending-token" && { user: buildUser(person, attributes) }),
      },
      ...(step !== "before-sending-token" && { userSignUpInfo: userSignUpInfo(person, attributes) }),
    },
  };
}

function userSignUpInfo(person: Person, values: Values) {
  const { collects, issuer, address, email } = person;
  const cells = collects.map((attribute) => [longName(attribute.name), buildAttributeCell(attribute, values)]);
  const emailMember = issuer !== "mail" &&
    address === "attribute" && { email: buildAttributeCell({ name: "email", type: "string" }, { email }) };
  return {
    attributes: { ...emailMember, ...Object.fromEntries(cells) },
    identities: buildIdentities(person),
  };
}

/** An attribute without a value gets the default value of its type. The type of numbers has no default value. */
function buildAttributeCell({ name, type }: Attribute, values: Values) {
  const givenValue = values[name];
  const value = givenValue === undefined || givenValue === "" ? { string: "", boolean: false, integer: undefined }[type] : givenValue;
  return {
    "@odata.type": valueTypes[type],
    value,
    attributeType: isBuiltInAttribute(name) ? "builtIn" : "directorySchemaExtension",
  };
}

/** An address that a code proved is an identity. An address from a provider is an identity only if `person.address` is "identity". */
function buildIdentities(person: Person) {
  const { issuer, email, address } = person;
  const byAddress = { signInType: "email", issuer: TENANT_DOMAIN, issuerAssignedId: email };
  if (issuer === "mail") return [byAddress];
  const account = { signInType: "federated", issuer, issuerAssignedId: computeAccountId(person) };
  return address === "identity" ? [account, byAddress] : [account];
}

function buildUser(person: Person, account: Values) {
  const { displayName, givenName, surname } = account;
  const id = computeUserId(person);
  return {
    id,
    userPrincipalName: `${id}@${TENANT_DOMAIN}`,
    ...Object.fromEntries(Object.entries({ displayName, givenName, surname }).filter(([, value]) => value !== undefined)),
    mail: person.email,
    createdDateTime: new Date().toISOString(),
    ...(person.locales[0] !== undefined && { preferredLanguage: person.locales[0] }),
    userType: "Member",
  };
}
