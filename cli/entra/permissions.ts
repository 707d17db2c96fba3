import { userFlowPermissions } from "../../adapters/graph/user-flows";
import type { TenantKind } from "../../simulator/contract/tenant-kind";

/** What commands need of Microsoft Graph. */
export interface GraphNeeds {
  /** The least that the calls take, by their names in Graph. */
  readonly permissions: readonly string[];
  /** A person's, beside the permissions. */
  readonly role: string;
}

const userFlows: GraphNeeds = { permissions: Object.values(userFlowPermissions), role: "External ID User Flow Administrator" };

/** What setting up a tenant of a kind takes. */
export const setupNeeds: Readonly<Record<TenantKind, GraphNeeds>> = {
  workforce: userFlows,
  b2c: userFlows,
  "external-tenant": {
    permissions: ["CustomAuthenticationExtension.ReadWrite.All", "EventListener.ReadWrite.All", "Application.ReadWrite.All"],
    role: "Application Administrator",
  },
};

/** Gives admin consent. It can grant anything to anybody, so it is asked for only where a command is told to consent. */
export const CONSENT_PERMISSION = "AppRoleAssignment.ReadWrite.All";

/** "A and B", "A, B and C" */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
