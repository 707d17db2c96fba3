import { type Graph, type GraphClient, otherForm } from "../../../adapters/graph/graph";
import { hasTexts } from "../../../adapters/graph/patient-calls";

export const POLICY_PERMISSION = "Policy.Read.All";

export const SIGN_UP_PERMISSION = "Policy.ReadWrite.AuthenticationFlows";

const FLOWS_POLICY = "/policies/authenticationFlowsPolicy";

interface UriRestriction {
  readonly state?: string | null;
  readonly restrictForAppsCreatedAfterDateTime?: string | null;
  readonly excludeAppsReceivingV2Tokens?: boolean | null;
}

interface ApplicationsPolicy {
  readonly isEnabled?: boolean;
  readonly applicationRestrictions?: { readonly identifierUris?: { readonly nonDefaultUriAddition?: UriRestriction | null } | null } | null;
}

/** Every method throws GraphError if Graph refuses. */
export function tenantPolicies(graph: Pick<Graph, "get" | "address">) {
  async function policy<T>(path: string, name: string, signal?: AbortSignal): Promise<T> {
    const policyObject = await graph.get<T>(path, signal);
    if (!hasTexts(policyObject, [name])) throw otherForm(graph, "GET", path);
    return policyObject;
  }

  return {
    /** True if self-service sign-up is on in a workforce tenant: then anybody can use its user flows. */
    async allowsSignUp(): Promise<boolean> {
      const { selfServiceSignUp } = await policy<{ readonly selfServiceSignUp?: { readonly isEnabled?: boolean } | null }>(
        FLOWS_POLICY,
        "id",
      );
      return selfServiceSignUp?.isEnabled !== false;
    },
    /**
     * Returns true if an application with tokens of version 2 may have a URI with a host.
     * @param createdAt when the application was created; for a new application, the current time
     */
    async allowsUriWithHost(createdAt: Date): Promise<boolean> {
      const { isEnabled, applicationRestrictions } = await policy<ApplicationsPolicy>("/policies/defaultAppManagementPolicy", "id");
      const { state, excludeAppsReceivingV2Tokens, restrictForAppsCreatedAfterDateTime } =
        applicationRestrictions?.identifierUris?.nonDefaultUriAddition ?? {};
      if (isEnabled !== true || state !== "enabled" || excludeAppsReceivingV2Tokens === true) return true;
      return restrictForAppsCreatedAfterDateTime != null && createdAt < new Date(restrictForAppsCreatedAfterDateTime);
    },
    /** Returns who may invite guests, in Graph's words, such as "everyone". */
    async inviters(signal?: AbortSignal): Promise<string> {
      const path = "/policies/authorizationPolicy?$select=allowInvitesFrom";
      const { allowInvitesFrom } = await policy<{ readonly allowInvitesFrom: string }>(path, "allowInvitesFrom", signal);
      return allowInvitesFrom;
    },
  };
}

/** Turns self-service sign-up on in a workforce tenant: then anybody can use its user flows. */
export async function allowSignUp(graph: Pick<GraphClient, "patch">): Promise<void> {
  await graph.patch(FLOWS_POLICY, { selfServiceSignUp: { isEnabled: true } });
}
