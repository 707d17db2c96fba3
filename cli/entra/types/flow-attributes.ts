import { type UserFlowAttribute, userFlowSetup } from "../../../adapters/graph/user-flows";
import type { ConnectorFlow } from "../../../lib/entra-setup";
import { CommandError } from "../../failure";
import type { Output } from "../../output";
import { type EntraOptions, kindOf } from "../options";
import { inGraph } from "../refusals";
import { graphFor } from "../sign-in";
import type { JudgedFlow } from "../tenants";

/** What a flow's tenant has, and what the flow collects of it. */
export interface FlowAttributes {
  readonly attributes: readonly UserFlowAttribute[];
  /** Ids. */
  readonly collected: readonly string[];
}

/** Reads a flow's attributes, whatever the kind of its tenant. */
export async function attributesOf({ flow, deployment }: JudgedFlow, options: EntraOptions, output: Output): Promise<FlowAttributes> {
  if ("externalFlow" in flow) {
    throw new CommandError(`${flow.externalFlow} is a flow of an external tenant, whose attributes cannot be read yet.`);
  }
  return await userFlowAttributes({ ...options, ...flow }, deployment, output);
}

async function userFlowAttributes(
  options: EntraOptions & ConnectorFlow,
  deployment: JudgedFlow["deployment"],
  output: Output,
): Promise<FlowAttributes> {
  const kind = kindOf(options);
  const setup = userFlowSetup(await graphFor(options, kind, deployment, output), kind, options.userFlow);
  const noFlow = `The tenant has no user flow ${options.userFlow}: see --user-flow, --tenant and entra.ts.`;
  return await inGraph(async () => ({ collected: await setup.collected(), attributes: await setup.attributes() }), { 404: noFlow });
}
