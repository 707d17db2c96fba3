import { resolve } from "node:path";
import { appRoot } from "../../lib/app-root";
import { ENTRA_FILE, entraSetupIn } from "../../lib/entra-file";
import type { EntraFlow } from "../../lib/entra-setup";
import { type Deployment, deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { unknownGate } from "../gates";
import type { Output } from "../output";
import type { EntraTenant } from "./entra-tenant";
import { externalFlowTenant } from "./external/external-tenant";
import { chosenFlows } from "./flows";
import type { EntraOptions } from "./options";
import { userFlowTenant } from "./user-flows/user-flow-tenant";

/** A flow, and the deployment whose gate judges it. */
export interface JudgedFlow {
  readonly flow: EntraFlow;
  readonly deployment: Deployment;
}

/** The flows that a command works on, and what it reads there. */
export async function entraTenants(options: EntraOptions, output: Output): Promise<readonly EntraTenant[]> {
  const tenants: EntraTenant[] = [];
  for (const { flow, deployment } of await judgedFlows(options)) tenants.push(await tenantOf(flow, deployment, options, output));
  return tenants;
}

/** The flows that a command works on: those of entra.ts, or those that its options name. @param choose of what is declared */
export async function judgedFlows(options: EntraOptions, choose = chosenFlows): Promise<readonly JudgedFlow[]> {
  const file = options.setup ?? ENTRA_FILE;
  const setup = entraSetupIn(resolve(appRoot, file));
  if (setup === undefined && options.setup !== undefined) {
    throw new CommandError(`There is no file ${file} in ${appRoot}: name the one that declares your flows.`);
  }
  const flows = choose(options, { file, setup });
  // Before anybody is asked to sign in.
  const deployments = await deploymentsOf(flows, options, file);
  return flows.map((flow) => ({ flow, deployment: deployments.get(flow.gate) as Deployment }));
}

/** By gate. */
async function deploymentsOf(
  flows: readonly EntraFlow[],
  options: EntraOptions,
  file: string,
): Promise<ReadonlyMap<string | undefined, Deployment>> {
  const found = new Map<string | undefined, Deployment>();
  const { gate: _, ...rest } = options;
  for (const gate of new Set(flows.map((flow) => flow.gate))) {
    const known = found.values().next().value?.gates;
    if (gate !== undefined && known?.includes(gate) === false) throw new CommandError(`${file}: ${unknownGate(gate, known).message}`);
    found.set(gate, await deploymentFor({ ...rest, ...(gate !== undefined && { gate }) }));
  }
  return found;
}

async function tenantOf(flow: EntraFlow, deployment: Deployment, options: EntraOptions, output: Output): Promise<EntraTenant> {
  if ("externalFlow" in flow) {
    const { application } = options;
    return await externalFlowTenant({ ...options, ...flow, ...(application && { applications: application }) }, deployment, output);
  }
  return await userFlowTenant({ ...options, ...flow }, deployment, output);
}
