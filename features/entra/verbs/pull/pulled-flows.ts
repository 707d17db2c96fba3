import { type Deployment, deploymentFor } from "../../../../cli/deployment";
import type { Output } from "../../../../cli/output";
import { DEFAULT_GATE } from "../../../../engine/sign-up/gate";
import type { TenantKind } from "../../../../engine/sign-up/sign-up";
import { extensionRoutes } from "../../../external-tenant/extension-caller";
import { calls, isAt } from "../../client/api-connectors";
import {
  authenticationExtensions,
  type CustomExtension,
  type EventListener,
  type ExtensionEvent,
  listApplicationIds,
} from "../../client/authentication-extensions";
import { type EventsFlow, eventsFlows, flowEvents } from "../../client/events-flows";
import { type ConnectorTenant, type FlowLinks, type FlowStep, signUpFlows, userFlowSetup } from "../../client/user-flows";
import type { ConnectorFlow, EntraFlow, ExternalFlow } from "../../setup";
import { findConnectorTenant, getFlowName } from "../entra-file";
import { eventOf } from "../external/wanted";
import type { EntraOptions } from "../options";
import { callTenant, lookNeeds, tenantGraph } from "../tenant-graph";
import { wantedConnectors } from "../user-flow";

export interface Place {
  readonly tenant?: string;
  /** @default "workforce" */
  readonly kind?: TenantKind;
}

interface Pulled {
  /** Sorted by tenant, then by gate, then by name. */
  readonly flows: readonly EntraFlow[];
  /** One sentence for each call that entra.ts cannot declare. */
  readonly notes: readonly string[];
  readonly hosts: readonly string[];
}

type Gates = ReadonlyMap<string, Deployment>;

/** Reads the flows of Entra and changes nothing. */
export async function pulledFlows(options: EntraOptions, places: readonly Place[], output: Output): Promise<Pulled> {
  const gates = await readGates(options);
  const gateFlows = [];
  for (const place of places) gateFlows.push(await flowsAt(place, gates, options, output));
  const urls = [...gates.values()].flatMap((deployment) => deployment.steps.map((step) => deployment.urlOf(step)));
  return {
    flows: gateFlows.flatMap(({ flows }) => flows),
    notes: gateFlows.flatMap(({ notes }) => notes),
    hosts: [...new Set(urls.map((url) => new URL(url).host))],
  };
}

async function flowsAt({ tenant, kind = "workforce" }: Place, gates: Gates, options: EntraOptions, output: Output) {
  const { tenant: _, ...rest } = options;
  const there = { ...rest, tenant };
  const { flows, notes } =
    kind === "external-tenant" ? await externalFlowsAt(there, gates, output) : await userFlowsAt(there, kind, gates, output);
  const gateNames = [...gates.keys()];
  const at = ({ gate = DEFAULT_GATE }: EntraFlow) => gateNames.indexOf(gate);
  const compareGates = (one: EntraFlow, other: EntraFlow) => at(one) - at(other) || (getFlowName(one) < getFlowName(other) ? -1 : 1);
  const sortedFlows: readonly EntraFlow[] = [...flows].sort(compareGates);
  return { flows: sortedFlows.map((flow) => ({ ...flow, tenant })), notes };
}

async function userFlowsAt(options: EntraOptions, kind: ConnectorTenant, gates: Gates, output: Output) {
  const [anyGate] = gates.values();
  const graph = await tenantGraph(options, kind, anyGate as Deployment, output);
  const links = await callTenant(async () => {
    const all = new Map<string, FlowLinks>();
    for (const id of await signUpFlows(graph, kind)) all.set(id, (await userFlowSetup(graph, kind, id).links()).links);
    return all;
  }, lookNeeds[kind]);
  const urls = new Map([...gates].map(([gate, each]) => [gate, buildConnectorUrls(each, gate, kind, options)]));
  const all = [...links].map(([userFlow, of]) => flowHere(userFlow, of, urls, kind));
  return { flows: all.flatMap(({ flows }) => flows), notes: all.flatMap(({ notes }) => notes) };
}

async function externalFlowsAt(options: EntraOptions, gates: Gates, output: Output) {
  const [anyGate] = gates.values();
  const kind = "external-tenant";
  const graph = await tenantGraph(options, kind, anyGate as Deployment, output);
  const beta = await tenantGraph(options, kind, anyGate as Deployment, output, { version: "beta" });
  const events = eventsFlows(graph, beta);
  const extensions = authenticationExtensions(graph, beta);
  const look = await callTenant(async () => {
    const flows = await events.flows();
    const applications = new Map<string, readonly string[]>();
    for (const { id } of flows) applications.set(id, await events.applications(id));
    return { flows, applications, extensions: await extensions.extensions(), listeners: await extensions.listeners() };
  }, lookNeeds[kind]);
  return externalFlowsHere(look, new Map([...gates].map(([gate, each]) => [gate, buildExtensionUrls(each)])));
}

function buildExtensionUrls({ steps, extension }: Deployment): ExtensionUrls {
  return Object.fromEntries(extension === undefined ? [] : steps.map((step) => [eventOf[step], extension.urlOf(extensionRoutes[step])]));
}

/** Reads the deployment for each of its gates, the unnamed gate first. */
async function readGates({ gate: _, ...options }: EntraOptions): Promise<Gates> {
  const unnamedDeployment = await deploymentFor(options);
  const others = unnamedDeployment.gates.filter((gate) => gate !== DEFAULT_GATE).sort();
  const deploymentsByGate = new Map([[DEFAULT_GATE, unnamedDeployment]]);
  for (const gate of others) deploymentsByGate.set(gate, await deploymentFor({ ...options, gate }));
  return deploymentsByGate;
}

