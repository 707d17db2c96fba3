import { type Assumption, assumptions } from "./assumptions";
import { markdownList } from "./markdown-table";

/** Assumptions that only a real account or tenant confirms, for docs/assumptions.md: one list for each kind of test. */
export function assumptionsTables(): string {
  return [
    `### Shown by a recording\n\n${formatAssumptions((tried) => tried === "recording")}`,
    `### Tried by another command, or by hand\n\n${formatAssumptions((tried) => tried !== "recording")}`,
  ].join("\n\n");
}

function formatAssumptions(isTriedSo: (tried: Assumption["tried"]) => boolean): string {
  const listed = assumptions.filter(({ tried }) => isTriedSo(tried));
  return markdownList(listed.map(({ id, relied, tried }) => [id, plain(`${relied}.${formatCommand(tried)}`)]));
}

function formatCommand(tried: Assumption["tried"]): string {
  return typeof tried === "object" && "command" in tried ? ` Tried by \`${tried.command}\`.` : "";
}

/** Escapes brackets, which would start a tag. */
function plain(text: string): string {
  return text.replace(/</g, "&lt;");
}
