import type { Identity } from "../../engine/sign-up/sign-up";
import { odataText } from "./graph";

/** An identity with all members, as Graph requires. */
export type GraphIdentity = Required<Identity>;

const ACCOUNT = "id,userPrincipalName,mail,userType,identities,externalUserState";

/**
 * Returns the path that finds the user with an identity. The filter needs both `issuerAssignedId` and `issuer`: the issuer alone would
 * match everybody of that provider.
 */
export function byIdentity({ issuer, issuerAssignedId }: Pick<GraphIdentity, "issuer" | "issuerAssignedId">, select = ACCOUNT): string {
  return buildUsersPath(
    select,
    `identities/any(c:c/issuerAssignedId eq ${odataText(issuerAssignedId)} and c/issuer eq ${odataText(issuer)})`,
  );
}

export function byMail(email: string, select = ACCOUNT): string {
  return buildUsersPath(select, `mail eq ${odataText(email)}`);
}

export function byUserPrincipalName(name: string): string {
  return `/users/${encodeURIComponent(name)}?$select=${ACCOUNT}`;
}

function buildUsersPath(select: string, filter: string): string {
  return `/users?$select=${select}&$filter=${encodeURIComponent(filter)}`;
}

/** The longest domain of a user principal name, in characters. Source: "Password policies and account restrictions in Microsoft Entra ID". */
const MAX_DOMAIN_LENGTH = 48;

/** True for a tenant's own domain, such as `contoso.onmicrosoft.com`. */
export function isTenantDomain(text: string): boolean {
  return text.length <= MAX_DOMAIN_LENGTH && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text);
}