function buildConnectorUrls(deployment: Deployment, gate: string, kind: ConnectorTenant, { stack }: EntraOptions): GateUrls {
  const connectors = wantedConnectors(deployment, kind, { stack, gate });
  return Object.fromEntries(connectors.flatMap(({ step, url }) => (url === undefined ? [] : [[step, url]])));
}

type GateUrls = Partial<Readonly<Record<FlowStep, string>>>;

interface FlowsHere {
  readonly flows: readonly ConnectorFlow[];
  /** One sentence for each call that entra.ts cannot declare. */
  readonly notes: readonly string[];
}

function flowHere(userFlow: string, links: FlowLinks, gates: ReadonlyMap<string, GateUrls>, kind: ConnectorTenant): FlowsHere {
  const linkedConnectors = Object.entries(links).flatMap(([step, connector]) =>
    connector === undefined ? [] : [{ step: step as FlowStep, connector }],
  );
  const readGateDeployments = linkedConnectors.map(
    ({ step, connector }) => [...gates].find(([, urls]) => urls[step] !== undefined && calls(connector, urls[step]))?.[0],
  );
  const urls = [...gates.values()].flatMap((each) => Object.values(each));
  const strays = linkedConnectors.filter(
    ({ connector }, index) => readGateDeployments[index] === undefined && urls.some((url) => isAt(connector, url)),
  );
  const notes = strays.map(
    ({ step, connector }) => `${userFlow} calls ${connector.targetUrl} at ${step}, where no gate of this deployment answers.`,
  );
  const foundGates = [...new Set(readGateDeployments.filter((gate) => gate !== undefined))];
  // If there are several gates, the gate of the last step other than `preTokenIssuance` counts. Not everybody passes the first step.
  const gate =
    readGateDeployments.findLast((name, index) => name !== undefined && linkedConnectors[index]?.step !== "preTokenIssuance") ??
    foundGates[0];
  if (gate === undefined) return { flows: [], notes };
  if (foundGates.length > 1) notes.push(`${userFlow} asks several gates, ${foundGates.join(" and ")}: only ${gate} is declared.`);
  const isTold = findConnectorTenant({ userFlow }) === kind;
  return { flows: [{ userFlow, ...(gate !== DEFAULT_GATE && { gate }), ...(!isTold && { kind }) }], notes };
}

type ExtensionUrls = Partial<Readonly<Record<ExtensionEvent, string>>>;

interface ExternalLook {
  readonly flows: readonly EventsFlow[];
  /** Client ids of the applications to which people sign up by a flow, by the flow's id. */
  readonly applications: ReadonlyMap<string, readonly string[]>;
  readonly extensions: readonly CustomExtension[];
  readonly listeners: readonly EventListener[];
}

/** @param gates by name */
function externalFlowsHere(
  look: ExternalLook,
  gates: ReadonlyMap<string, ExtensionUrls>,
): { readonly flows: readonly ExternalFlow[]; readonly notes: readonly string[] } {
  const flowGates = look.flows.flatMap((flow) => {
    const foundGates = findGates(flow, look, gates);
    // If there are several gates, the gate of the last event counts, because nobody can skip the last event.
    const gate = foundGates.at(-1);
    return gate === undefined ? [] : [{ flow, gate, found: [...new Set(foundGates)] }];
  });
  return {
    flows: flowGates.map(({ flow, gate }) => {
      const isAlone = flowGates.filter((other) => other.gate === gate).length === 1;
      const applications = isAlone ? otherApplications(flow, gate, look, gates) : undefined;
      return { externalFlow: flow.displayName, ...(gate !== DEFAULT_GATE && { gate }), ...(applications && { applications }) };
    }),
    notes: flowGates.flatMap(({ flow, gate, found }) =>
      found.length > 1 ? [`${flow.displayName} asks several gates, ${found.join(" and ")}: only ${gate} is declared.`] : [],
    ),
  };
}

/** Returns the gates that a flow calls, in the order of the events. */
function findGates(flow: EventsFlow, { extensions }: ExternalLook, gates: ReadonlyMap<string, ExtensionUrls>): readonly string[] {
  return flowEvents.flatMap((event) => {
    const calledExtension = extensions.find(({ id }) => id === flow[event]?.customExtension?.id);
    return [...gates].find(([, urls]) => isCalled(calledExtension, urls[event]))?.[0] ?? [];
  });
}

/** Returns the applications whose tokens get claims. Undefined if there are none, or if they are the flow's own. */
function otherApplications(
  { id }: EventsFlow,
  gate: string,
  { applications, extensions, listeners }: ExternalLook,
  gates: ReadonlyMap<string, ExtensionUrls>,
): readonly string[] | undefined {
  const url = gates.get(gate)?.onTokenIssuanceStart;
  const ours = extensions.filter((each) => isCalled(each, url)).map((each) => each.id);
  const listenedIds = listeners.filter(({ handler }) => ours.includes(handler?.customExtension?.id ?? "")).flatMap(listApplicationIds);
  const apps = [...new Set(listenedIds)].sort();
  const ownIds = [...(applications.get(id) ?? [])].sort();
  return apps.length === 0 || apps.join() === ownIds.join() ? undefined : apps;
}

function isCalled(extension: CustomExtension | undefined, url: string | undefined): boolean {
  const target = extension?.endpointConfiguration?.targetUrl;
  return url !== undefined && target !== undefined && URL.canParse(target) && new URL(target).href === new URL(url).href;
}
