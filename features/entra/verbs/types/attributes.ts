import { harmless } from "../../../../cli/output";
import { externalTenantAttributes, isBuiltInAttribute } from "../../../../engine/attribute-kinds";
import { toShortName } from "../../../../engine/protocols/attributes";
import type { CollectingFlow } from "../../../../lib/attributes-file";
import type { UserFlowAttribute } from "../../client/user-flows";
import { literal } from "../app-file";

/** An attribute as a policy knows it. */
interface TenantAttribute {
  /** Its short name. */
  readonly name: string;
  /** The type of its values, in TypeScript. */
  readonly type: string;
  readonly label: string;
  /** Shown to people. */
  readonly description?: string;
}

const LIST = "readonly string[]";

/** By Graph's data types. A date is text, in ISO 8601. */
const types: Readonly<Record<string, string>> = {
  string: "string",
  boolean: "boolean",
  int64: "number",
  stringcollection: LIST,
  datetime: "string",
};

/** The policy's name of Graph's attribute: "City" is city, a custom one loses its app's id. */
export function attributeName(id: string): string {
  const short = toShortName(id);
  return short === id ? `${id.charAt(0).toLowerCase()}${id.slice(1)}` : short;
}

/** The attributes of one or more tenants, each name once: built-in ones first. */
export function tenantAttributes(all: readonly UserFlowAttribute[]): readonly TenantAttribute[] {
  const byName = new Map<string, TenantAttribute>();
  for (const { id, dataType, displayName, description } of all) {
    const name = attributeName(id);
    // No rule sets the address, and every rule knows it.
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

/** Ids of the apps that register custom attributes, as Entra shows them. */
export function extensionsApps(all: readonly Pick<UserFlowAttribute, "id">[]): readonly string[] {
  const apps = all.flatMap(({ id }) => /^extension_([0-9a-f]{32})_/i.exec(id)?.[1]?.toLowerCase() ?? []);
  return [...new Set(apps)].map((digits) => digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"));
}

/** The formatter's line width. */
const WIDTH = 140;

/** Content of entra-attributes.ts. */
interface AttributesToWrite {
  /** In the order of writing. */
  readonly attributes: readonly TenantAttribute[];
  readonly extensionsAppId: string | undefined;
  readonly flows: readonly CollectingFlow[];
}

/** The text of entra-attributes.ts, as a formatter leaves it. */
export function attributesText({ attributes, extensionsAppId, flows }: AttributesToWrite): string {
  const lists = attributes.filter(({ type }) => type === LIST).map(({ name }) => name);
  return [
    "// Written by npm run gate -- entra types. Do not edit: run the command again when the tenant's attributes change.",
    "",
    'declare module "entra-gatehouse" {',
    "  interface TenantAttributes {",
    ...attributes.flatMap((attribute) => [
      `    /** ${buildComment(attribute)} */`,
      `    ${memberName(attribute.name)}: ${attribute.type};`,
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

/** The label, and what people are shown beside it. */
function buildComment({ label, description }: TenantAttribute): string {
  const words = description === undefined || description === label ? label : `${label}: ${description}`;
  return harmless(words.replace(/\s+/g, " ").replaceAll("*/", "* /").trim());
}

function memberName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
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
