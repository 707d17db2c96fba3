import type { Graph } from "../../../../adapters/graph/graph";
import type { CommandContext } from "../../../../cli/command";
import type { Deployment } from "../../../../cli/deployment";
import { type GraphNeeds, lookedAt } from "../../../../cli/graph/access";
import { alignedTable, type Output } from "../../../../cli/output";
import type { TenantKind } from "../../../../engine/sign-up/sign-up";
import { getFlowName } from "../entra-file";
import { judgedFlows } from "../flows";
import { type EntraOptions, requireConnectorTenant } from "../options";
import { callTenant, lookNeeds, tenantGraph } from "../tenant-graph";
import { wantedConnectors } from "../user-flow";
import type { Door, DoorState, KnownDoor } from "./door";
import { connectorFlowDoor, eventsFlowDoor, invitationDoor } from "./flow-doors";
import { doorsBeside } from "./known-doors";

interface DoorTenant {
  readonly tenant?: string;
  readonly kind: TenantKind;
  readonly flows: readonly string[];
  readonly deployment: Deployment;
}

/** The command only reads. An open door is not a finding, because some have to be open. */
export async function printDoors(options: EntraOptions, { output }: CommandContext): Promise<void> {
  const tenants = await doorTenants(options);
  for (const each of tenants) {
    const doors = await readDoors(each, options, output);
    const { tenant } = each;
    if (options.json) for (const door of doors) output.json({ tenant, ...door });
    else printTable(doors, tenants.length > 1 ? tenant : undefined, output);
  }
}

function printTable(doors: readonly Door[], tenant: string | undefined, { print }: Output): void {
  print(tenant === undefined ? "Ways to get an account:" : `Ways to get an account in ${tenant}:`);
  const rows = doors.map(({ door, state, seen, close }) => [door, state, state === "open" ? `${seen}. To close it: ${close}` : seen]);
  for (const line of alignedTable()(rows)) print(line);
}

async function doorTenants(options: EntraOptions): Promise<readonly DoorTenant[]> {
  const tenantsById = new Map<string | undefined, DoorTenant>();
  for (const { flow, deployment } of await judgedFlows(options)) {
    const { tenant = options.tenant } = flow;
    const kind = "externalFlow" in flow ? "external-tenant" : requireConnectorTenant(flow);
    const { flows = [] } = tenantsById.get(tenant) ?? {};
    tenantsById.set(tenant, { tenant, kind, flows: [...flows, getFlowName(flow)], deployment });
  }
  return [...tenantsById.values()];
}

async function readDoors({ tenant, kind, flows, deployment }: DoorTenant, options: EntraOptions, output: Output): Promise<readonly Door[]> {
  const tenantOptions = { ...options, tenant };
  const needs = collectNeeds(kind);
  const graph = await tenantGraph(tenantOptions, kind, deployment, output, { needs });
  const stable = await tenantGraph(tenantOptions, kind, deployment, output, { needs, version: "v1.0" });
  const urls = kind === "external-tenant" ? [] : wantedConnectors(deployment, kind, options).flatMap(({ url }) => url ?? []);
  const flowDoors =
    kind === "external-tenant" ? [eventsFlowDoor(graph, flows), invitationDoor(graph)] : [connectorFlowDoor(graph, kind, urls)];
  const doors: Door[] = [];
  for (const door of [...flowDoors, ...doorsBeside]) {
    if (door.kinds.includes(kind))
      doors.push({ door: door.door, ...(await callTenant(() => seenAt(door, stable), needs)), close: door.close });
  }
  return doors;
}

function collectNeeds(kind: TenantKind): GraphNeeds {
  const all = doorsBeside.filter(({ kinds }) => kinds.includes(kind)).map(({ needs }) => needs);
  const { permissions, roles } = lookNeeds[kind];
  return {
    permissions: [...new Set([...permissions, ...all.flatMap((each) => each.permissions)])],
    roles: [...new Set([...roles, ...all.flatMap((each) => each.roles)])],
  };
}

/** A door that Graph does not show is "not known", never "closed". */
async function seenAt({ needs, look }: KnownDoor, graph: Graph): Promise<DoorState> {
  let doorState: DoorState | undefined;
  const [refused] = await lookedAt("It", needs, async () => {
    doorState = await look(graph);
    return [];
  });
  if (doorState !== undefined) return doorState;
  const { fix = "", needs: missing = [] } = refused ?? {};
  return { state: "not known", seen: fix, needs: missing.length > 0 ? missing : undefined };
}
