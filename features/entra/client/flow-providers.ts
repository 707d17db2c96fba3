import { type GraphClient, GraphError } from "../../../adapters/graph/graph";
import { fetchAllPages } from "../../../adapters/graph/patient-calls";
import { isSameText } from "./user-flows";

const EXTERNAL =
  "microsoft.graph.externalUsersSelfServiceSignUpEventsFlow/onAuthenticationMethodLoadStart/microsoft.graph.onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp/identityProviders";

/** Reads the ids of a flow's identity providers. Undefined if Graph does not tell them: nothing that `apply` does depends on them. */
export async function readFlowProviders(
  graph: Pick<GraphClient, "get" | "address">,
  flow: { readonly workforce: string } | { readonly external: string },
): Promise<readonly string[] | undefined> {
  const path =
    "workforce" in flow
      ? `/identity/b2xUserFlows/${encodeURIComponent(flow.workforce)}/userFlowIdentityProviders`
      : `/identity/authenticationEventsFlows/${flow.external}/${EXTERNAL}`;
  try {
    return (await fetchAllPages<{ readonly id: string }>(graph, path, ["id"])).map(({ id }) => id);
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

/** Returns a note if an existing flow offers other providers than entra.ts names. @param actual undefined if they are not known */
export function describeOtherProviders(
  flow: string,
  wanted: readonly string[] = [],
  actual: readonly string[] | undefined,
): readonly string[] {
  if (wanted.length === 0 || actual === undefined) return [];
  const lacks = (all: readonly string[]) => (one: string) => !all.some((other) => isSameText(one, other));
  const [missing, others] = [wanted.filter(lacks(actual)), actual.filter(lacks(wanted))];
  if (missing.length + others.length === 0) return [];
  const differences = [
    ...(missing.length > 0 ? [`lacks ${missing.join(", ")}`] : []),
    ...(others.length > 0 ? [`also offers ${others.join(", ")}`] : []),
  ];
  return [`${flow} ${differences.join(" and ")}. A flow that exists keeps its providers: change them in the admin center, or in entra.ts.`];
}
