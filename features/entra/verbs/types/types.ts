import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandContext } from "../../../../cli/command";
import { CommandError } from "../../../../cli/failure";
import { namedGate } from "../../../../cli/gates";
import type { GraphNeeds } from "../../../../cli/graph/access";
import { formatCount, type Output } from "../../../../cli/output";
import { appRoot } from "../../../../lib/app-root";
import { ATTRIBUTES_FILE, type CollectingFlow } from "../../../../lib/attributes-file";
import { settingsIn } from "../../../../lib/settings";
import { eventsFlows, listInputs } from "../../client/events-flows";
import { flowReadPermissions, tenantsAttributes, type UserFlowAttribute, userFlowSetup } from "../../client/user-flows";
import type { ConnectorFlow, ExternalFlow } from "../../setup";
import { getFlowName, writeAppFile } from "../entra-file";
import { type JudgedFlow, judgedFlows } from "../flows";
import { type EntraOptions, requireConnectorTenant } from "../options";
import { callTenant, chooseFlowNeeds, FLOW_ROLE, tenantGraph } from "../tenant-graph";
import { attributeName, attributesText, extensionsApps, tenantAttributes } from "./attributes";

/** Writes only entra-attributes.ts. */
export async function writeTypes(given: EntraOptions & { readonly stdout?: boolean }, { output }: CommandContext): Promise<void> {
  const options = { ...given, looks: true };
  const read: (JudgedFlow & FlowAttributes)[] = [];
  for (const judgedFlow of await judgedFlows(options))
    read.push({ ...judgedFlow, ...(await readFlowAttributes(judgedFlow, options, output)) });
  const all = read.flatMap((each) => each.attributes);
  const attributes = tenantAttributes(all);
  const [extensionsAppId, ...otherApps] = extensionsApps(all);
  const app = otherApps.length === 0 ? extensionsAppId : undefined;
  if (options.json) {
    for (const attribute of attributes) output.json(attribute);
    return;
  }
  const text = attributesText({ attributes, extensionsAppId: app, flows: read.map(collectingFlow) });
  if (options.stdout) return output.data(text);
  writeAppFile(ATTRIBUTES_FILE, text);
  const custom = attributes.filter(({ name }) => name.startsWith("extension_")).length;
  output.print(`${ATTRIBUTES_FILE} names ${formatCount(attributes.length, "attribute")}, ${custom} of them custom.`);
  sayExtensionsApp(app, otherApps.length + 1, output);
  sayTsconfig(output);
}

function collectingFlow({ flow, collected }: JudgedFlow & FlowAttributes): CollectingFlow {
  const gate = namedGate(flow);
  const collects = [...new Set(collected.map(attributeName))].filter((name) => name !== "email").sort();
  return { flow: getFlowName(flow), gate, collects };
}

/** settings.ts needs the id if accounts are created through Graph, where the names of custom attributes contain it. */
function sayExtensionsApp(app: string | undefined, count: number, output: Output): void {
  if (app === undefined) {
    if (count > 1) output.print("Several apps register custom attributes in these tenants, so no extensionsAppId is noted.");
    return;
  }
  const extensionsAppId = settingsIn(appRoot).extensionsAppId;
  if (extensionsAppId === undefined)
    output.print(`Are accounts made through Graph? Then write into settings.ts: extensionsAppId: "${app}",`);
  else if (!isSameApp(extensionsAppId, app))
    output.warn(`settings.ts has extensionsAppId: "${extensionsAppId}", and the tenant's custom attributes are of "${app}".`);
}

function isSameApp(one: string, other: string): boolean {
  const digits = (id: string) => id.replaceAll("-", "").toLowerCase();
  return digits(one) === digits(other);
}

/** In a clone of Gatehouse, policy/tsconfig.json includes the file, because other code has attributes of its own. */
function sayTsconfig(output: Output): void {
  const texts = ["tsconfig.json", "policy/tsconfig.json"].map((file) => join(appRoot, file)).filter(existsSync);
  const [text, ...others] = texts.map((file) => readFileSync(file, "utf8"));
  if (text === undefined || !text.includes('"include"') || [text, ...others].some((each) => each.includes(ATTRIBUTES_FILE))) return;
  output.print(`Your editor knows them too once tsconfig.json has "${ATTRIBUTES_FILE}" in its include.`);
}

interface FlowAttributes {
  readonly attributes: readonly UserFlowAttribute[];
  readonly collected: readonly string[];
}

async function readFlowAttributes({ flow, deployment }: JudgedFlow, options: EntraOptions, output: Output): Promise<FlowAttributes> {
  if ("externalFlow" in flow) return await externalAttributes({ ...options, ...flow }, deployment, output);
  return await userFlowAttributes({ ...options, ...flow }, deployment, output);
}

async function userFlowAttributes(
  options: EntraOptions & ConnectorFlow,
  deployment: JudgedFlow["deployment"],
  output: Output,
): Promise<FlowAttributes> {
  const kind = requireConnectorTenant(options);
  const setup = userFlowSetup(await tenantGraph(options, kind, deployment, output), kind, options.userFlow);
  const noFlow = `The tenant has no user flow ${options.userFlow}: see --user-flow, --tenant and entra.ts.`;
  return await callTenant(
    async () => ({ collected: await setup.collected(), attributes: await setup.attributes() }),
    chooseFlowNeeds(options, kind),
    { 404: noFlow },
  );
}

async function externalAttributes(
  options: EntraOptions & ExternalFlow,
  deployment: JudgedFlow["deployment"],
  output: Output,
): Promise<FlowAttributes> {
  const needs = externalNeeds;
  const graph = await tenantGraph(options, "external-tenant", deployment, output, { needs });
  return await callTenant(async () => {
    const flows = await eventsFlows(graph).flows();
    const flow = flows.find(({ displayName }) => displayName === options.externalFlow);
    if (flow === undefined) {
      const there = flows.map(({ displayName }) => displayName).join(", ") || "none";
      throw new CommandError(
        `The tenant has no user flow ${options.externalFlow}: see --external-flow, --tenant and entra.ts. It has ${there}.`,
      );
    }
    return { collected: listInputs(flow).map(({ attribute }) => attribute), attributes: await tenantsAttributes(graph) };
  }, needs);
}

const externalNeeds: GraphNeeds = {
  permissions: ["EventListener.Read.All", flowReadPermissions["/identity/"]],
  roles: [FLOW_ROLE],
};
