import type { EntraFlow, EntraSetup } from "../../../lib/entra-setup";
import { literal } from "../literal";

/** As wide as the formatter lets a line be. */
const WIDTH = 140;

/** A setup as the text of entra.ts, as a formatter leaves it. */
export function setupText({ tenant, flows }: EntraSetup): string {
  return [
    'import { entraSetup } from "entra-gatehouse";',
    "",
    "export default entraSetup({",
    ...(tenant === undefined ? [] : [`  tenant: ${literal(tenant)},`]),
    ...listOf(flows.map(flowText), flows),
    "});",
    "",
  ].join("\n");
}

function listOf(texts: readonly string[], flows: readonly EntraFlow[]): readonly string[] {
  const line = `  flows: [${texts.join(", ")}],`;
  // Several objects with several members each: formatters give each a line, however short.
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
