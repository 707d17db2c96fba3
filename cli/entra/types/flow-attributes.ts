import { eventsFlows, inputsOf } from "../../../adapters/graph/events-flows";
import { tenantsAttributes, type UserFlowAttribute, userFlowSetup } from "../../../adapters/graph/user-flows";
import type { ConnectorFlow, ExternalFlow } from "../../../lib/entra-setup";
import { CommandError } from "../../failure";
import type { Output } from "../../output";
import { type EntraOptions, kindOf } from "../options";
import type { GraphNeeds } from "../permissions";
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
  if ("externalFlow" in flow) return await externalAttributes({ ...options, ...flow }, deployment, output);
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

async function externalAttributes(
  options: EntraOptions & ExternalFlow,
  deployment: JudgedFlow["deployment"],
  output: Output,
): Promise<FlowAttributes> {
  const needs = externalNeeds;
  const graph = await graphFor(options, "external-tenant", deployment, output, { needs });
  return await inGraph(
    async () => {
      const flows = await eventsFlows(graph).flows();
      const flow = flows.find(({ displayName }) => displayName === options.externalFlow);
      if (flow === undefined) {
        const there = flows.map(({ displayName }) => displayName).join(", ") || "none";
        throw new CommandError(
          `The tenant has no user flow ${options.externalFlow}: see --external-flow, --tenant and entra.ts. It has ${there}.`,
        );
      }
      return { collected: inputsOf(flow).map(({ attribute }) => attribute), attributes: await tenantsAttributes(graph) };
    },
    {},
    needs,
  );
}

/** The flows, and the attributes that the tenant has. */
const externalNeeds: GraphNeeds = {
  permissions: ["EventListener.ReadWrite.All", "IdentityUserFlow.ReadWrite.All"],
  role: "External ID User Flow Administrator",
};
