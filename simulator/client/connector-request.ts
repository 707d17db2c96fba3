import type { Step, TenantKind } from "../../engine/sign-up/sign-up";
import { longName, type Values } from "../contract/attributes";
import { computeAccountId, computeUserId, type Person } from "./person";

/** A connector's request: flat, without empty claims. */
export type RequestClaims = Readonly<Record<string, unknown>>;

/** A local account's issuer is the tenant's own name. */
export const TENANT_DOMAIN = "contoso.onmicrosoft.com";

/** B2C's names of its steps. */
const b2cStepNames: Readonly<Record<Step, string>> = {
  "after-sign-in": "PostFederationSignup",
  "before-create-user": "PostAttributeCollection",
  "before-sending-token": "PreTokenIssuance",
};

/** An API connector's request about a person. @param attributes known at that step */
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
  // Entra and Microsoft accounts have no identities.
  if (issuer === "entra") return {};
  if (tenant === "b2c" && issuer === "mail") {
    return { identities: [{ signInType: "emailAddress", issuer: TENANT_DOMAIN, issuerAssignedId: email }] };
  }
  return { identities: [{ signInType: "federated", issuer, issuerAssignedId: computeAccountId(person) }] };
}

/** The documented request after sign-in names the family name lastName, the one before creation surname. */
function workforceName(step: Step): (name: string) => string {
  return (name) => (name === "surname" && step === "after-sign-in" ? "lastName" : longName(name));
}
