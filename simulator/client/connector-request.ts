import type { Step, TenantKind } from "../../engine/sign-up/sign-up";
import { longName, type Values } from "../contract/attributes";
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
  const wireName = tenant === "workforce" ? workforceName(step) : longName;
  return {
    ...(tenant === "b2c" && { step: b2cStepNames[step], client_id: application }),
    ...(step === "before-sending-token" && { objectId: computeUserId(person) }),
    ...((address !== "none" || issuer === "mail") && { email }),
    ...buildIdentities(tenant, person),
    ...Object.fromEntries(claims.map(([name, value]) => [wireName(name), value])),
    ...(locales.length > 0 && { ui_locales: locales.join(" ") }),
  };
}

function buildIdentities(tenant: TenantKind, person: Person): RequestClaims {
  const { issuer, email } = person;
  // Entra's requests about Entra and Microsoft accounts contain no identities.
  if (issuer === "entra") return {};
  if (tenant === "b2c" && issuer === "mail") {
    return { identities: [{ signInType: "emailAddress", issuer: TENANT_DOMAIN, issuerAssignedId: email }] };
  }
  return { identities: [{ signInType: "federated", issuer, issuerAssignedId: computeAccountId(person) }] };
}

/**
 * Returns a function that converts an attribute's name into its documented name. After sign-in, the documented name of `surname` is
 * `lastName`.
 */
function workforceName(step: Step): (name: string) => string {
  return (name) => (name === "surname" && step === "after-sign-in" ? "lastName" : longName(name));
}
