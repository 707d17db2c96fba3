import { type Assumption, assumptions } from "../cli/first-contact/assumptions";
import { markdownTable } from "./markdown-table";

/** What only a real account or tenant confirms, for docs/assumptions.md. */
export function assumptionsTable(): string {
  return markdownTable(
    ["id", "relied on", "if it is false", "tried by", "source: file"],
    assumptions.map((each) => [each.id, each.relied, each.otherwise, wayOf(each), `${each.source}: \`${each.file}\``].map(inCell)),
  );
}

function wayOf({ tried }: Assumption): string {
  if (typeof tried === "string") return tried === "probe" ? "`probe`" : "`probe --record`";
  return "command" in tried ? `\`${tried.command}\`` : `by hand: ${tried.hand}`;
}

/** A bar would end the cell, and a bracket begin a tag. */
function inCell(text: string): string {
  return text.replace(/[|]/g, "\\|").replace(/</g, "&lt;");
}
