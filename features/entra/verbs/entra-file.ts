import { existsSync } from "node:fs";
import { relative } from "node:path";
import { GUID } from "../../../engine/guid";
import { didYouMean } from "../../../engine/nearest-name";
import { isGateName } from "../../../engine/sign-up/gate";
import { appRoot } from "../../../lib/app-root";
import { defaultExportOf } from "../../../lib/load-typescript";
import { SetupError } from "../../../lib/setup-error";
import type { ConnectorTenant } from "../client/user-flows";
import type { ConnectorFlow, CustomAttribute, EntraFlow, EntraSetup, ExternalFlow } from "../setup";

/** The file in which an app declares its flows, beside settings.ts. */
export const ENTRA_FILE = "entra.ts";

const setupKeys: readonly string[] = ["tenant", "flows"] satisfies (keyof EntraSetup)[];
const connectorKeys: readonly string[] = ["userFlow", "gate", "kind", "tenant", "attributes"] satisfies (keyof ConnectorFlow)[];
const externalKeys: readonly string[] = [
  "externalFlow",
  "gate",
  "applications",
  "apis",
  "tenant",
  "attributes",
] satisfies (keyof ExternalFlow)[];
const attributeKeys: readonly string[] = ["type", "label", "choices", "hidden"] satisfies (keyof CustomAttribute)[];
const attributeTypes: readonly unknown[] = ["string", "boolean", "int64", "stringCollection"] satisfies CustomAttribute["type"][];
const kinds: readonly unknown[] = ["workforce", "b2c"] satisfies ConnectorTenant[];

/** Reads the file's flows; undefined if there is no file. Throws a SetupError that names the flow at fault. @param file absolute */
export function entraSetupIn(file: string): EntraSetup | undefined {
  if (!existsSync(file)) return undefined;
  return checkedSetup(defaultExportOf(file), relative(appRoot, file));
}

/** @param name the file's, as people know it */
function checkedSetup(exported: unknown, name: string): EntraSetup {
  if (!isObject(exported)) {
    throw new SetupError(
      `${name} has to export its flows as default: export default entraSetup({ flows: [{ userFlow: "B2X_1_Partner" }] });`,
    );
  }
  const { tenant, flows } = exported;
  assertKeys(exported, setupKeys, name);
  assertTenant(tenant, name);
  if (!Array.isArray(flows) || flows.length === 0) {
    throw new SetupError(`${name} declares no flow: flows is a list of one or more, like flows: [{ userFlow: "B2X_1_Partner" }].`);
  }
  for (const [index, flow] of flows.entries()) assertFlow(flow, `${name}, flows[${index}]`);
  const setup = exported as unknown as EntraSetup;
  assertEachOnce(setup, name);
  return setup;
}

/** A flow's id or name, as people know it. */
export function flowNameOf(flow: EntraFlow): string {
  return "userFlow" in flow ? flow.userFlow : flow.externalFlow;
}

/** True if two flows have one name: Entra's ids ignore case. */
export function isSameFlow(one: EntraFlow, other: EntraFlow): boolean {
  return "userFlow" in one === "userFlow" in other && flowNameOf(one).toLowerCase() === flowNameOf(other).toLowerCase();
}

/** User flows are called by the kind of their tenant; undefined for a name that does not tell. */
export function connectorTenantOf({ kind, userFlow }: ConnectorFlow): ConnectorTenant | undefined {
  return kind ?? (/^b2x_1_/i.test(userFlow) ? "workforce" : /^b2c_1_/i.test(userFlow) ? "b2c" : undefined);
}

/** True if a text can be a user flow's id, as a call's path holds it. */
export function isUserFlowId(text: unknown): text is string {
  return typeof text === "string" && /^[A-Za-z0-9_]+$/.test(text);
}

function assertFlow(flow: unknown, place: string): void {
  if (!isObject(flow)) throw new SetupError(`${place} is ${JSON.stringify(flow)}; write { userFlow: "B2X_1_Partner" }.`);
  const { userFlow, gate, tenant } = flow;
  const isExternal = "externalFlow" in flow;
  if (isExternal && "userFlow" in flow) {
    throw new SetupError(
      `${place} has both userFlow (workforce tenant, Azure AD B2C) and externalFlow (external tenant): leave out the one that it is not.`,
    );
  }
  // First, as what is missing may be there under a mistyped name.
  assertKeys(flow, isExternal ? externalKeys : connectorKeys, place);
  if (!isExternal && !("userFlow" in flow)) {
    throw new SetupError(`${place} names no flow: give it userFlow: "B2X_1_Partner", or externalFlow: "Sign up" in an external tenant.`);
  }
  assertTenant(tenant, place);
  if (gate !== undefined && !(typeof gate === "string" && isGateName(gate))) {
    throw new SetupError(`${place}: gate is ${JSON.stringify(gate)}; write a gate's name, as settings.ts has it, or leave it out.`);
  }
  assertAttributes(flow.attributes, isExternal, place);
  if (isExternal) assertExternal(flow, place);
  else assertConnector(userFlow, flow.kind, place);
}

