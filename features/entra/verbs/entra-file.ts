import { existsSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import * as v from "valibot";
import { cloudNames } from "../../../adapters/graph/clouds";
import { CommandError } from "../../../cli/failure";
import { harmless } from "../../../cli/output";
import { GUID } from "../../../engine/directory-account";
import { optionSchema } from "../../../engine/option-schema";
import { isGateName } from "../../../engine/sign-up/gate";
import { appRoot } from "../../../lib/app-root";
import { SetupError } from "../../../lib/errors";
import { loadDefaultExport } from "../../../lib/load-typescript";
import { checkOptions, listLike, textFitting } from "../../../lib/options";
import { type ConnectorTenant, isProvider } from "../client/user-flows";
import type { ConnectorFlow, CustomAttribute, EntraFlow, EntraSetup, ExternalFlow } from "../setup";

/** The file in which an app declares its flows. It is in the folder of settings.ts. */
export const ENTRA_FILE = "entra.ts";

const cloud = v.optional(v.picklist(cloudNames));
const tenant = v.optional(textFitting('its id or a domain, like "contoso.onmicrosoft.com"', /^[a-z0-9][a-z0-9.-]*$/i));
const text = textFitting("a text", (givenText) => givenText.trim() !== "");
const clientIds = v.optional(listLike(textFitting("a client id, a GUID", GUID), "a list of client ids, each a GUID", () => true));

function attributeWith(hiddenSchema: v.GenericSchema<boolean>): v.GenericSchema<CustomAttribute> {
  return v.pipe(
    optionSchema<CustomAttribute>({
      type: v.picklist(["string", "boolean", "int64", "stringCollection"]),
      label: v.optional(text),
      choices: v.optional(withKeys(text, ({ length }) => length > 0, 'what people read by the value: { gold: "Gold customer" }')),
      hidden: v.optional(hiddenSchema),
    }),
    v.check(
      ({ type, hidden = false, choices }) => type !== "stringCollection" || hidden || choices !== undefined,
      'one with choices, { gold: "Gold customer" }: people choose from a list of texts',
    ),
  );
}

function flowMembers(attribute: v.GenericSchema<CustomAttribute>) {
  const wants = 'attributes by their short names, extension_ with letters and digits: { extension_PartnerNumber: { type: "string" } }';
  const gate = v.optional(textFitting("a gate's name, as settings.ts has it", isGateName));
  const areCustom = (names: readonly string[]) => names.every((name) => /^extension_[A-Za-z][A-Za-z0-9]*$/.test(name));
  const provider = textFitting(
    '"mail", "google.com", "facebook.com", "microsoft", "entra", "password" or a provider\'s id in Graph',
    isProvider,
  );
  const providers = v.optional(listLike(provider, 'a list of providers, like ["mail", "google.com"]', ({ length }) => length > 0));
  return { gate, tenant, cloud, signUpAt: clientIds, providers, attributes: v.optional(withKeys(attribute, areCustom, wants)) };
}

/** @param wants the error's text: what the object has to be */
function withKeys<T>(member: v.GenericSchema<T>, fits: (names: readonly string[]) => boolean, wants: string) {
  const object = v.record(v.string(), member) as v.GenericSchema as v.GenericSchema<Readonly<Record<string, T>>>;
  return v.pipe(
    object,
    v.check((record) => fits(Object.keys(record)), wants),
  );
}

const connectorFlow = optionSchema<ConnectorFlow>({
  userFlow: textFitting('its id, like "B2X_1_Partner"', isUserFlowId),
  kind: v.optional(v.picklist(["workforce", "b2c"])),
  ...flowMembers(attributeWith(v.literal(false, "left out: it is for an external tenant, and this form shows what it collects"))),
});
const externalFlow = optionSchema<ExternalFlow>({
  externalFlow: textFitting("the flow's name, as Entra shows it", (name) => name.trim() !== ""),
  applications: clientIds,
  apis: clientIds,
  ...flowMembers(attributeWith(v.boolean())),
});
const setupSchema = optionSchema<EntraSetup>({
  tenant,
  cloud,
  flows: listLike(
    v.union([connectorFlow, externalFlow]),
    'a list of one or more flows, like [{ userFlow: "B2X_1_Partner" }], or [{ externalFlow: "Sign up" }] in an external tenant',
    ({ length }) => length > 0,
  ),
  graphApplications: v.optional(
    withKeys(
      textFitting("a client id, a GUID", GUID),
      (names) => names.every((name) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)),
      'client ids by the names of roles, such as { approvals: "…" }',
    ),
  ),
});

