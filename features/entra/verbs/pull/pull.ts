import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { CommandContext } from "../../../../cli/command";
import { CommandError } from "../../../../cli/failure";
import { formatCount } from "../../../../cli/output";
import type { TenantKind } from "../../../../engine/sign-up/sign-up";
import { appRoot } from "../../../../lib/app-root";
import type { EntraFlow, EntraSetup } from "../../setup";
import { ENTRA_FILE, entraSetupIn, findConnectorTenant, literal, writeAppFile } from "../entra-file";
import type { EntraOptions } from "../options";
import { type Place, pulledFlows } from "./pulled-flows";

interface PullOptions extends Omit<EntraOptions, "kind"> {
  readonly kind?: TenantKind;
  readonly stdout?: boolean;
  readonly force?: boolean;
}

/** Writes only entra.ts. */
export async function pullFromTenant(options: PullOptions, { output }: CommandContext): Promise<void> {
  const { kind: _, ...given } = options;
  const rest = { ...given, looks: true };
  const file = options.setup ?? ENTRA_FILE;
  const path = resolve(appRoot, file);
  const { flows, notes, hosts } = await pulledFlows(rest, listPlaces(options, path), output);
  for (const note of notes) output.warn(note);
  if (flows.length === 0) {
    throw new CommandError(
      `No user flow calls this deployment (${hosts.join(", ")}), so nothing was written: npm run gate -- entra apply --user-flow ID links one.`,
    );
  }
  if (options.json) {
    for (const flow of flows) output.json(flow);
    return;
  }
  const text = setupText(buildSetup(flows));
  if (options.stdout) return output.data(text);
  const current = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  if (current === text) return output.print(`${file} matches the tenant: nothing to write.`);
  if (current !== undefined && !options.force) {
    throw new CommandError(`${file} exists and differs: --stdout shows what the tenant has, --force overwrites the file.`);
  }
  writeAppFile(file, text);
  output.print(`${file} declares ${formatCount(flows.length, "flow")}.`);
}

/**
 * Returns the tenants of the file's flows. If there is no file, or if --tenant or --kind is given, returns one tenant: that of --tenant or,
 * unless --local is given, that of AZURE_TENANT_ID.
 */
function listPlaces({ tenant, kind, local }: PullOptions, path: string): readonly Place[] {
  const setup = tenant === undefined && kind === undefined ? entraSetupIn(path) : undefined;
  if (setup === undefined) return [buildPlace(tenant ?? (local ? undefined : process.env.AZURE_TENANT_ID), kind)];
  const places = setup.flows.map((flow) =>
    buildPlace(flow.tenant ?? setup.tenant, "externalFlow" in flow ? "external-tenant" : findConnectorTenant(flow)),
  );
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}

function buildPlace(tenant: string | undefined, kind: TenantKind | undefined): Place {
  return { tenant, kind };
}

/** If every flow names its tenant, the first flow's tenant becomes the setup's `tenant`, and flows of that tenant do not repeat it. */
function buildSetup(flows: readonly EntraFlow[]): EntraSetup {
  const [tenant] = flows.some((flow) => flow.tenant === undefined) ? [] : flows.map((flow) => flow.tenant);
  const declaredFlows = flows.map(({ tenant: flowTenant, ...flow }) => ({
    ...flow,
    ...(flowTenant !== undefined && flowTenant !== tenant && { tenant: flowTenant }),
  }));
  return { tenant, flows: declaredFlows as readonly EntraFlow[] };
}

const WIDTH = 140;

export function setupText({ tenant, flows }: EntraSetup): string {
  return [
    'import { entraSetup } from "entra-gatehouse";',
    "",
    "export default entraSetup({",
    ...(tenant === undefined ? [] : [`  tenant: ${literal(tenant)},`]),
    ...formatFlowList(flows.map(flowText), flows),
    "});",
    "",
  ].join("\n");
}

function formatFlowList(texts: readonly string[], flows: readonly EntraFlow[]): readonly string[] {
  const line = `  flows: [${texts.join(", ")}],`;
  // If each of several objects has several members, the formatter puts each object on its own line, even if all would fit on one line.
  const isBroken = line.length > WIDTH || (flows.length > 1 && flows.every((flow) => Object.keys(flow).length > 1));
  return isBroken ? ["  flows: [", ...texts.map((text) => `    ${text},`), "  ],"] : [line];
}

function flowText(flow: EntraFlow): string {
  const members = Object.entries(flow).map(([name, value]) => `${name}: ${valueText(value)}`);
  return `{ ${members.join(", ")} }`;
}

function valueText(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(valueText).join(", ")}]` : literal(String(value));
}