function assertAttributes(attributes: unknown, isExternal: boolean, place: string): void {
  if (attributes === undefined) return;
  if (!isObject(attributes)) {
    throw new SetupError(
      `${place}: attributes is ${JSON.stringify(attributes)}; write them by their names: { extension_PartnerNumber: { type: "string" } }.`,
    );
  }
  for (const [name, attribute] of Object.entries(attributes)) assertAttribute(name, attribute, isExternal, `${place}, attributes.${name}`);
}

function assertAttribute(name: string, attribute: unknown, isExternal: boolean, place: string): void {
  if (!/^extension_[A-Za-z][A-Za-z0-9]*$/.test(name)) {
    throw new SetupError(
      `${place}: write the short name of a custom attribute, extension_ with letters and digits: extension_PartnerNumber.`,
    );
  }
  if (!isObject(attribute)) throw new SetupError(`${place} is ${JSON.stringify(attribute)}; write { type: "string" }.`);
  assertKeys(attribute, attributeKeys, place);
  const { type, label, choices, hidden } = attribute;
  if (!attributeTypes.includes(type)) {
    const types = attributeTypes.map((each) => JSON.stringify(each)).join(", ");
    throw new SetupError(`${place}: type is ${JSON.stringify(type)}; write one of ${types}.`);
  }
  if (label !== undefined && !isText(label)) throw new SetupError(`${place}: label is ${JSON.stringify(label)}; write a text.`);
  const isChosen = isObject(choices) && Object.keys(choices).length > 0 && Object.values(choices).every(isText);
  if (choices !== undefined && !isChosen) {
    throw new SetupError(
      `${place}: choices is ${JSON.stringify(choices)}; write what people read by the value: { gold: "Gold customer" }.`,
    );
  }
  if (hidden !== undefined && typeof hidden !== "boolean")
    throw new SetupError(`${place}: hidden is ${JSON.stringify(hidden)}; write true.`);
  if (hidden && !isExternal)
    throw new SetupError(`${place}: hidden is for an external tenant: a form of this flow shows what it collects.`);
  if (type === "stringCollection" && !hidden && !isChosen) {
    throw new SetupError(`${place}: people choose from a list of texts: add choices: { gold: "Gold customer" }.`);
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function assertConnector(userFlow: unknown, kind: unknown, place: string): void {
  if (!isUserFlowId(userFlow))
    throw new SetupError(`${place}: userFlow is ${JSON.stringify(userFlow)}; write its id, like "B2X_1_Partner".`);
  if (kind !== undefined && !kinds.includes(kind)) {
    throw new SetupError(`${place}: kind is ${JSON.stringify(kind)}; write ${kinds.map((each) => JSON.stringify(each)).join(" or ")}.`);
  }
  if (connectorTenantOf({ userFlow, kind } as ConnectorFlow) === undefined) {
    throw new SetupError(`${place}: the name ${userFlow} does not tell the kind of its tenant: add kind: "workforce" or kind: "b2c".`);
  }
}

function assertExternal({ externalFlow, ...flow }: Readonly<Record<string, unknown>>, place: string): void {
  if (typeof externalFlow !== "string" || externalFlow.trim() === "") {
    throw new SetupError(`${place}: externalFlow is ${JSON.stringify(externalFlow)}; write the flow's name, as Entra shows it.`);
  }
  for (const name of ["applications", "apis"]) {
    const ids = flow[name];
    if (ids === undefined || (Array.isArray(ids) && ids.every((id) => typeof id === "string" && GUID.test(id)))) continue;
    throw new SetupError(`${place}: ${name} is ${JSON.stringify(ids)}; write a list of client ids, each a GUID.`);
  }
}

/** A flow asks one gate. */
function assertEachOnce({ flows, tenant }: EntraSetup, name: string): void {
  for (const [index, flow] of flows.entries()) {
    const sameTenant = (other: EntraFlow) => (other.tenant ?? tenant)?.toLowerCase() === (flow.tenant ?? tenant)?.toLowerCase();
    const first = flows.findIndex((other) => isSameFlow(other, flow) && sameTenant(other));
    if (first < index) {
      throw new SetupError(`${name} names ${flowNameOf(flow)} twice, in flows[${first}] and flows[${index}]: one gate judges a flow.`);
    }
  }
}

function assertTenant(tenant: unknown, place: string): void {
  if (tenant === undefined || (typeof tenant === "string" && /^[a-z0-9][a-z0-9.-]*$/i.test(tenant))) return;
  throw new SetupError(`${place}: tenant is ${JSON.stringify(tenant)}; write its id or a domain, like "contoso.onmicrosoft.com".`);
}

function assertKeys(object: object, known: readonly string[], place: string): void {
  const unknown = Object.keys(object).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new SetupError(`${place} has no option ${unknown}.${didYouMean(unknown, known) || ` Write one of ${known.join(", ")}.`}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
