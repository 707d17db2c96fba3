import type { GraphClient } from "./graph";
import { fetchAllPages } from "./patient-calls";

const FLOWS = "/identity/authenticationEventsFlows";
const TOKEN_LISTENER = "#microsoft.graph.ontokenissuancestartlistener";
const READ_MS = 30_000;

/** Permissions of the calls in this file. */
export const tokenListenerPermissions = ["EventListener.Read.All", "CustomAuthenticationExtension.Read.All"] as const;

interface Listener {
  readonly id: string;
  readonly "@odata.type": string;
  readonly conditions?: {
    readonly applications?: { readonly includeApplications?: readonly { readonly appId?: unknown }[] | null } | null;
  } | null;
  readonly handler?: { readonly customExtension?: { readonly id?: string } | null } | null;
}

interface Extension {
  readonly id: string;
  readonly endpointConfiguration?: { readonly targetUrl?: string } | null;
}

/**
 * Reads the applications of an external tenant's user flows to which people sign in without a call of this deployment. Never throws.
 * "unknown" if Graph does not say, or if no flow has an application. Version 1.0 of Graph does not show that a listener is for all
 * applications: such a listener counts for none.
 * @param url the address that the tenant's extensions call
 * @returns client ids, lower case
 */
export async function readSilentApplications(
  graph: Pick<GraphClient, "get" | "address">,
  url: string,
): Promise<readonly string[] | "unknown"> {
  const signal = AbortSignal.timeout(READ_MS);
  try {
    const applications = new Set<string>();
    for (const { id } of await fetchAllPages<{ readonly id: string }>(graph, FLOWS, ["id"], signal)) {
      const path = `${FLOWS}/${id}/conditions/applications/includeApplications`;
      for (const { appId } of await fetchAllPages<{ readonly appId: string }>(graph, path, ["appId"], signal))
        applications.add(appId.toLowerCase());
    }
    if (applications.size === 0) return "unknown";
    const extensions = await fetchAllPages<Extension>(graph, "/identity/customAuthenticationExtensions", ["id"], signal);
    const prefix = `${url.toLowerCase()}/`;
    const ours = new Set(
      extensions
        .filter(({ endpointConfiguration }) => endpointConfiguration?.targetUrl?.toLowerCase().startsWith(prefix))
        .map(({ id }) => id),
    );
    const listeners = await fetchAllPages<Listener>(graph, "/identity/authenticationEventListeners", ["id", "@odata.type"], signal);
    const heard = listeners
      // Pages of Graph's reference spell the types in different cases.
      .filter(({ "@odata.type": type }) => type.toLowerCase() === TOKEN_LISTENER)
      .filter(({ handler }) => ours.has(handler?.customExtension?.id ?? ""))
      .flatMap(({ conditions }) => conditions?.applications?.includeApplications ?? [])
      .map(({ appId }) => String(appId).toLowerCase());
    return [...applications].filter((appId) => !heard.includes(appId));
  } catch {
    return "unknown";
  }
}
