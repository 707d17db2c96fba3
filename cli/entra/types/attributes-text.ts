import type { CollectingFlow } from "../../../lib/attributes-file";
import { harmless } from "../../output";
import { literal } from "../literal";
import type { TenantAttribute } from "./tenant-attribute";

/** As wide as the formatter lets a line be. */
const WIDTH = 140;

/** What entra-attributes.ts is to say. */
export interface AttributesToWrite {
  /** In the order in which they are to stand. */
  readonly attributes: readonly TenantAttribute[];
  readonly extensionsAppId: string | undefined;
  readonly flows: readonly CollectingFlow[];
}

/** The text of entra-attributes.ts, as a formatter leaves it. */
export function attributesText({ attributes, extensionsAppId, flows }: AttributesToWrite): string {
  return [
    "// Written by npx --no-install entra-gatehouse entra types. Do not edit: write it anew once the tenant's attributes change.",
    "",
    'declare module "entra-gatehouse" {',
    "  interface TenantAttributes {",
    ...attributes.flatMap((attribute) => [`    /** ${commentOf(attribute)} */`, `    ${memberName(attribute.name)}: ${attribute.type};`]),
    "  }",
    "}",
    "",
    "export default {",
    ...listLines(
      "names",
      attributes.map(({ name }) => name),
      "  ",
    ),
    ...(extensionsAppId === undefined ? [] : [`  extensionsAppId: ${literal(extensionsAppId)},`]),
    ...(flows.length === 0 ? ["  flows: [],"] : ["  flows: [", ...flows.flatMap(flowLines), "  ],"]),
    "};",
    "",
  ].join("\n");
}

/** The label, and what people are shown beside it. */
function commentOf({ label, description }: TenantAttribute): string {
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
