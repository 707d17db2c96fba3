import type { CredentialsSecret } from "../../../adapters/aws/credentials-secret";
import { createCredentialsSecret } from "../../../cli/aws/gate-credentials";
import type { Deployment } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import type { Output } from "../../../cli/output";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { type ApiConnectors, apiConnectors, type GateConnector, selectGateConnectors } from "../../entra/client/api-connectors";
import { chosenFlows, judgedFlows } from "../../entra/verbs/flows";
import { type EntraOptions, requireConnectorTenant } from "../../entra/verbs/options";
import { callTenant, tenantGraph } from "../../entra/verbs/tenant-graph";

export interface TenantConnector extends GateConnector {
  readonly tenant: ApiConnectors;
}

/** A gate whose connectors are to use a new password or certificate. */
export interface RotatedGate {
  readonly gate: string;
  readonly secret: CredentialsSecret;
  readonly connectors: readonly TenantConnector[];
}

/**
 * Throws CommandError if no connector of a flow's tenant calls the flow's gate.
 * @param choose selects the flows by the options and the declared flows
 */
export async function gatesToRotate(options: EntraOptions, output: Output, choose = chosenFlows): Promise<readonly RotatedGate[]> {
  const tenants = new Map<string, ApiConnectors>();
  const gates = new Map<string, RotatedGate>();
  const read = new Set<string>();
  for (const { flow, deployment } of await judgedFlows(options, choose)) {
    // An external tenant's calls show Entra's own token, so such a flow has nothing to rotate.
    if ("externalFlow" in flow) continue;
    const { gate = DEFAULT_GATE } = flow;
    const kind = requireConnectorTenant(flow);
    const key = `${kind} ${flow.tenant}`;
    const tenant = tenants.get(key) ?? apiConnectors(await tenantGraph({ ...options, ...flow }, kind, deployment, output));
    tenants.set(key, tenant);
    if (read.has(`${gate} ${key}`)) continue;
    read.add(`${gate} ${key}`);
    const all = await callTenant(() => tenant.connectors());
    const tenantConnectors = selectGateConnectors(all, buildStepUrls(deployment)).map((each) => ({ ...each, tenant }));
    if (tenantConnectors.length === 0) throw new CommandError(nobodyCalls(gate, deployment));
    const knownConnectors = gates.get(gate)?.connectors ?? [];
    // Two flows may name one tenant differently, by its id and by a domain. Then the tenant's connectors may already be in `gates`.
    const others = tenantConnectors.filter(({ connector }) => !knownConnectors.some((each) => each.connector.id === connector.id));
    gates.set(gate, { gate, secret: createCredentialsSecret(deployment), connectors: [...knownConnectors, ...others] });
  }
  if (gates.size === 0)
    throw new CommandError("Only external tenants are declared: they show Entra's own token, and hold nothing to rotate.");
  return [...gates.values()];
}

function buildStepUrls({ steps, pathOf, urlOf }: Deployment): ReadonlyMap<string, string> {
  return new Map(steps.map((step) => [pathOf(step), urlOf(step)]));
}

function nobodyCalls(gate: string, deployment: Deployment): string {
  const urls = [...buildStepUrls(deployment).values()].join(" or ");
  return `No API connector of the tenant calls the gate ${gate}, at ${urls}: see --tenant and --gate, or make them by entra apply. Nothing was changed.`;
}
