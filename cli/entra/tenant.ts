import { type BasicCredential, type UserFlowSetup, userFlowSetup } from "../../adapters/graph/user-flows";
import { credentialsSecret } from "../credentials/secret";
import { deploymentFor } from "../deployment";
import type { Output } from "../output";
import type { Change, Standing } from "./changes";
import { type EntraOptions, kindOf } from "./options";
import { inGraph } from "./refusals";
import { graphFor } from "./sign-in";
import { type WantedSetup, wantedAttributes, wantedConnectors } from "./wanted";

/** A gate and the user flow that it is to judge, as a command works on them. */
export interface EntraTenant {
  readonly wanted: WantedSetup;
  /** Steps at which Entra has not shown the current password yet, while another passes. */
  readonly notSeenAt: readonly string[];
  standing(): Promise<Standing>;
  /** Makes a change. @param made ids of the connectors made before, by name; this one's is added */
  make(change: Change, made: Map<string, string>): Promise<void>;
}

/** Finds the deployment, signs in to Graph. */
export async function entraTenant(options: EntraOptions, output: Output): Promise<EntraTenant> {
  const kind = kindOf(options);
  const deployment = await deploymentFor(options);
  const { username, password, notSeenAt = [] } = await credentialsSecret(deployment).read(new Date());
  const attributes = wantedAttributes(deployment, options);
  const wanted = { connectors: wantedConnectors(deployment, kind, options), username, attributes };
  const setup = userFlowSetup(await graphFor(options, kind, deployment, output), kind, options.userFlow);
  const noFlow = `The tenant has no user flow ${options.userFlow}: see --user-flow and --tenant. One of another kind of tenant has other flows.`;
  return {
    wanted,
    notSeenAt,
    async standing() {
      const links = await inGraph(() => setup.links(), { 404: noFlow });
      return await inGraph(async () => ({
        links,
        connectors: await setup.connectors(),
        attributes: await setup.attributes(),
        collected: await setup.collected(),
      }));
    },
    make: (change, made) => inGraph(() => makeChange(setup, change, { username, password }, made)),
  };
}

async function makeChange(setup: UserFlowSetup, change: Change, credential: BasicCredential, made: Map<string, string>): Promise<void> {
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
