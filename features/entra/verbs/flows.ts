import { resolve } from "node:path";
import { missingTypes } from "../../../adapters/graph/clouds";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { isAtGate, namedGate, unknownGate } from "../../../cli/gates";
import type { Output } from "../../../cli/output";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { appRoot } from "../../../lib/app-root";
import type { EntraFlow, EntraSetup } from "../setup";
import type { EntraTenant } from "./changes";
import { ENTRA_FILE, entraSetupIn, getFlowName, isSameFlow } from "./entra-file";
import { externalFlowTenant } from "./external/tenant";
import { type EntraOptions, requireConnectorTenant } from "./options";
import { openRoleTenants } from "./roles/tenant";
import { userFlowTenant } from "./user-flow";

interface Declared {
  /** The file's name in messages. */
  readonly file: string;
  /** The setup in entra.ts. Undefined if the file does not exist. */
  readonly setup: EntraSetup | undefined;
}

type FlowFlags = Pick<EntraOptions, "userFlow" | "externalFlow" | "application" | "api" | "gate" | "kind" | "tenant" | "cloud" | "policy">;

/**
 * Returns the flows of entra.ts or, if flags name a flow, gate or tenant, only the matching ones. If the named flow is not in entra.ts, the
 * flags describe it.
 */
export function chosenFlows(flags: FlowFlags, { file, setup }: Declared): readonly EntraFlow[] {
  const flagFlow = namedByFlags(flags);
  if (setup === undefined) {
    if (flagFlow === undefined) throw new CommandError(explainNothing(file));
    return [flagFlow];
  }
  const ofName = declaredFlows(setup, flags).filter((flow) => flagFlow === undefined || isSameFlow(flow, flagFlow));
  if (flagFlow !== undefined && ofName.length === 0) {
    const cloud = flags.cloud ?? setup.cloud;
    return [{ ...assignTenant(flagFlow, flags.tenant ?? setup.tenant), cloud }];
  }
  if (flags.kind !== undefined) {
    throw new CommandError(`--kind is for a flow that ${file} does not declare: write kind: "${flags.kind}" beside the flow in ${file}.`);
  }
  for (const [flag, ids] of [
    ["application", flags.application],
    ["api", flags.api],
  ] as const) {
    if (ids === undefined) continue;
    throw new CommandError(`--${flag} is for a flow that ${file} does not declare: write ${flag}s beside the flow in ${file}.`);
  }
  const chosen = ofName.filter((flow) => isAtGate(flow, flags) && isInTenant(flow, flags.tenant));
  if (chosen.length === 0) {
    const there = ofName.map(({ tenant, gate, ...flow }) => [getFlowName(flow as EntraFlow), placeWords({ tenant, gate })].join(""));
    throw new CommandError(`${file} declares no flow${placeWords(flags)}: it has ${there.join("; ")}.`);
  }
  if (flags.policy !== undefined && new Set(chosen.map(({ gate }) => gate)).size > 1) {
    throw new CommandError(`--policy is the policy of one gate, and several judge the flows of ${file}: name one with --gate.`);
  }
  return chosen;
}

/** The chosen flows, then the other flows of their gates in any tenant, because all callers of a gate share one password. */
export function flowsOfTheirGates(flags: FlowFlags, declaredSetup: Declared): readonly EntraFlow[] {
  const chosen = chosenFlows(flags, declaredSetup);
  const isChosen = (flow: EntraFlow) => chosen.some((each) => isSameFlow(each, flow) && isInTenant(each, flow.tenant));
  const others = declaredSetup.setup === undefined ? [] : declaredFlows(declaredSetup.setup, flags).filter((flow) => !isChosen(flow));
  return [...chosen, ...others.filter((flow) => chosen.some((each) => isAtGate(each, { gate: flow.gate ?? DEFAULT_GATE })))];
}

function declaredFlows(setup: EntraSetup, { tenant, cloud }: FlowFlags): readonly EntraFlow[] {
  return setup.flows.map((flow) => {
    const declaredCloud = flow.cloud ?? setup.cloud ?? cloud;
    return { ...assignTenant(flow, flow.tenant ?? setup.tenant ?? tenant), cloud: declaredCloud };
  });
}

function namedByFlags({ userFlow, externalFlow, application, api, gate, kind, tenant, cloud }: FlowFlags): EntraFlow | undefined {
  if (userFlow !== undefined && externalFlow !== undefined) {
    throw new CommandError("--user-flow is for a workforce tenant or Azure AD B2C, --external-flow for an external tenant: leave one out.");
  }
  const common = {
    gate,
    tenant,
    cloud,
  };
  if (externalFlow !== undefined) {
    if (kind !== undefined) throw new CommandError("--kind goes with --user-flow: --external-flow says the kind.");
    return {
      externalFlow,
      applications: application,
      apis: api,
      ...common,
    };
  }
  if (application !== undefined || api !== undefined) throw new CommandError("--application and --api go with --external-flow.");
  return userFlow === undefined ? undefined : { userFlow, kind, ...common };
}

function assignTenant(flow: EntraFlow, tenant: string | undefined): EntraFlow {
  return tenant === undefined ? flow : { ...flow, tenant };
}

