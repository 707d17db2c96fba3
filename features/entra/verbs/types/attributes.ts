import { harmless } from "../../../../cli/output";
import { externalTenantAttributes, isBuiltInAttribute, toShortName } from "../../../../engine/protocols/attributes";
import type { CollectingFlow } from "../../../../lib/attributes-file";
import type { UserFlowAttribute } from "../../client/user-flows";
import { literal } from "../entra-file";

interface TenantAttribute {
  readonly name: string;
  /** The TypeScript type of the attribute's values. */
  readonly type: string;
  readonly label: string;
  /** The description that people see. */
  readonly description?: string;
}

const LIST = "readonly string[]";

/** TypeScript's types by Graph's data types. A date is a text in ISO 8601. */
const types: Readonly<Record<string, string>> = {
  string: "string",
  boolean: "boolean",
  int64: "number",
  stringcollection: LIST,
  datetime: "string",
};

/** The attribute's name from its id in Graph. A built-in "City" becomes "city"; a custom attribute's name loses the app's id. */
export function attributeName(id: string): string {
  const short = toShortName(id);
  return short === id ? `${id.charAt(0).toLowerCase()}${id.slice(1)}` : short;
}

/** Returns the attributes of one or more tenants, each name once, built-in ones first. */
export function tenantAttributes(all: readonly UserFlowAttribute[]): readonly TenantAttribute[] {
  const byName = new Map<string, TenantAttribute>();
  for (const { id, dataType, displayName, description } of all) {
    const name = attributeName(id);
    // The address is left out: rules do not set it, and every rule already knows it.
    if (name === "email") continue;
    const type = types[dataType.toLowerCase()] ?? "string | number | boolean";
    const before = byName.get(name);
    const both = [...new Set([before?.type, type].flatMap((each) => each?.split(" | ") ?? []))].join(" | ");
    byName.set(name, before ? { ...before, type: both } : { name, type, label: displayName, ...(description && { description }) });
  }
  const place = ({ name }: TenantAttribute) =>
    isBuiltInAttribute(name)
      ? (externalTenantAttributes as readonly string[]).indexOf(name)
      : externalTenantAttributes.length + Number(/^extension_/.test(name));
  return [...byName.values()].sort((one, other) => place(one) - place(other) || (one.name < other.name ? -1 : 1));
}

/** Returns the ids of the apps that register custom attributes, in the form that Entra shows. */
export function extensionsApps(all: readonly Pick<UserFlowAttribute, "id">[]): readonly string[] {
  const apps = all.flatMap(({ id }) => /^extension_([0-9a-f]{32})_/i.exec(id)?.[1]?.toLowerCase() ?? []);
  return [...new Set(apps)].map((digits) => digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"));
}

const WIDTH = 140;

interface AttributesToWrite {
  /** The attributes in the order in which the written file lists them. */
  readonly attributes: readonly TenantAttribute[];
  readonly extensionsAppId: string | undefined;
  readonly flows: readonly CollectingFlow[];
}

export function attributesText({ attributes, extensionsAppId, flows }: AttributesToWrite): string {
  const lists = attributes.filter(({ type }) => type === LIST).map(({ name }) => name);
  return [
    "// Written by npm run gate -- entra types. Do not edit: run the command again when the tenant's attributes change.",
    "",
    'declare module "entra-gatehouse" {',
    "  interface TenantAttributes {",
    ...attributes.flatMap((attribute) => [
      `    /** ${buildComment(attribute)} */`,
      `    ${/^[A-Za-z_$][\w$]*$/.test(attribute.name) ? attribute.name : literal(attribute.name)}: ${attribute.type};`,
    ]),
    "  }",
    "}",
    "",
    "export default {",
    ...listLines(
      "names",
      attributes.map(({ name }) => name),
      "  ",
    ),
    ...(lists.length === 0 ? [] : listLines("listAttributes", lists, "  ")),
    ...(extensionsAppId === undefined ? [] : [`  extensionsAppId: ${literal(extensionsAppId)},`]),
    ...(flows.length === 0 ? ["  flows: [],"] : ["  flows: [", ...flows.flatMap(flowLines), "  ],"]),
    "};",
    "",
  ].join("\n");
}

function buildComment({ label, description }: TenantAttribute): string {
  const words = description === undefined || description === label ? label : `${label}: ${description}`;
  return harmless(words.replace(/\s+/g, " ").replaceAll("*/", "* /").trim());
}

function flowLines({ flow, gate, collects }: CollectingFlow): readonly string[] {
  return [
    "    {",
    `      flow: ${literal(flow)},`,
    ...(gate === undefined ? [] : [`      gate: ${literal(gate)},`]),
    ...listLines("collects", collects, "      "),
    "    },",
  ];
}

function listLines(name: string, texts: readonly string[], indent: string): readonly string[] {
  const line = `${indent}${name}: [${texts.map(literal).join(", ")}],`;
  if (line.length <= WIDTH) return [line];
  return [`${indent}${name}: [`, ...texts.map((text) => `${indent}  ${literal(text)},`), `${indent}],`];
}