/** The setup in a file. Undefined if there is no file. Throws a SetupError that names the faulty flow. @param file absolute path */
export function entraSetupIn(file: string): EntraSetup | undefined {
  if (!existsSync(file)) return undefined;
  return checkedSetup(loadDefaultExport(file), relative(appRoot, file));
}

function checkedSetup(exportedSetup: unknown, name: string): EntraSetup {
  if (typeof exportedSetup !== "object" || exportedSetup === null || Array.isArray(exportedSetup)) {
    throw new SetupError(
      `${name} has to export its flows as default: export default entraSetup({ flows: [{ userFlow: "B2X_1_Partner" }] });`,
    );
  }
  checkOptions(setupSchema, exportedSetup, [], `${name}: `);
  const setup = exportedSetup as EntraSetup;
  for (const [index, flow] of setup.flows.entries()) {
    if ("externalFlow" in flow || findConnectorTenant(flow) !== undefined) continue;
    const place = `${name}: flows[${index}].userFlow is ${JSON.stringify(flow.userFlow)}`;
    throw new SetupError(`${place}, which does not tell the kind of its tenant: add kind: "workforce" or kind: "b2c".`);
  }
  assertEachOnce(setup, name);
  assertApplications(setup, name);
  return setup;
}

function assertApplications({ flows }: EntraSetup, name: string): void {
  const flowByApplication = new Map<string, EntraFlow>();
  for (const flow of flows) {
    const isB2c = "userFlow" in flow && findConnectorTenant(flow) === "b2c";
    const member = flow.signUpAt !== undefined ? "signUpAt" : flow.providers !== undefined ? "providers" : undefined;
    if (isB2c && member !== undefined) {
      const why = "Azure AD B2C has no link from a flow to an application, and entra apply creates no flow there";
      throw new SetupError(`${name}: leave ${member} out of ${getFlowName(flow)}: ${why}.`);
    }
    for (const appId of flow.signUpAt ?? []) {
      const other = flowByApplication.get(appId.toLowerCase());
      if (other !== undefined) {
        const pair = other === flow ? `${getFlowName(flow)} twice` : `${getFlowName(other)} and of ${getFlowName(flow)}`;
        throw new SetupError(`${name}: the application ${appId} is in signUpAt of ${pair}. Entra links an application to one flow.`);
      }
      flowByApplication.set(appId.toLowerCase(), flow);
    }
  }
}

export function getFlowName(flow: EntraFlow): string {
  return "userFlow" in flow ? flow.userFlow : flow.externalFlow;
}

/** Ignores case, because Entra ignores it in ids. */
export function isSameFlow(one: EntraFlow, other: EntraFlow): boolean {
  return "userFlow" in one === "userFlow" in other && getFlowName(one).toLowerCase() === getFlowName(other).toLowerCase();
}

/** The kind of tenant. Undefined if neither `kind` nor the beginning of the flow's id tells it. */
export function findConnectorTenant({ kind, userFlow }: ConnectorFlow): ConnectorTenant | undefined {
  return kind ?? (/^b2x_1_/i.test(userFlow) ? "workforce" : /^b2c_1_/i.test(userFlow) ? "b2c" : undefined);
}

export function isUserFlowId(text: unknown): text is string {
  return typeof text === "string" && /^[A-Za-z0-9_]+$/.test(text);
}

/** Throws a SetupError if a flow is declared twice, because a flow asks only one gate. */
function assertEachOnce({ flows, tenant }: EntraSetup, name: string): void {
  for (const [index, flow] of flows.entries()) {
    const sameTenant = (other: EntraFlow) => (other.tenant ?? tenant)?.toLowerCase() === (flow.tenant ?? tenant)?.toLowerCase();
    const first = flows.findIndex((other) => isSameFlow(other, flow) && sameTenant(other));
    if (first < index) {
      throw new SetupError(`${name} names ${getFlowName(flow)} twice, in flows[${first}] and flows[${index}]: one gate judges a flow.`);
    }
  }
}

/** Escapes invisible characters. Uses double quotes, unless single ones need fewer escapes. */
export function literal(text: string): string {
  const json = harmless(JSON.stringify(text));
  const count = (quote: string) => text.split(quote).length;
  if (count('"') <= count("'")) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** @param file relative to the app's folder */
export function writeAppFile(file: string, text: string): void {
  try {
    writeFileSync(resolve(appRoot, file), text);
  } catch (error) {
    throw new CommandError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}): --stdout prints it instead.`);
  }
}
