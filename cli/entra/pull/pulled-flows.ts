import { authenticationExtensions } from "../../../adapters/graph/authentication-extensions";
import { eventsFlows } from "../../../adapters/graph/events-flows";
import { type ConnectorTenant, type FlowLinks, signUpFlows, userFlowSetup } from "../../../adapters/graph/user-flows";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { flowNameOf } from "../../../lib/entra-file";
import type { EntraFlow } from "../../../lib/entra-setup";
import type { TenantKind } from "../../../simulator/contract/tenant-kind";
import { type Deployment, deploymentFor } from "../../deployment";
import type { Output } from "../../output";
import { type ExtensionUrls, externalFlowsHere } from "../external/flows-here";
import { eventOf } from "../external/wanted";
import type { EntraOptions } from "../options";
import { setupNeeds } from "../permissions";
import { inGraph } from "../refusals";
import { graphFor } from "../sign-in";
import { flowsHere, type GateUrls } from "../user-flows/flows-here";
import { wantedConnectors } from "../user-flows/wanted";

/** A tenant to look into. */
export interface Place {
  readonly tenant?: string;
  /** @default "workforce" */
  readonly kind?: TenantKind;
}

/** What tenants show of a deployment. */
export interface Pulled {
  /** By tenant, then by gate, then by name. */
  readonly flows: readonly EntraFlow[];
  /** What cannot be declared, a sentence each. */
  readonly notes: readonly string[];
  /** What the deployment is called by. */
  readonly hosts: readonly string[];
}

type Gates = ReadonlyMap<string, Deployment>;

/** The flows that ask a deployment. Reads alone. */
export async function pulledFlows(options: EntraOptions, places: readonly Place[], output: Output): Promise<Pulled> {
  const gates = await gatesOf(options);
  const found = [];
  for (const place of places) found.push(await flowsAt(place, gates, options, output));
  const urls = [...gates.values()].flatMap((deployment) => deployment.steps.map((step) => deployment.urlOf(step)));
  return {
    flows: found.flatMap(({ flows }) => flows),
    notes: found.flatMap(({ notes }) => notes),
    hosts: [...new Set(urls.map((url) => new URL(url).host))],
  };
}

async function flowsAt({ tenant, kind = "workforce" }: Place, gates: Gates, options: EntraOptions, output: Output) {
  const { tenant: _, ...rest } = options;
  const there = { ...rest, ...(tenant !== undefined && { tenant }) };
  const { flows, notes } =
    kind === "external-tenant" ? await externalFlowsAt(there, gates, output) : await userFlowsAt(there, kind, gates, output);
  const gateNames = [...gates.keys()];
  const at = ({ gate = DEFAULT_GATE }: EntraFlow) => gateNames.indexOf(gate);
  const byGate = (one: EntraFlow, other: EntraFlow) => at(one) - at(other) || (flowNameOf(one) < flowNameOf(other) ? -1 : 1);
  const sorted: readonly EntraFlow[] = [...flows].sort(byGate);
  return { flows: sorted.map((flow) => ({ ...flow, ...(tenant !== undefined && { tenant }) })), notes };
}

async function userFlowsAt(options: EntraOptions, kind: ConnectorTenant, gates: Gates, output: Output) {
  const [anyGate] = gates.values();
  const graph = await graphFor(options, kind, anyGate as Deployment, output);
  const links = await inGraph(async () => {
    const all = new Map<string, FlowLinks>();
    for (const id of await signUpFlows(graph, kind)) all.set(id, await userFlowSetup(graph, kind, id).links());
    return all;
  });
  return flowsHere(links, new Map([...gates].map(([gate, each]) => [gate, urlsOf(each, gate, kind, options)])), kind);
}

async function externalFlowsAt(options: EntraOptions, gates: Gates, output: Output) {
  const [anyGate] = gates.values();
  const kind = "external-tenant";
  const graph = await graphFor(options, kind, anyGate as Deployment, output);
  const beta = await graphFor(options, kind, anyGate as Deployment, output, { version: "beta" });
  const events = eventsFlows(graph);
  const extensions = authenticationExtensions(graph, beta);
  const look = await inGraph(
    async () => {
      const flows = await events.flows();
      const applications = new Map<string, readonly string[]>();
      for (const { id } of flows) applications.set(id, await events.applications(id));
      return { flows, applications, extensions: await extensions.extensions(), listeners: await extensions.listeners() };
    },
    {},
    setupNeeds[kind],
  );
  return externalFlowsHere(look, new Map([...gates].map(([gate, each]) => [gate, extensionUrlsOf(each)])));
}

function extensionUrlsOf({ steps, extension }: Deployment): ExtensionUrls {
  return Object.fromEntries(extension === undefined ? [] : steps.map((step) => [eventOf[step], extension.urlOf(step)]));
}

/** The deployment as each of its gates sees it, the unnamed one first. */
async function gatesOf({ gate: _, ...options }: EntraOptions): Promise<Gates> {
  const unnamed = await deploymentFor(options);
  const others = unnamed.gates.filter((gate) => gate !== DEFAULT_GATE).sort();
  const found = new Map([[DEFAULT_GATE, unnamed]]);
  for (const gate of others) found.set(gate, await deploymentFor({ ...options, gate }));
  return found;
}

function urlsOf(deployment: Deployment, gate: string, kind: ConnectorTenant, { stack }: EntraOptions): GateUrls {
  const connectors = wantedConnectors(deployment, kind, { stack, gate });
  return Object.fromEntries(connectors.flatMap(({ flowStep, url }) => (url === undefined ? [] : [[flowStep, url]])));
}