function isInTenant({ tenant }: EntraFlow, wantedTenant: string | undefined): boolean {
  return wantedTenant === undefined || tenant?.toLowerCase() === wantedTenant.toLowerCase();
}

function placeWords({ gate, tenant }: { readonly gate?: string | undefined; readonly tenant?: string | undefined }): string {
  return [gate === undefined ? "" : ` at the gate ${gate}`, tenant === undefined ? "" : ` in the tenant ${tenant}`].join("");
}

function explainNothing(file: string): string {
  return `Which flow? Name it: --user-flow B2X_1_Partner, in an external tenant --external-flow "Sign up". Or declare your flows in ${file}, beside the policy folder:
  import { entraSetup } from "entra-gatehouse";

  export default entraSetup({ flows: [{ userFlow: "B2X_1_Partner" }] });`;
}

export interface JudgedFlow {
  readonly flow: EntraFlow;
  /** True if entra.ts has the flow, so that `entra apply` may create it. */
  readonly isDeclared: boolean;
  readonly deployment: Deployment;
}

/** Returns the chosen flows, followed by the applications with which the stack's functions sign in to Graph. */
export async function entraTenants(options: EntraOptions, output: Output): Promise<readonly EntraTenant[]> {
  const judged = await judgedFlows(options);
  const tenants = await openTenants(judged, options, output);
  const [first] = judged;
  if (first === undefined) return tenants;
  const setup = readDeclared(options).setup ?? {};
  const { cloud, tenant } = { ...options, ...first.flow };
  const there = { ...options, cloud, tenant };
  return [...tenants, ...(await openRoleTenants(there, { deployment: first.deployment, setup }, output))];
}

/** Leaves out the applications with which the stack's functions sign in. */
export async function openFlowTenants(options: EntraOptions, output: Output): Promise<readonly EntraTenant[]> {
  return await openTenants(await judgedFlows(options), options, output);
}

async function openTenants(judged: readonly JudgedFlow[], options: EntraOptions, output: Output): Promise<readonly EntraTenant[]> {
  const tenants: EntraTenant[] = [];
  for (const each of judged) tenants.push(await createFlowTenant(each, options, output));
  return tenants;
}

/** @param choose selects the flows by the options and the declared flows */
export async function judgedFlows(options: EntraOptions, choose = chosenFlows): Promise<readonly JudgedFlow[]> {
  const { file, setup } = readDeclared(options);
  const flows = choose(options, { file, setup });
  for (const flow of flows) assertModelled(flow);
  // Reads the deployments before anybody is asked to sign in, because this reading may fail.
  const deployments = await readDeployments(flows, options, file);
  const isDeclared = (flow: EntraFlow) => setup?.flows.some((each) => isSameFlow(each, flow)) ?? false;
  return flows.map((flow) => ({ flow, isDeclared: isDeclared(flow), deployment: deployments.get(flow.gate) as Deployment }));
}

function readDeclared(options: EntraOptions): Declared {
  const file = options.setup ?? ENTRA_FILE;
  const setup = entraSetupIn(resolve(appRoot, file));
  if (setup !== undefined || options.setup === undefined) return { file, setup };
  throw new CommandError(`There is no file ${file} in ${appRoot}: name the one that declares your flows.`);
}

function assertModelled(flow: EntraFlow): void {
  const { cloud = "global" } = flow;
  const missing = missingTypes(cloud, "externalFlow" in flow ? "external-tenant" : requireConnectorTenant(flow));
  if (missing.length === 0) return;
  const words = `Graph has no ${missing.join(" and no ")} in the cloud ${cloud}`;
  throw new CommandError(`${words}: the flow ${getFlowName(flow)} can call no gate there. docs/tenants.md says which clouds can.`);
}

async function readDeployments(
  flows: readonly EntraFlow[],
  options: EntraOptions,
  file: string,
): Promise<ReadonlyMap<string | undefined, Deployment>> {
  const deploymentsByGate = new Map<string | undefined, Deployment>();
  const { gate: _, ...rest } = options;
  for (const gate of new Set(flows.map((flow) => flow.gate))) {
    const knownGates = deploymentsByGate.values().next().value?.gates;
    if (gate !== undefined && knownGates?.includes(gate) === false)
      throw new CommandError(`${file}: ${unknownGate(gate, knownGates).message}`);
    deploymentsByGate.set(gate, await deploymentFor({ ...rest, gate }));
  }
  return deploymentsByGate;
}

async function createFlowTenant({ flow, deployment, isDeclared }: JudgedFlow, options: EntraOptions, output: Output): Promise<EntraTenant> {
  const flowOptions = { ...options, ...flow };
  const gate = namedGate(flowOptions);
  const { tenant } = flowOptions;
  const place = { flow: getFlowName(flow), gate, tenant };
  const flowTenant =
    "externalFlow" in flow
      ? await externalFlowTenant({ ...options, ...flow, isDeclared }, deployment, output)
      : await userFlowTenant({ ...options, ...flow, isDeclared }, deployment, output);
  return { ...place, ...flowTenant };
}
