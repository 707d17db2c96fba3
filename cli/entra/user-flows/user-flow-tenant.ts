import type { BasicCredential } from "../../../adapters/graph/api-connectors";
import type { GraphClient } from "../../../adapters/graph/graph";
import { type ConnectorTenant, callingFlows, type UserFlowSetup, userFlowSetup } from "../../../adapters/graph/user-flows";
import { readCredentials } from "../../credentials/secret";
import type { Deployment } from "../../deployment";
import { namedGate } from "../../gates";
import type { Output } from "../../output";
import type { EntraTenant } from "../entra-tenant";
import { kindOf, type UserFlowOptions } from "../options";
import { inGraph } from "../refusals";
import { graphFor } from "../sign-in";
import { changesFor, removalOf, type Standing, type UserFlowChange } from "./changes";
import { wantedAttributes, wantedConnectors } from "./wanted";
import { findingOf, objectOf } from "./words";

/** The user flow of a workforce tenant or of Azure AD B2C. Signs in to Graph. */
export async function userFlowTenant(
  options: UserFlowOptions,
  deployment: Deployment,
  output: Output,
): Promise<EntraTenant<UserFlowChange>> {
  const kind = kindOf(options);
  const gate = namedGate(options);
  const { username, password, notSeenAt = [] } = await readCredentials(deployment, new Date());
  const attributes = wantedAttributes(deployment, options);
  const wanted = { connectors: wantedConnectors(deployment, kind, options), username, attributes };
  const graph = await graphFor(options, kind, deployment, output);
  const setup = userFlowSetup(graph, kind, options.userFlow);
  const others = (alongside: readonly string[] = []) => otherCallers(graph, kind, [options.userFlow, ...alongside]);
  return {
    flow: options.userFlow,
    ...(gate !== undefined && { gate }),
    ...(options.tenant !== undefined && { tenant: options.tenant }),
    async plan(planned) {
      const standing = await standingIn(setup, options);
      const isToGo = wanted.connectors.some(
        ({ name, url }) => url === undefined && standing.connectors.some(({ displayName }) => displayName === name),
      );
      return changesFor(wanted, isToGo ? { ...standing, otherCallers: await others() } : standing, planned);
    },
    removal: async ({ attributes = false, alongside }) =>
      removalOf(wanted, { ...(await standingIn(setup, options)), otherCallers: await others(alongside) }, attributes),
    isShared: ({ action }) => action.endsWith(" connector"),
    unlinks: ({ action }) => action === "unlink",
    make: (change, made) => inGraph(() => makeChange(setup, change, { username, password }, made)),
    objectOf,
    findingOf,
    findings: notSeenAt.map((step) => ({
      finding: `Entra has not shown the current password at ${step}, and it cannot be read back`,
      mend: "entra apply --credentials, then sign up once",
    })),
  };
}

/** Which of the tenant's other flows call a connector, by its id. */
async function otherCallers(
  graph: GraphClient,
  kind: ConnectorTenant,
  but: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const except = but.map((flow) => flow.toLowerCase());
  return await inGraph(async () => {
    const callers = new Map<string, readonly string[]>();
    for (const flow of await callingFlows(graph, kind)) {
      if (except.includes(flow.toLowerCase())) continue;
      for (const { id } of Object.values(await userFlowSetup(graph, kind, flow).links()))
        callers.set(id, [...(callers.get(id) ?? []), flow]);
    }
    return callers;
  });
}

async function standingIn(setup: UserFlowSetup, { userFlow }: UserFlowOptions): Promise<Standing> {
  const noFlow = `The tenant has no user flow ${userFlow}: see --user-flow and --tenant. One of another kind of tenant has other flows.`;
  const links = await inGraph(() => setup.links(), { 404: noFlow });
  return await inGraph(async () => ({
    readAt: new Date(),
    links,
    connectors: await setup.connectors(),
    attributes: await setup.attributes(),
    collected: await setup.collected(),
  }));
}

async function makeChange(
  setup: UserFlowSetup,
  change: UserFlowChange,
  credential: BasicCredential,
  made: Map<string, string>,
): Promise<void> {
  switch (change.action) {
    case "create connector":
      made.set(change.name, await setup.createConnector(change.name, change.url, credential));
      return;
    case "update connector":
      return await setup.updateConnector(change.id, {
        ...(change.url !== undefined && { targetUrl: change.url }),
        ...(change.credentials && { credential }),
      });
    case "delete connector":
      return await setup.deleteConnector(change.id);
    case "collect attribute":
      return await setup.collect(change.attribute);
    case "stop collecting":
      return await setup.stopCollecting(change.attribute.id);
    case "link":
      return await setup.link(change.step, change.id ?? (made.get(change.name) as string));
    case "unlink":
      return await setup.unlink(change.step);
  }
}
