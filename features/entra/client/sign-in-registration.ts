import { type GraphClient, odataText } from "../../../adapters/graph/graph";
import { fetchAllPages } from "../../../adapters/graph/patient-calls";

/** Permissions to read a registration, the least first. Each of the other permissions includes the first. */
export const readsRegistrations = ["Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All"] as const;

/** Permissions to read consent, the least first. */
export const readsConsent = ["Directory.Read.All", "DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"] as const;

export interface SignInRegistration {
  /** "AzureADMyOrg": accounts of the application's own tenant only. */
  readonly signInAudience: string;
  readonly appRoles: readonly AppRole[];
  readonly web?: { readonly redirectUris?: readonly string[] };
  readonly passwordCredentials?: readonly PasswordCredential[];
  /** Ids of the application's roles that somebody has. */
  readonly givenRoles: ReadonlySet<string>;
  /** Delegated permissions that an administrator or single people consented to; undefined if not read. */
  readonly consented?: ReadonlySet<string> | undefined;
}

interface AppRole {
  readonly id: string;
  /** The role's value in the ID token. */
  readonly value?: string | null;
  readonly isEnabled: boolean;
  /** "User", "Application" */
  readonly allowedMemberTypes: readonly string[];
}

interface PasswordCredential {
  /** The first three letters of the secret. */
  readonly hint?: string | null;
  readonly endDateTime?: string | null;
}

/**
 * The application of a client id. Undefined if the tenant has no such application of its own.
 * @param withConsent true to read `consented` too, with one of the permissions `readsConsent`
 */
export async function signInRegistration(
  graph: Pick<GraphClient, "get" | "address">,
  appId: string,
  withConsent: boolean,
): Promise<SignInRegistration | undefined> {
  const filter = encodeURIComponent(`appId eq ${odataText(appId)}`);
  const [application] = await fetchAllPages<Omit<SignInRegistration, "givenRoles" | "consented">>(
    graph,
    `/applications?$filter=${filter}`,
    ["signInAudience"],
  );
  if (application === undefined) return undefined;
  const [principal] = await fetchAllPages<{ readonly id: string }>(graph, `/servicePrincipals?$filter=${filter}`, ["id"]);
  const assignments =
    principal === undefined
      ? []
      : await fetchAllPages<{ readonly appRoleId: string }>(graph, `/servicePrincipals/${principal.id}/appRoleAssignedTo`, ["appRoleId"]);
  const consentedIds = withConsent && principal !== undefined ? await consentedTo(graph, principal.id) : undefined;
  return { ...application, givenRoles: new Set(assignments.map(({ appRoleId }) => appRoleId)), consented: consentedIds };
}

async function consentedTo(graph: Pick<GraphClient, "get" | "address">, principalId: string): Promise<ReadonlySet<string>> {
  const grants = await fetchAllPages<{ readonly scope?: string | null }>(graph, `/servicePrincipals/${principalId}/oauth2PermissionGrants`);
  return new Set(grants.flatMap(({ scope }) => scope?.split(" ").filter(Boolean) ?? []));
}
