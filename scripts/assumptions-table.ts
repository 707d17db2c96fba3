import { type Assumption, assumptions } from "../cli/first-contact/assumptions";
import { markdownTable } from "./markdown-table";

/** What only a real account or tenant confirms, for docs/assumptions.md: a table for each way to try it. */
export function assumptionsTables(): string {
  return [
    `### Tried by \`probe\`\n\n${tableOf((tried) => tried === "probe")}`,
    `### Tried by \`probe --record\`\n\n${tableOf((tried) => tried === "recording")}`,
    `### Tried by another command, or by hand\n\n${tableOf((tried) => typeof tried !== "string")}`,
  ].join("\n\n");
}

function tableOf(isTriedSo: (tried: Assumption["tried"]) => boolean): string {
  const rows = assumptions.filter(({ tried }) => isTriedSo(tried));
  return markdownTable(
    ["id", "relied on", "if it is false"],
    rows.map(({ id, relied, otherwise }) => [id, relied, otherwise].map(inCell)),
  );
}

/** A bar would end the cell, and a bracket begin a tag. */
function inCell(text: string): string {
  return text.replace(/[|]/g, "\\|").replace(/</g, "&lt;");
}
